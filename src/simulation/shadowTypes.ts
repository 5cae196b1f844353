import type { Observable, SchedulerLike } from 'rxjs';
import type { TaskEvent, TaskStats, Why } from 'rx-tasker';
import type { Summary } from './Samples.js';
import type { SimulationConfig } from './types.js';

// What `shadow` is given, and what it emits.

/** What `shadow` needs of a manager: a `TaskManager` has it. */
export interface ShadowedManager {
  readonly events$: Observable<TaskEvent>;
  readonly maxWorkerCount: number;
  stats(): TaskStats;
}

/** The options of `shadow`. */
export interface ShadowOptions {
  /**
   * The time from the end of a comparison to the next one, in ms, > 0 and at most `window`.
   *
   * @default 60_000
   */
  every?: number | undefined;
  /**
   * How far back a comparison looks, in ms, > 0, to half of `every`.
   *
   * @default 3_600_000
   */
  window?: number | undefined;
  /**
   * How long workers of the simulations take to come up, in ms, >= 0.
   *
   * @default what the manager has measured, as in `Load.startupTime` of its latest `scaled` event; 0 before the first
   */
  startup?: number | undefined;
  /**
   * How many tasks are remembered besides those that wait or run; an integer >= 1. With more tasks than that the window
   * begins later, and `isCut` of the report is true.
   *
   * @default 20_000
   */
  maxTasks?: number | undefined;
  /**
   * The config of the manager, or the part of it that is not the default. The events do not tell `burstInterval`,
   * `rateWindow`, `discipline` and `concurrency`. Nor is `workerCount` known before the base workers are up, or before
   * the first `scaled` event. A stream as `concurrency` cannot be simulated. All other fields are ignored.
   *
   * @default workerCount and maxWorkerCount as far as the manager tells, and the defaults of a manager
   */
  config?: Partial<SimulationConfig> | undefined;
  /**
   * Gives the timers: that of the manager, if it has one of its own.
   *
   * @default asyncScheduler
   */
  scheduler?: SchedulerLike | undefined;
}

/** What a policy has decided and cost in the window. */
export interface ShadowFigures {
  /** The target at the end of the window: how many workers the policy wants now. */
  readonly workers: number;
  /** What the policy has said about the latest change of its target, if anything. */
  readonly why?: Why | undefined;
  /** The paid time: the lives of all workers inside the window, startup included. */
  readonly workerSeconds: number;
  /** `workerSeconds` over `busySeconds` of the report; 0 if that is 0. */
  readonly costRatio: number;
  /**
   * The time in the lanes, in ms, of the tasks that arrived in the window. A task that waits at the end of the window
   * counts with its wait so far. Exact.
   */
  readonly wait: Summary;
  /** How many workers were made in the window. Base workers of a simulation do not count. */
  readonly workersStarted: number;
  /** The number of changes of the target in the opposite direction of the previous change. */
  readonly reversals: number;
}

/** What several policies would have decided and cost on the same traffic. */
export interface ShadowReport<K extends string> {
  /** When the window begins, in ms by the manager's clock. */
  readonly from: number;
  /** When the window ends. */
  readonly to: number;
  /** The number of tasks that arrived in the window, without those that were cancelled before they ran. */
  readonly tasks: number;
  /** Whether the window begins later than it should, since more than `maxTasks` tasks have arrived. */
  readonly isCut: boolean;
  /** The base workers of the simulations. */
  readonly workerCount: number;
  /** The startup time of a worker in the simulations, in ms. */
  readonly startup: number;
  /** How long the manager's workers had a task in the window, all together. */
  readonly busySeconds: number;
  /** What the manager did. */
  readonly actual: ShadowFigures;
  /** What each policy would have done, by its name. */
  readonly policies: { readonly [P in K]: ShadowFigures };
}
