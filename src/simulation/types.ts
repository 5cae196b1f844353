import type { TaskEvent, TaskManagerConfig } from 'rx-tasker';
import type { Summary } from './Samples.js';
import type { TimelinePoint } from './Timeline.js';

/** A task of a simulation. */
export interface SimulatedTask {
  /** The time of arrival, in ms, not before the previous task. The origin of the times does not matter. */
  readonly at: number;
  /** The time on a worker, in ms, >= 0. Each attempt takes that time. */
  readonly duration: number;
  /**
   * The priority, as for a real task: the highest is served first. A finite number.
   *
   * @default 0
   */
  readonly priority?: number | undefined;
  /**
   * The error of each attempt, after `duration`. It goes through `checkHealth` and the retries.
   *
   * @default none: the task completes
   */
  readonly fails?: unknown;
}

/**
 * The settings of a task manager that a simulation uses: all except settings of resources, logging, measuring
 * and time. A caller may give a whole `TaskManagerConfig`. The simulation ignores its other settings. There are no
 * resources: `checkHealth` gets `undefined` as the resource.
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

/** The options of `simulate`. */
export interface SimulationOptions {
  /** The tasks, in ascending order of `at`. They are read one at a time, so a generator may give millions. */
  tasks: Iterable<SimulatedTask>;
  /** The settings of the manager, its scaling policy among them. */
  config: SimulationConfig;
  /**
   * The startup time of a worker, in ms, >= 0 and finite. A function gives the startup time of the n-th worker,
   * counted from 0. The base workers are made when the first task arrives, and take this time too. With
   * `(n) => (n < workerCount ? 0 : 2000)` the base workers are ready at once.
   *
   * @default 0
   */
  startup?: number | ((n: number) => number) | undefined;
  /** Called with each event of the engine as it happens; times are in ms since the first arrival. */
  onEvent?: ((event: TaskEvent) => void) | undefined;
}

/** The result of a simulation. Times are in ms, except where a field says otherwise. */
export interface SimulationReport {
  /** The number of tasks. */
  readonly tasks: number;
  /** The time from the first arrival to the end of the last task. */
  readonly duration: number;
  /** The waits of completed tasks, from the arrival to the start of the last attempt. Exact. */
  readonly wait: Summary;
  /** The same by the priority at the arrival, the highest first. */
  readonly waitByPriority: ReadonlyMap<number, Summary>;
  /**
   * The paid time: the lives of all workers, from creation, with startup, to release or to the end. A worker that
   * is given up while it starts is released when it is up.
   */
  readonly workerSeconds: number;
  /** The time in which workers had a task, all attempts included. */
  readonly busySeconds: number;
  /** `workerSeconds` over the sum of the tasks' durations; 0 if that sum is 0. */
  readonly costRatio: number;
  /** The number of workers made, base workers included. */
  readonly workersStarted: number;
  /** The number of changes of the target. */
  readonly scaleActions: number;
  /** The number of changes in the opposite direction of the previous change. */
  readonly reversals: number;
  /** The greatest number of workers at once, without workers that were given up while starting. */
  readonly peakWorkers: number;
  /** Up to 1,000 points at equal distances, and the end. */
  readonly timeline: readonly TimelinePoint[];
}
