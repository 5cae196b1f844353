import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromEvent, interval, lastValueFrom, scan, takeUntil, takeWhile, tap } from 'rxjs';

const project = join(__dirname, '../..');
const main = join(project, 'examples/checksums/main.ts');
const MEGABYTE = 2 ** 20;

const start = (...args: string[]) => startAs({}, ...args);

/** Not as root, who may write anywhere. */
const startUnprivileged = (...args: string[]) =>
  startAs(process.getuid?.() === 0 ? { uid: 65_534 } : {}, ...args);

const startAs = (user: { uid?: number }, ...args: string[]) => {
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], {
    cwd: project,
    ...user,
  });
  const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  const stderr$ = fromEvent(child.stderr, 'data').pipe(
    scan((text, chunk) => text + String(chunk), ''),
    tap((text) => (stderr = text)),
    takeUntil(ended),
  );
  stderr$.subscribe();
  const said = (text: string) =>
    lastValueFrom(stderr$.pipe(takeWhile((soFar) => !soFar.includes(text), true)));
  const result = ended.then(([status, signal]) => ({ status, signal, stdout, stderr }));
  return { child, ended, said, result };
};

const run = (...args: string[]) => start(...args).result;

const verify = (folder: string, file: string) =>
  spawnSync('sha256sum', ['--check', '--strict', file], { cwd: folder, encoding: 'utf8' });

