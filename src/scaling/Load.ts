/** The state of the manager that the scaling policy sees at each look. */
export interface Load {
  /** The moment of the look, in ms, by the manager's clock. */
  readonly time: number;
  /** Tasks queued per second, over `rateWindow`. A `runTask` does not count, since it needs no worker. */
  readonly arrivalRate: number;
  /** Tasks that workers ended per second, failed ones included, over `rateWindow`. */
  readonly completionRate: number;
  /** The running mean of about 100 execution times, failed tasks included, in ms; 0 before the first. */
  readonly meanExecutionTime: number;
  /** The number of tasks that workers have ended so far, failed ones included. */
  readonly completed: number;
  /** Tasks that wait in the lanes. */
  readonly queued: number;
  /** Workers that have a task. */
  readonly busy: number;
  /** Workers that are up or starting, without workers that are about to leave. */
  readonly current: number;
  /** The least number of workers: `workerCount`. */
  readonly base: number;
  /** The greatest number of workers: `maxWorkerCount`. */
  readonly max: number;
}
