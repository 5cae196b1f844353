import type { TaskEvent, TaskManagerConfig } from 'rx-tasker';
import type { Summary } from './Samples.js';
import type { TimelinePoint } from './Timeline.js';

/** A task of a simulation. */
export interface SimulatedTask {
  /** When it arrives, in ms; not before the task ahead of it. Where the count begins is all the same. */
  readonly at: number;
  /** How long a worker has it, in ms; >= 0. Each of its attempts takes that long. */
  readonly duration: number;
  /**
   * As for a real task: higher is served first. A finite number.
   *
   * @default 0
   */
  readonly priority?: number | undefined;
  /**
   * The error that each attempt ends with, after `duration`. It goes through `checkHealth` and the retries.
   *
   * @default none: the task completes
   */
  readonly fails?: unknown;
}

/**
 * The settings of a task manager that play a part in a simulation: all but those of resources, logging,
 * measuring and time. A whole `TaskManagerConfig` may be given; of the others no notice is taken. There are no
 * resources: `checkHealth` is given `undefined` for one.
 */
export type SimulationConfig = Omit<
  TaskManagerConfig<unknown>,
  | 'onCreate'
  | 'onDestroy'
  | 'resourcePoolSize'
  | 'signal'
  | 'logger'
  | 'collector'
  | 'abortGrace'
  | 'releaseTimeout'
  | 'scheduler'
>;

/** What to simulate. */
export interface SimulationOptions {
  /** In ascending order of `at`. It is read one task at a time, so that it may be a generator of millions. */
  tasks: Iterable<SimulatedTask>;
  /** The settings of the manager, its scaling policy among them. */
  config: SimulationConfig;
  /**
   * How long a worker takes to come up, in ms, >= 0 and finite; or a function that says so for the n-th worker
   * that is made, counted from 0. The base workers are made when the first task arrives, and they too take
   * that long: `(n) => (n < workerCount ? 0 : 2000)` has them ready.
   *
   * @default 0
   */
  startup?: number | ((n: number) => number) | undefined;
  /** Called with each event of the engine as it happens; times are in ms since the first arrival. */
  onEvent?: ((event: TaskEvent) => void) | undefined;
}

/** What came of a simulation. Times are in ms where nothing else is said. */
export interface SimulationReport {
  /** How many tasks there were. */
  readonly tasks: number;
  /** From the first arrival until the last task has ended. */
  readonly duration: number;
  /** Of the tasks that completed: from the arrival to the start of the last attempt. Exact. */
  readonly wait: Summary;
  /** The same by the priority that the task came with, the most urgent first. */
  readonly waitByPriority: ReadonlyMap<number, Summary>;
  /**
   * What is paid for: the lives of all workers, from creation, start-up included, to release or to the end. One
   * that is given up while it starts is released when it is up.
   */
  readonly workerSeconds: number;
  /** How long workers had a task, all attempts included. */
  readonly busySeconds: number;
  /** `workerSeconds` over the sum of the tasks' durations; 0 if that is 0. */
  readonly costRatio: number;
  /** How many workers were made, the base workers among them. */
  readonly workersStarted: number;
  /** How often the number of workers was changed. */
  readonly scaleActions: number;
  /** How many of these changes went the other way than the one before. */
  readonly reversals: number;
  /** The most workers that there were at once, without those that were given up while starting. */
  readonly peakWorkers: number;
  /** Up to 1,000 points at equal distances, and the end. */
  readonly timeline: readonly TimelinePoint[];
}