describe('examples/checksums', () => {
  jest.setTimeout(60_000);
  let folder: string;
  let tree: string;
  let out: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'checksums-'));
    tree = join(folder, 'tree');
    out = join(folder, 'SUMS');
    mkdirSync(tree);
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (path: string | Buffer, content: string | Buffer = 'content') => {
    const bytes = Buffer.concat([Buffer.from(`${tree}/`), Buffer.from(path)]);
    const slash = bytes.lastIndexOf('/');
    mkdirSync(bytes.subarray(0, slash), { recursive: true });
    writeFileSync(bytes, content);
  };

  /** Makes a sparse file, which is slow to read and quick to make. */
  const writeHuge = (path: string, size: number) => {
    write(path, '');
    truncateSync(join(tree, path), size);
  };

  /** Makes a path that is too long for the system, even for root. Returns a function that undoes the change. */
  const writeTooLong = (name: string) => {
    const part = (letter: string) => join(...Array<string>(10).fill(letter.repeat(200)));
    const [first, second] = [join(tree, part('a')), join(folder, part('b'))];
    mkdirSync(first, { recursive: true });
    mkdirSync(join(second, 'c'.repeat(200)), { recursive: true });
    writeFileSync(join(second, name), '');
    const from = join(folder, 'b'.repeat(200));
    const to = join(first, 'b'.repeat(200));
    renameSync(from, to);
    return () => renameSync(to, from);
  };

  describe('the list', () => {
    const awkward = [
      'a b',
      ' leading and trailing ',
      'line\nbreak',
      '\n',
      'carriage\rreturn',
      'return at the end\r',
      'back\\slash',
      '\\',
      '\\n is not a line break',
      'grüße/日本語/🙂',
      '-',
      '--out',
      '*star',
      '#comment',
      'SHA256 (x) = y',
      'a/b/c',
      'a.b',
      'a-b',
    ];

    it('is verified by sha256sum, whatever the names', async () => {
      for (const [index, name] of awkward.entries()) write(name, `${index}`);
      write(Buffer.from([0x66, 0xff, 0xfe, 0x2f, 0x80])); // f\xff\xfe/\x80: not UTF-8
      write('empty', '');
      write('large', Buffer.alloc(3 * MEGABYTE + 1, 'large'));

      expect(await run(tree, '--out', out)).toMatchObject({ status: 0 });

      const { status, stdout } = verify(tree, out);
      expect({ status, verified: stdout.match(/OK$/gm)?.length }).toEqual({
        status: 0,
        verified: awkward.length + 3,
      });
    });

    it('has the lines of sha256sum, in the order of the bytes', async () => {
      for (const [index, name] of awkward.entries()) if (name !== '-') write(name, `${index}`);
      write(Buffer.from([0x66, 0xff, 0xfe, 0x2f, 0x80]));

      await run(tree, '--out', out);

      const command = `find . -type f -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 sha256sum --`;
      const { stdout } = spawnSync('sh', ['-c', command], { cwd: tree });
      expect(readFileSync(out).toString('latin1')).toBe(stdout.toString('latin1'));
    });

    it('has no links, and nothing that is no file', async () => {
      write('file');
      symlinkSync('file', join(tree, 'link'));
      symlinkSync('..', join(tree, 'loop'));
      symlinkSync('nowhere', join(tree, 'dangling'));
      spawnSync('mkfifo', [join(tree, 'pipe')]);

      expect(await run(tree, '--out', out)).toMatchObject({ status: 0 });
      expect(readFileSync(out, 'utf8')).toMatch(/^[0-9a-f]{64} {2}file\n$/);
    });

    it('does not have itself, and replaces the old list', async () => {
      write('file');
      write('SUMS', 'of yesterday');
      write('sub/SUMS');
      symlinkSync('.', join(tree, 'again'));

      await run(join(tree, 'again'), '--out', join(tree, 'SUMS'));

      expect(readFileSync(join(tree, 'SUMS'), 'utf8')).toMatch(/^\S+ {2}file\n\S+ {2}sub\/SUMS\n$/);
      expect(readdirSync(tree).sort()).toEqual(['SUMS', 'again', 'file', 'sub']);
    });

    it('is empty for an empty tree', async () => {
      expect(await run(tree, '--out', out)).toMatchObject({ status: 0 });
      expect(readFileSync(out, 'utf8')).toBe('');
    });
  });

  it('reports unreadable files, does the rest and exits with 1', async () => {
    write('good');
    const undo = writeTooLong('x'.repeat(200));

    const { status, stderr, stdout } = await run(tree, '--out', out);
    undo();

    expect(status).toBe(1);
    // The file and the directory in it.
    expect(stderr.match(/^checksums: "a{200}\/.*": ENAMETOOLONG: name too long$/gm)).toHaveLength(
      2,
    );
    expect(stdout).toMatch(/^1 file, /);
    expect(readFileSync(out, 'utf8')).toMatch(/^\S+ {2}good\n$/);
  });

  it('reports files that vanish before their turn', async () => {
    for (let i = 0; i < 40; i++) writeHuge(`${i}`, 256 * MEGABYTE);
    const { said, result } = start(tree, '--out', out);
    await said('busy');
    for (let i = 0; i < 40; i++) rmSync(join(tree, `${i}`));

    const { status, stderr } = await result;
    const vanished = stderr.match(/^checksums: "\d+": ENOENT: no such file or directory$/gm);
    expect(status).toBe(1);
    expect(vanished).not.toBeNull();
    expect(readFileSync(out, 'utf8').split('\n').length - 1).toBe(40 - vanished!.length);
  });

  it('exits with 1 and leaves nothing behind if the list cannot be written', async () => {
    writeHuge('file', 256 * MEGABYTE);
    const { said, result } = start(tree, '--out', out);
    await said('busy');
    mkdirSync(join(out, 'in the way'), { recursive: true });

    const { status, stderr } = await result;
    expect(status).toBe(1);
    expect(stderr).toMatch(/^checksums: ".*\/SUMS": EISDIR: /m);
    expect(stderr).not.toContain('    at ');
    expect(readdirSync(folder).sort()).toEqual(['SUMS', 'tree']);
  });

  it('says at once, in one line, that the folder of the list is not writable', async () => {
    write('file');
    mkdirSync(join(folder, 'locked'));
    chmodSync(join(folder, 'locked'), 0o555);
    chmodSync(folder, 0o755);

    const list = join(folder, 'locked/SUMS');
    const { status, stdout, stderr } = await startUnprivileged(tree, '--out', list).result;

    expect({ status, stdout, stderr }).toEqual({
      status: 1,
      stdout: '',
      stderr: `checksums: "${list}": EACCES: permission denied\n`,
    });
  });

  describe('a list that is no regular file', () => {
    it('is written into if the list is a pipe', async () => {
      write('file');
      spawnSync('mkfifo', [out]);
      const reader = spawn('timeout', ['20', 'cat', out]);
      const read = once(reader.stdout, 'data') as Promise<[Buffer]>;

      expect(await run(tree, '--out', out)).toMatchObject({ status: 0 });

      expect(lstatSync(out).isFIFO()).toBe(true);
      expect(String((await read)[0])).toMatch(/^[0-9a-f]{64} {2}file\n$/);
    });

    it('stays a link, and replaces the target of the link', async () => {
      write('file');
      write('real', 'of yesterday');
      symlinkSync('tree/real', out);

      expect(await run(tree, '--out', out)).toMatchObject({ status: 0 });

      expect(lstatSync(out).isSymbolicLink()).toBe(true);
      expect(readFileSync(join(tree, 'real'), 'utf8')).toMatch(/^\S+ {2}file\n$/);
      expect(readdirSync(tree).sort()).toEqual(['file', 'real']);
    });

    it('stays a link that leads to nothing yet', async () => {
      write('file');
      symlinkSync('new', out);

      expect(await run(tree, '--out', out)).toMatchObject({ status: 0 });

      expect(lstatSync(out).isSymbolicLink()).toBe(true);
      expect(readFileSync(join(folder, 'new'), 'utf8')).toMatch(/^\S+ {2}file\n$/);
      expect(readdirSync(folder).sort()).toEqual(['SUMS', 'new', 'tree']);
    });
  });

  it.each(['--help', '-h'])('says how to use the program: %s', async (flag) => {
    const { status, stdout, stderr } = await run(flag);

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^usage: npm start -- \[DIR\] \[--out FILE\]\n/);
    expect(stdout).toContain('--help');
  });

  it.each([
    ['an unknown option', () => ['--outt', 'x']],
    ['an option without its value', () => [tree, '--out']],
    ['two directories', () => [tree, tree]],
    ['a directory that is not there', () => [join(folder, 'nowhere')]],
    ['a file in place of the directory', () => [__filename]],
    ['a list that is a directory', () => [tree, '--out', folder]],
    ['a list in a directory that is not there', () => [tree, '--out', join(folder, 'no/SUMS')]],
  ])('exits with 2 and says how to use the program, given %s', async (_, args) => {
    const { status, stdout, stderr } = await run(...args());

    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^checksums: .+\nusage: .+\n$/);
  });

  describe('Ctrl-C', () => {
    it('lets running files finish, starts nothing more and writes nothing', async () => {
      for (let i = 0; i < 30; i++) writeHuge(`${i}`, 256 * MEGABYTE);
      const { child, said, result } = start(tree, '--out', out);
      await said('busy');
      child.kill('SIGINT');

      const { status, stderr } = await result;
      const running = Number(/interrupted, (\d+) files?/.exec(stderr)?.[1]);
      const done = Number(/(\d+) files? done/.exec(stderr)?.[1]);
      expect(status).toBe(130);
      expect(running).toBeGreaterThan(0);
      expect(done).toBeGreaterThanOrEqual(running);
      expect(done).toBeLessThan(30);
      expect(readdirSync(folder)).toEqual(['tree']);
    });

    it('quits at once the second time', async () => {
      writeHuge('endless', 2 ** 40);
      const { child, said, ended, result } = start(tree, '--out', out);
      await said('busy');
      child.kill('SIGINT');
      await said('interrupted');
      // A signal that follows at once counts as the first one, passed on by npm.
      interval(100)
        .pipe(takeUntil(ended))
        .subscribe(() => child.kill('SIGINT'));

      expect(await result).toMatchObject({ status: 130 });
      expect(existsSync(out)).toBe(false);
    });
  });
});
