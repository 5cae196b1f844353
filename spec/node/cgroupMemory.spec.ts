import fc from 'fast-check';
import { cgroupMemory } from '../../src/node/cgroupMemory.js';

const total = 16_000;

/** The share as of some files. */
const shareOf = (files: Record<string, string | number>): number | undefined =>
  cgroupMemory((path) => (path in files ? `${files[path]}\n` : undefined), total);

describe('cgroupMemory', () => {
  describe('with version 2', () => {
    const cgroup = '/sys/fs/cgroup/memory';

    it('divides what is in use by the limit', () => {
      const files = { '/proc/self/cgroup': '0::/', [`${cgroup}.max`]: 1000 };
      expect(shareOf({ ...files, [`${cgroup}.current`]: 600 })).toBe(0.6);
    });

    it('leaves out files that are cached and not in use', () => {
      const stat = 'anon 300\nfile 300\nkernel 20\nactive_file 100\ninactive_file 200\nslab 9';
      const files = { '/proc/self/cgroup': '0::/', [`${cgroup}.max`]: 1000 };
      expect(shareOf({ ...files, [`${cgroup}.current`]: 600, [`${cgroup}.stat`]: stat })).toBe(0.4);
    });

    it('takes the lower one of `memory.high` and `memory.max`', () => {
      const files = { '/proc/self/cgroup': '0::/', [`${cgroup}.current`]: 600 };
      expect(shareOf({ ...files, [`${cgroup}.max`]: 1000, [`${cgroup}.high`]: 800 })).toBe(0.75);
      expect(shareOf({ ...files, [`${cgroup}.max`]: 'max', [`${cgroup}.high`]: 800 })).toBe(0.75);
      expect(shareOf({ ...files, [`${cgroup}.max`]: 1000, [`${cgroup}.high`]: 'max' })).toBe(0.6);
    });

    it('has no answer without a limit below the memory of the machine', () => {
      const files = { '/proc/self/cgroup': '0::/', [`${cgroup}.current`]: 600 };
      for (const limit of ['max', total, 2 * total, '', '-1']) {
        expect(shareOf({ ...files, [`${cgroup}.max`]: limit })).toBeUndefined();
      }
      expect(shareOf(files)).toBeUndefined();
    });

    it('takes the cgroup that is nearest to its limit', () => {
      const files = {
        '/proc/self/cgroup': '0::/pod/app',
        '/sys/fs/cgroup/pod/app/memory.max': 1000,
        '/sys/fs/cgroup/pod/app/memory.current': 500,
        '/sys/fs/cgroup/pod/memory.max': 2000,
      };
      expect(shareOf({ ...files, '/sys/fs/cgroup/pod/memory.current': 1800 })).toBe(0.9);
      expect(shareOf({ ...files, '/sys/fs/cgroup/pod/memory.current': 600 })).toBe(0.5);
    });

    it('finds the container where the path is that of the host', () => {
      const files = { '/proc/self/cgroup': '0::/system.slice/docker-1.scope' };
      expect(shareOf({ ...files, [`${cgroup}.max`]: 1000, [`${cgroup}.current`]: 250 })).toBe(0.25);
    });

    it('gives at most 1', () => {
      const files = { '/proc/self/cgroup': '0::/', [`${cgroup}.max`]: 1000 };
      expect(shareOf({ ...files, [`${cgroup}.current`]: 1010 })).toBe(1);
    });
  });

  describe('with version 1', () => {
    const lines = '12:cpu,cpuacct:/docker/1\n4:hugetlb,memory:/docker/1\n1:name=systemd:/docker/1';
    const cgroup = '/sys/fs/cgroup/memory/docker/1/memory';

    it('divides what is in use, without cached files, by the limit', () => {
      const files = {
        '/proc/self/cgroup': lines,
        [`${cgroup}.limit_in_bytes`]: 1000,
        [`${cgroup}.usage_in_bytes`]: 700,
        [`${cgroup}.stat`]: 'inactive_file 500\ntotal_inactive_file 100',
      };
      expect(shareOf(files)).toBe(0.6);
    });

    it('finds the container where the path is that of the host', () => {
      const files = {
        '/proc/self/cgroup': lines,
        '/sys/fs/cgroup/memory/memory.limit_in_bytes': 1000,
        '/sys/fs/cgroup/memory/memory.usage_in_bytes': 300,
      };
      expect(shareOf(files)).toBe(0.3);
    });

    it('is asked for the memory where both versions are mounted', () => {
      const files = {
        '/proc/self/cgroup': `${lines}\n0::/`,
        [`${cgroup}.limit_in_bytes`]: 1000,
        [`${cgroup}.usage_in_bytes`]: 700,
        '/sys/fs/cgroup/memory.max': 1000,
        '/sys/fs/cgroup/memory.current': 100,
      };
      expect(shareOf(files)).toBe(0.7);
    });

    it('has no answer without a limit, which is a very high one', () => {
      const files = {
        '/proc/self/cgroup': lines,
        [`${cgroup}.limit_in_bytes`]: '9223372036854771712',
        [`${cgroup}.usage_in_bytes`]: 700,
      };
      expect(shareOf(files)).toBeUndefined();
    });
  });

  it('has no answer where there are no cgroups', () => {
    expect(shareOf({})).toBeUndefined();
    expect(shareOf({ '/proc/self/cgroup': '4:cpu:/' })).toBeUndefined();
    expect(shareOf({ '/proc/self/cgroup': 'none of these' })).toBeUndefined();
  });

  it('has no answer, or one of 0 to 1, whatever the files say', () => {
    const text = fc.oneof(
      fc.nat(2 * total).map(String),
      fc.constantFrom('', 'max', '-1', '0', 'inactive_file 9', 'inactive_file x'),
    );
    const line = fc.constantFrom('0::/', '0::/a/b', '0::/../a', '4:memory:/a', 'x', '0::');
    fc.assert(
      fc.property(line, fc.array(text, { minLength: 1 }), (lines, texts) => {
        let reads = 0;
        const read = (path: string): string | undefined =>
          path === '/proc/self/cgroup' ? lines : texts[reads++ % texts.length];
        const share = cgroupMemory(read, total) ?? 0;
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(1);
      }),
    );
  });
});
