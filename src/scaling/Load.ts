// What a policy is told, and what it says: the types that events share with scaling.

/** The state of the manager that the scaling policy sees at each look. */
export interface Load {
  /** The moment of the look, in ms, by the manager's clock. */
  readonly time: number;
  /** Tasks queued per second, over `rateWindow`. A `runTask` does not count, since it needs no worker. */
  readonly arrivalRate: number;
  /** Tasks that workers completed per second, over `rateWindow`. As in the metrics, a failed task does not count. */
  readonly completionRate: number;
  /** Tasks that completed or failed on workers per second, over `rateWindow`. */
  readonly throughput: number;
  /** The running mean of about 100 execution times, failed tasks included, in ms; 0 before the first. */
  readonly meanExecutionTime: number;
  /** The sum of the execution times of all tasks that have completed or failed on workers so far, in ms. */
  readonly executionTime: number;
  /**
   * How long workers have been busy so far, all together, in ms. In contrast to `executionTime`, tasks that still run
   * and attempts that failed count too. The manager always says it; a load that was made by hand may leave it out.
   */
  readonly busyTime?: number | undefined;
  /** The number of tasks that workers have completed so far. */
  readonly completed: number;
  /** The number of tasks that have failed on workers so far. */
  readonly failed: number;
  /**
   * What attempts on workers have failed with since the look before, in this order. Attempts of which the task is tried
   * again count too. At most the last hundred, so that a look holds little. Left out while there are none.
   */
  readonly errors?: readonly unknown[] | undefined;
  /** All tasks that wait in the lanes. `TaskStats.queuedTasks` counts only those of priority <= 0. */
  readonly queued: number;
  /** How long the oldest of the waiting tasks has waited since its arrival, in ms; 0 while nothing waits. */
  readonly oldestWait: number;
  /** Workers that have a task. */
  readonly busy: number;
  /** Workers that are up, with a task or without. */
  readonly ready: number;
  /** How long workers take to come up, in ms: the running mean of the last few; 0 before the first is up. */
  readonly startupTime: number;
  /** The target before this look: workers that are up or starting, without workers that are about to leave. */
  readonly current: number;
  /** The least number of workers: `workerCount`. */
  readonly base: number;
  /** The greatest number of workers: `maxWorkerCount`. */
  readonly max: number;
}

/** Why a policy decided as it did. */
export interface Why {
  /** Plain words, as in a log line: without a capital letter at the start, and without a full stop. */
  readonly reason: string;
  /** What the policy had in mind, by name. */
  readonly [fact: string]: string | number | boolean;
}
