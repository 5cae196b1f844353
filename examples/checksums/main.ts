/**
 * Checksums every file of a directory tree on a pool of threads:
 *
 *     npm start -- [DIR] [--out FILE]        by default node_modules and SHA256SUMS
 *     cd DIR && sha256sum -c FILE            verifies it
 *
 * Symbolic links are neither followed nor listed, as are sockets, pipes and devices: the list has the regular
 * files of the tree, each once. The list itself is not in it.
 *
 * A list that is a regular file is replaced when all is done; into a pipe or a device it is written. A list that
 * cannot be written is an error at once; the exit status is 1.
 *
 * A file or directory that cannot be read is reported, the rest is done, and the exit status is 1. Ctrl-C lets
 * the files that are being read finish and starts no others; no list is written then, since one that is not
 * whole would verify as if it were; the status is 130. A second Ctrl-C quits at once. Wrong arguments: 2.
 */
import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { EMPTY, fromEvent, lastValueFrom, throttleTime, toArray } from 'rxjs';
import { createTaskManager, queueFrom, type TaskFunction } from 'rx-tasker';
import { parseArguments, UsageError, type Arguments } from './arguments.js';
import { plural, Screen, showProgress, summarise } from './progress.js';
import { checkWritable, toEntry, writeSums } from './sums.js';
import { FileError, walk, type FoundFile } from './walk.js';

/** Files below this go first: many are done soon, and no small one waits behind a disk image. */
const SMALL = 64 * 1024;

const USAGE = 'usage: npm start -- [DIR] [--out FILE]';

const HELP = `
Checksums every file of a directory tree on a pool of threads, in the format of sha256sum.

  DIR         the tree (default node_modules)
  --out FILE  where the list goes (default SHA256SUMS); a pipe or a device is written into
  --help      print this

Exit codes: 0 done; 1 a file cannot be read, or the list not be written; 2 the arguments are wrong;
130 interrupted, and no list is written.`;

/** A worker's resource: one thread. It is up when it has answered. */
const startThread = async (): Promise<Piscina> => {
  const thread = new Piscina({
    filename: new URL('./sha256.mjs', import.meta.url).href,
    minThreads: 1,
    maxThreads: 1,
    execArgv: [], // the thread is plain JavaScript and needs no loader
  });
  await thread.run(undefined, { name: 'ping' });
  return thread;
};

const checksum = async (thread: Piscina, root: string, { path }: FoundFile): Promise<string> => {
  try {
    return toEntry(path, (await thread.run(root + path)) as string);
  } catch (error) {
    throw new FileError(path, error);
  }
};

const run = async ({ root, out, skip }: Arguments): Promise<number> => {
  await checkWritable(out);
  const screen = new Screen(process.stderr);
  const interrupt = new AbortController();
  const { signal } = interrupt;
  const progress = { files: 0, bytes: 0, failures: 0, peak: 0 };
  const report = (error: unknown): void => {
    progress.failures++;
    screen.say(`checksums: ${error instanceof Error ? error.message : String(error)}`);
  };

  const manager = await createTaskManager({
    onCreate: startThread,
    onDestroy: (thread) => thread.destroy(),
    workerCount: 2,
    maxWorkerCount: Math.max(4, availableParallelism()),
    resourcePoolSize: 0, // these are for runTask, which is not used here
  });
  manager.events$.subscribe((event) => {
    if (event.type === 'failed') report(event.error);
  });
  manager.stats$.subscribe(({ activeWorkers }) => {
    progress.peak = Math.max(progress.peak, activeWorkers);
  });
  showProgress(manager, progress, screen);

  const interrupts = fromEvent(process, 'SIGINT')
    .pipe(throttleTime(500)) // npm passes on the Ctrl-C that the terminal has sent to all: it comes twice
    .subscribe(() => {
      if (signal.aborted) process.exit(130);
      interrupt.abort();
      const { busyWorkers } = manager.stats();
      screen.say(
        `checksums: interrupted, ${plural(busyWorkers, 'file')} to finish; Ctrl-C again quits at once`,
      );
    });

  // Only a few files at a time are in the manager: the walk is as fast as the threads, and no faster.
  const files = walk(root, { skip, signal, onError: report });
  const toTask =
    (file: FoundFile): TaskFunction<Piscina, string> =>
    (thread) =>
      signal.aborted
        ? EMPTY
        : checksum(thread, root, file).then((entry) => {
            progress.files++;
            progress.bytes += file.size;
            return entry;
          });
  const entries = await lastValueFrom(
    queueFrom(manager, files, toTask, {
      priority: ({ size }) => (size < SMALL ? 1 : 0),
      onError: 'skip', // it has been reported
    }).pipe(toArray()),
  );
  await manager.stop();
  interrupts.unsubscribe();

  if (signal.aborted) {
    screen.say(`checksums: ${plural(progress.files, 'file')} done, ${out} is not written`);
    return 130;
  }
  await writeSums(out, entries);
  console.log(summarise(progress, manager.metrics(), out));
  return progress.failures === 0 ? 0 : 1;
};

try {
  const args = await parseArguments(process.argv.slice(2));
  if (args === 'help') console.log(`${USAGE}\n${HELP}`);
  else process.exitCode = await run(args);
} catch (error) {
  if (!(error instanceof UsageError || error instanceof FileError)) throw error;
  console.error(`checksums: ${error.message}`);
  if (error instanceof UsageError) console.error(USAGE);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
