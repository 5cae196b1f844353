import { basename } from 'node:path';
import { SimulationStalledError } from 'rx-tasker/simulation';
import { formatDuration, plural } from './durations.js';
import { FileError, UsageError } from './errors.js';
import { checkFolder, read, write } from './files.js';
import { help } from './help.js';
import type { Assets } from './html/page.js';
import { parseCommand, type CompareCommand, type SimulateCommand } from './options.js';
import { comparing } from './reports/comparing.js';
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
  const plot = command.name === 'compare' ? command.plot : undefined;
  if (html !== undefined) checkFolder('html', html);
  if (plot !== undefined) checkFolder('plot', plot);
  const report =
    command.name === 'compare' ? compare(command, progress) : simulate(command, progress);
  progress('');
  // The files come first: when the text says success, the files are there.
  if (html !== undefined) write('html', html, report.html(assets));
  if (plot !== undefined && report.svg) write('plot', plot, report.svg());
  print(`${visible(json ? JSON.stringify(report.json, null, 2) : report.text)}\n`);
  return report.isMet ? 0 : 3;
};

const simulate = (command: SimulateCommand, progress: (text: string) => void): Report => {
  const { given, sweep, recommend, targets } = command;
  // Contradictions are found before the trace is read.
  const steps = sweep && sweepSteps(given, sweep);
  const settings = steps || recommend ? undefined : completeSettings(given);
  const subject = subjectOf(command, targets);
  if (settings) return simulation(subject, settings);
  if (steps) return sweeping(subject, sweep, steps, progress);
  return recommendation(subject, command, progress);
};

const compare = (command: CompareCommand, progress: (text: string) => void): Report =>
  comparing(subjectOf(command, []), command, progress);

const subjectOf = (
  { file, trace }: SimulateCommand | CompareCommand,
  targets: Subject['targets'],
): Subject => ({
  file: visibleLine(basename(file)),
  trace: parseCsvTrace(read(file), file, trace),
  targets,
});
