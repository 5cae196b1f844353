import { combineLatest, filter, map, throttleTime } from 'rxjs';
import type { TaskManager, TaskMetrics, TaskStats } from 'rx-tasker';

/** What the job counts itself. */
export interface Progress {
  files: number;
  bytes: number;
  failures: number;
  /** The most workers that there were at once. */
  peak: number;
}

/** Messages and, on a terminal, one status line below them that is rewritten. */
export class Screen {
  readonly #stream: NodeJS.WriteStream;
  #status = '';

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  get isTerminal(): boolean {
    return this.#stream.isTTY;
  }

  say(message: string): void {
    this.#stream.write(this.isTerminal ? `${CLEAR}${message}\n${this.#status}` : `${message}\n`);
  }

  /** The new status line; an empty one takes it away. */
  show(status: string): void {
    if (!this.isTerminal) {
      if (status !== '') this.say(status);
      return;
    }
    this.#status = status.slice(0, this.#stream.columns - 1); // a line that wraps cannot be rewritten
    this.#stream.write(CLEAR + this.#status);
  }
}

const CLEAR = '\r\x1b[K';

/** Shows what goes on until the manager has stopped: all the time on a terminal, now and then elsewhere. */
export const showProgress = <R>(
  manager: TaskManager<R>,
  progress: Progress,
  screen: Screen,
): void => {
  const interval = screen.isTerminal ? 100 : 5000;
  combineLatest([manager.stats$, manager.metrics$])
    .pipe(
      filter(([{ busyWorkers }]) => busyWorkers > 0),
      throttleTime(interval),
      map(([stats, metrics]) => describe(progress, stats, metrics)),
    )
    .subscribe({ next: (status) => screen.show(status), complete: () => screen.show('') });
};

const describe = (progress: Progress, stats: TaskStats, metrics: TaskMetrics): string => {
  const { activeWorkers, burstWorkers, busyWorkers, queuedTasks, priorityTasks } = stats;
  return [
    plural(progress.files, 'file'),
    size(progress.bytes),
    `${count(Math.round(metrics.taskCompletionRate))} files/s`,
    `${plural(activeWorkers, 'worker')} (${burstWorkers} burst, ${busyWorkers} busy)`,
    `${priorityTasks} small and ${queuedTasks} large waiting`,
    ...(progress.failures > 0 ? [`${count(progress.failures)} unreadable`] : []),
  ].join(' · ');
};

export const summarise = (progress: Progress, metrics: TaskMetrics, out: string): string => {
  const { averageExecutionTime, p50ExecutionTime, p95ExecutionTime, p99ExecutionTime } = metrics;
  return [
    `${plural(progress.files, 'file')}, ${size(progress.bytes)}, ${count(progress.failures)} unreadable`,
    `time       ${(performance.now() / 1000).toFixed(1)} s`,
    `workers    ${progress.peak} at most`,
    `reading    ${time(averageExecutionTime)} on average, ${time(p50ExecutionTime)} median, ` +
      `${time(p95ExecutionTime)} p95, ${time(p99ExecutionTime)} p99`,
    `waiting    ${time(metrics.averageWaitTime)} on average, ${time(metrics.p99WaitTime)} p99`,
    `written to ${out}`,
  ].join('\n');
};

const count = (value: number): string => value.toLocaleString('en');
/** As in `1 file`, `2,000 files`. */
export const plural = (value: number, noun: string): string =>
  `${count(value)} ${noun}${value === 1 ? '' : 's'}`;

const size = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
const time = (ms: number): string => `${ms.toFixed(2)} ms`;
