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
  /** The number of tasks that workers have completed so far. */
  readonly completed: number;
  /** The number of tasks that have failed on workers so far. */
  readonly failed: number;
  /**
   * What attempts on workers have failed with since the look before, in this order. Attempts of which the task is tried
   * again count too. At most the last hundred, so that a look holds little. Without it nothing is known of errors.
   */
  readonly errors?: readonly unknown[] | undefined;
  /** All tasks that wait in the lanes. `TaskStats.queuedTasks` counts only those of priority <= 0. */
  readonly queued: number;
  /** Workers that have a task. */
  readonly busy: number;
  /** The target before this look: workers that are up or starting, without workers that are about to leave. */
  readonly current: number;
  /** The least number of workers: `workerCount`. */
  readonly base: number;
  /** The greatest number of workers: `maxWorkerCount`. */
  readonly max: number;
}
