import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');

/** A hundred tasks of 300 ms, one every 50 ms, every fourth of them urgent. */
const trace = [
  'at,duration,priority',
  ...Array.from({ length: 100 }, (_, index) => `${index * 50},300,${index % 4 === 0 ? 1 : 0}`),
  '',
].join('\n');

// Each test starts programs, which takes long on a busy processor.
jest.setTimeout(60_000);

describe('rx-tasker', () => {
  let folder: string;

  // Inside the tree, so that the built file finds rxjs.
  beforeAll(() => {
    mkdirSync(join(root, 'temp'), { recursive: true });
    folder = mkdtempSync(join(root, 'temp/cli-'));
    execFileSync(process.execPath, ['tools/build/cli.mjs', folder], { cwd: root });
    writeFileSync(join(folder, 'trace.csv'), trace);
  }, 60_000);

  afterAll(() => rmSync(folder, { recursive: true }));

  interface Ended {
    readonly code: number;
    readonly stdout: string;
    readonly stderr: string;
  }

  const run = (...args: string[]): Promise<Ended> =>
    new Promise((resolve) => {
      execFile(
        process.execPath,
        ['rx-tasker.js', ...args],
        { cwd: folder },
        (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
      );
    });

  const simulate = (...args: string[]): Promise<Ended> => run('simulate', 'trace.csv', ...args);

  it('prints its version and its help', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(await run('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
    const { code, stdout } = await run('--help');
    expect(code).toBe(0);
    expect(stdout).toContain('Usage: rx-tasker simulate TRACE.csv --base N');
    expect(stdout).toContain('rx-tasker compare TRACE.csv');
    expect(stdout).toContain('--slo p99=500ms');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it('starts with the line of a program', () => {
    expect(readFileSync(join(folder, 'rx-tasker.js'), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  it('carries the licences of its parts', () => {
    const licences = readFileSync(join(folder, 'LICENSES.txt'), 'utf8');
    expect(licences).toMatch(/^csv-parse\n\nThe MIT License/);
    expect(licences).toMatch(/^uplot\n\nThe MIT License/m);
  });

  it('prints tables of one simulation', async () => {
    const { code, stdout, stderr } = await simulate('--policy', 'fixed(6)');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout)
      .toBe(`100 tasks of trace.csv: arrival "at" as offset in ms, duration "duration" in ms, priority "priority"
base 6, max 6, policy fixed(count=6), startup 0 ms, interval 100 ms, rate window 10 s; ends after 5.25 s

wait        mean   p50   p95   p99   max
----------  ----  ----  ----  ----  ----
all tasks   0 ms  0 ms  0 ms  0 ms  0 ms
priority 1  0 ms  0 ms  0 ms  0 ms  0 ms
priority 0  0 ms  0 ms  0 ms  0 ms  0 ms

worker s  cost ratio    busy  peak  started  scaled  reversed
--------  ----------  ------  ----  -------  ------  --------
32              1.05  95.2 %     6        6       0         0
`);
  });

  it('prints JSON', async () => {
    const { code, stdout } = await simulate(
      '--base',
      '2',
      '--max',
      '6',
      '--json',
      '--slo',
      'max=5m',
    );
    const { settings, meetsTargets, result } = JSON.parse(stdout) as Record<string, never>;
    expect(code).toBe(0);
    expect(settings).toMatchObject({ base: 2, max: 6, policy: { name: 'justInTimeStaffing' } });
    expect(meetsTargets).toBe(true);
    expect(result).toMatchObject({
      tasks: 100,
      busySeconds: expect.closeTo(30, 6),
      waitByPriority: [{ priority: 1 }, { priority: 0 }],
    });
  });

  it('prints a row for each value of a sweep', async () => {
    const { code, stdout } = await simulate('--base', '2', '--sweep', 'max=2..6:2');
    expect(code).toBe(0);
    const rows = stdout.split('\n').filter((line) => /^\d+ {2}/.test(line));
    expect(rows.map((row) => row.split(/ {2,}/)[0])).toEqual(['2', '4', '6']);
    expect(stdout).toContain('base 2, policy justInTimeStaffing, startup 0 ms');
  });

  it('recommends settings, as TypeScript', async () => {
    const { code, stdout, stderr } = await simulate('--recommend', '--slo', 'p99=100ms');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('The cheapest that meets p99 <= 100 ms: base ');
    expect(stdout).toContain(`import { `);
    expect(stdout).toContain('satisfies Partial<TaskManagerConfig<unknown>>;');
    expect(stdout).toMatch(/clairvoyant, .* pays \d+ of \d+ worker-seconds: \d+\.\d % are left\./);
  });

  it('sweeps the wait of the default policy', async () => {
    const { code, stdout } = await simulate('--base', '2', '--sweep', 'wait=100ms..300ms:100ms');
    expect(code).toBe(0);
    expect(stdout.match(/^[123]00ms /gm)).toHaveLength(3);
  });

  it('prices starts when a price is given', async () => {
    const free = await simulate('--base', '2', '--startup', '1s');
    expect(free.stdout).not.toContain('cost s');
    const dear = await simulate('--base', '2', '--startup', '1s', '--start-cost', '1m');
    expect(dear.stdout).toContain('startup 1 s, start cost 1:00 min');
    expect(dear.stdout).toMatch(/^worker s +cost s +cost ratio/m);
  });

  it('compares policies, with a table for each startup time', async () => {
    const { code, stdout, stderr } = await run('compare', 'trace.csv', '--startup', '0,1s');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.match(/^Startup (0 ms|1 s)$/gm)).toEqual(['Startup 0 ms', 'Startup 1 s']);
    for (const name of ['justInTimeStaffing', 'squareRootStaffing', 'rateDeficit', 'fixed']) {
      expect(stdout.match(new RegExp(`^${name}`, 'gm'))!.length).toBeGreaterThan(1);
    }
    expect(stdout.match(/^waits <= 0 ms /gm)).toHaveLength(2);
  });

  it('compares one policy, as JSON, with a report and a picture', async () => {
    const { code, stdout } = await run(
      ...['compare', 'trace.csv', '--policy', 'just-in-time', '--max', '9', '--json'],
      ...['--html', 'compared.html', '--plot', 'compared.svg'],
    );
    expect(code).toBe(0);
    const { max, comparisons } = JSON.parse(stdout) as {
      max: number;
      comparisons: { policies: { policy: string; isOnFrontier: boolean; result: object }[] }[];
    };
    expect(max).toBe(9);
    const [{ policies } = { policies: [] }] = comparisons;
    expect(policies.map(({ policy }) => policy)).toContain('justInTimeStaffing(wait=1s)');
    expect(policies.every(({ policy }) => policy.startsWith('justInTimeStaffing'))).toBe(true);
    expect(policies.some(({ isOnFrontier }) => isOnFrontier)).toBe(true);
    expect(policies[0]!.result).toMatchObject({ tasks: 100, workerSeconds: expect.any(Number) });
    const page = readFileSync(join(folder, 'compared.html'), 'utf8');
    expect(page).toContain('Every policy, the cheapest first');
    expect(page.match(/role="img"/g)).toHaveLength(1);
    expect(readFileSync(join(folder, 'compared.svg'), 'utf8')).toMatch(/^<svg/);
  });

  it('names the flag of a file that cannot be written', async () => {
    expect(await run('compare', 'trace.csv', '--plot', 'none/p.svg')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'rx-tasker: --plot none/p.svg: there is no folder none; make the folder first\n',
    });
  });

  it('names the parameter that is out of its range in a comparison', async () => {
    const ended = await run('compare', 'trace.csv', '--policy', 'squareRootStaffing(low=9)');
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain('--policy squareRootStaffing(low=9): Expected `high`');
  });

  it('ends with 3 if no setting meets the target', async () => {
    const search = await simulate('--recommend', '--slo', 'p99=10ms', '--max', '2');
    expect(search.code).toBe(3);
    expect(search.stdout).toContain(
      'No setting meets p99 <= 10 ms: even 2 workers that always run reach p99 ',
    );
    expect(search.stdout).not.toContain('import');
    const single = await simulate('--base', '2', '--slo', 'p99=1ms');
    expect(single.code).toBe(3);
    expect(single.stdout).toContain('p99 <= 1 ms: not met');
    const sweep = await simulate('--base', '1', '--sweep', 'max=1..2', '--slo', 'p99=1ms');
    expect(sweep.code).toBe(3);
    expect(sweep.stdout).toContain('not met');
  });

  it.each([
    ['one', ['--base', '2', '--slo', 'p99=5m']],
    ['sweep', ['--base', '2', '--sweep', 'max=2..4']],
    ['search', ['--recommend', '--slo', 'p99=5s', '--runs', '5']],
  ])('writes a report: %s', async (name, args) => {
    const { code } = await simulate(...args, '--html', `${name}.html`);
    expect(code).toBe(0);
    const text = readFileSync(join(folder, `${name}.html`), 'utf8');
    expect(text).toMatch(/^\s*<!doctype html>/);
    expect(text).toContain('Copyright (c) 2022 Leon Sorokin');
    expect(text).toContain('<table>');
    expect(text.length).toBeLessThan(300_000);
    const charts = JSON.parse(/id="charts">(.*?)<\/script>/.exec(text)![1]!) as unknown[];
    expect(text.match(/role="img"/g)).toHaveLength(charts.length);
  });

  it('escapes the name of the trace and of its columns', async () => {
    const name = '<b>&.csv';
    writeFileSync(join(folder, name), 'at,"<i>ms"\n0,1\n');
    const { code } = await run(
      ...['simulate', name, '--base', '1', '--duration', '<i>ms', '--html', 'escaped.html'],
    );
    expect(code).toBe(0);
    const text = readFileSync(join(folder, 'escaped.html'), 'utf8');
    expect(text).toContain('&lt;b&gt;&amp;.csv');
    expect(text).not.toMatch(/<b>|<i>/);
  });

  it('ends with 2 when the command line is wrong', async () => {
    expect(await simulate('--bas', '2')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'rx-tasker: --bas is not known (did you mean --base?); --help lists all flags\n',
    });
    expect(await simulate()).toMatchObject({ code: 2, stdout: '' });
    expect(await simulate('--base', '3', '--max', '2')).toMatchObject({ code: 2, stdout: '' });
    expect(
      await simulate('--recommend', '--slo', 'p99=1s', '--base', '1000', '--max', '2'),
    ).toMatchObject({ code: 2, stdout: '' });
  });

  it.each([
    ['missing', undefined, 'cannot be read: there is no such file'],
    ['empty', '', 'is empty'],
    ['header', 'at,duration\n', 'has a header and no rows below it'],
    ['unsorted', 'at,duration\n1,1\n0,1\n', ':3: this row is earlier than the row before; --sort'],
    ['negative', 'at,duration\n1,-1\n', ':2: the duration should be >= 0, got -1'],
    [
      'columns',
      'a,b\n1,1\n',
      ':1: there is no column for the arrival: name one by --at; the columns are "a", "b"',
    ],
  ])('ends with 1 when a file is wrong, and writes nothing: %s', async (name, text, message) => {
    if (text !== undefined) writeFileSync(join(folder, `${name}.csv`), text);
    const ended = await run('simulate', `${name}.csv`, '--base', '2', '--html', `${name}.html`);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toContain(`rx-tasker: ${name}.csv`);
    expect(ended.stderr).toContain(message);
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
    expect(existsSync(join(folder, `${name}.html`))).toBe(false);
  });

  it('ends with 1 when the report cannot be written, and leaves nothing behind', async () => {
    expect(await simulate('--base', '2', '--html', 'none/report.html')).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'rx-tasker: --html none/report.html: there is no folder none; make the folder first\n',
    });
    mkdirSync(join(folder, 'taken.html'));
    expect(await simulate('--base', '2', '--html', 'taken.html')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('--html taken.html cannot be written: '),
    });
    expect(readdirSync(folder).filter((name) => name.includes('tmp'))).toEqual([]);
  });

  it('writes the report into a pipe, which stays a pipe', async () => {
    const pipe = join(folder, 'pipe.html');
    execFileSync('mkfifo', [pipe]);
    const reader = spawn('timeout', ['20', 'cat', pipe]);
    const read = once(reader.stdout, 'data') as Promise<[Buffer]>;
    const { code } = await simulate('--base', '2', '--html', 'pipe.html');
    expect(lstatSync(pipe).isFIFO()).toBe(true);
    expect(code).toBe(0);
    expect(String((await read)[0])).toMatch(/^<!doctype html>/);
  });

  it('writes the report to the target of a link, and keeps the link', async () => {
    writeFileSync(join(folder, 'old.html'), 'of yesterday');
    symlinkSync('old.html', join(folder, 'link.html'));
    symlinkSync('new.html', join(folder, 'to nothing.html'));
    expect(await simulate('--base', '2', '--html', 'link.html')).toMatchObject({ code: 0 });
    expect(await simulate('--base', '2', '--html', 'to nothing.html')).toMatchObject({ code: 0 });
    for (const name of ['link.html', 'to nothing.html']) {
      expect(lstatSync(join(folder, name)).isSymbolicLink()).toBe(true);
    }
    for (const name of ['old.html', 'new.html']) {
      expect(lstatSync(join(folder, name)).isSymbolicLink()).toBe(false);
      expect(readFileSync(join(folder, name), 'utf8')).toMatch(/^<!doctype html>/);
    }
  });

  it('names the flag that helps when a task is too long', async () => {
    writeFileSync(join(folder, 'long.csv'), 'at,duration_h\n0,60\n1,1\n');
    const ended = await run('simulate', 'long.csv', '--base', '1', '--max', '2');
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(
      /^rx-tasker: no task ended .* with \d tasks? unfinished: raise --interval, as in --interval 1m\n$/,
    );
    const raised = await run(
      ...['simulate', 'long.csv', '--base', '1', '--max', '2', '--interval', '1m'],
    );
    expect(raised).toMatchObject({ code: 0, stderr: '' });
    // Two million steps take long on a busy processor.
  }, 240_000);

  it('sends no escape sequence of a file or its name to the terminal', async () => {
    const name = '\u001b[31m\n.csv';
    writeFileSync(join(folder, name), 'at,"\u001b]0;x\u0007 ms"\n0,1\n');
    const shown = await run(
      ...['simulate', name, '--base', '1', '--duration', '\u001b]0;x\u0007 ms'],
    );
    expect(shown.code).toBe(0);
    expect(shown.stdout).toMatch(/^1 task of \\u001b\[31m\\u000a\.csv: .*"\\u001b\]0;x\\u0007 ms"/);
    const wrong = await run('simulate', name, '--base', '1');
    expect(wrong.code).toBe(1);
    // eslint-disable-next-line no-control-regex -- the output must have none
    expect(shown.stdout + wrong.stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    expect(wrong.stderr.trim().split('\n')).toHaveLength(1);
  });
});
