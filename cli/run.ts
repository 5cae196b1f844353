import {
  lstatSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import { SimulationStalledError } from 'rx-tasker/simulation';
import { formatDuration, plural } from './durations.js';
import { FileError, UsageError } from './errors.js';
import { help } from './help.js';
import type { Assets } from './html/page.js';
import { parseCommand, type SimulateCommand } from './options.js';
import { recommendation } from './reports/recommendation.js';
import type { Report, Subject } from './reports/report.js';
import { simulation } from './reports/simulation.js';
import { sweeping } from './reports/sweeping.js';
import { completeSettings } from './settings.js';
import { sweepSteps } from './sweep.js';
import { parseCsvTrace } from './trace/parseCsvTrace.js';
import { visible, visibleLine } from './visible.js';

/** The surroundings of the program. */
export interface Surroundings {
  readonly version: string;
  readonly assets: Assets;
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
  /** Shows the progress. */
  readonly progress: (text: string) => void;
}

/**
 * Runs the command line.
 *
 * @param args - without the program's name
 * @returns the exit code: 0 done, 1 a file is wrong, 2 the command line is wrong, 3 no setting meets the targets
 */
export const run = (args: readonly string[], surroundings: Surroundings): number => {
  try {
    return execute(args, surroundings);
  } catch (thrown) {
    const error = thrown instanceof SimulationStalledError ? stalled(thrown) : thrown;
    if (!(error instanceof UsageError || error instanceof FileError)) throw error;
    surroundings.progress('');
    surroundings.complain(`rx-tasker: ${visibleLine(error.message)}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
};

/** All tasks of a trace end. So the interval of the looks is too short for the length of the tasks. */
const stalled = ({ time, unfinished }: SimulationStalledError): UsageError =>
  new UsageError(
    `no task ended in 2 million steps until ${formatDuration(time)}, with ${plural(unfinished, 'task')} unfinished: ` +
      'raise --interval, as in --interval 1m',
  );

const execute = (
  args: readonly string[],
  { version, assets, print, progress }: Surroundings,
): number => {
  const command = parseCommand(args);
  if (command.name === 'help') {
    print(help());
    return 0;
  }
  if (command.name === 'version') {
    print(`${version}\n`);
    return 0;
  }
  const { html, json } = command;
  if (html !== undefined) checkFolder(html);
  const report = simulate(command, progress);
  progress('');
  // The file comes first: when the text says success, the file is there.
  if (html !== undefined) write(html, report.html(assets));
  print(`${visible(json ? JSON.stringify(report.json, null, 2) : report.text)}\n`);
  return report.isMet ? 0 : 3;
};

const simulate = (command: SimulateCommand, progress: (text: string) => void): Report => {
  const { file, trace, given, sweep, recommend, targets } = command;
  // Contradictions are found before the trace is read.
  const steps = sweep && sweepSteps(given, sweep);
  const settings = steps || recommend ? undefined : completeSettings(given);
  const subject: Subject = {
    file: visibleLine(basename(file)),
    trace: parseCsvTrace(read(file), file, trace),
    targets,
  };
  if (settings) return simulation(subject, settings);
  if (steps) return sweeping(subject, sweep, steps, progress);
  return recommendation(subject, command, progress);
};

const read = (file: string): Uint8Array => {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new FileError(`${file} cannot be read: ${reasonOf(error)}`);
  }
};

/** A simulation may take long, so a missing folder is better known before. */
const checkFolder = (file: string): void => {
  const folder = dirname(file);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new FileError(`--html ${file}: there is no folder ${folder}; make the folder first`);
  }
};

/**
 * Replaces the file, or the target of a link, as a whole. If anything fails, the old file stays. A pipe, a device
 * and a link to nothing are no regular files: the text is written into these.
 */
const write = (file: string, text: string): void => {
  try {
    const found = statSync(file, { throwIfNoEntry: false });
    if (found ? found.isFile() : !lstatSync(file, { throwIfNoEntry: false })) {
      replace(found ? realpathSync(file) : file, text);
    } else {
      writeFileSync(file, text);
    }
  } catch (error) {
    throw new FileError(`--html ${file} cannot be written: ${reasonOf(error)}`);
  }
};

const replace = (file: string, text: string): void => {
  const draft = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(draft, text, { flag: 'wx' });
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
};

const reasonOf = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException;
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file',
    EISDIR: 'it is a folder',
    EACCES: 'permission denied',
  };
  return reasons[code ?? ''] ?? message;
};
