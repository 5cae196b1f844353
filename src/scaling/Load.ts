/** What the scaling policy sees at each look. */
export interface Load {
  /** The moment of the look, in ms, by the manager's clock. */
  readonly time: number;
  /** Tasks queued per second, over `rateWindow`. `runTask` does not count: it needs no worker. */
  readonly arrivalRate: number;
  /** Tasks that workers ended per second, failed ones included, over `rateWindow`. */
  readonly completionRate: number;
  /** The running mean of the last 100 tasks' execution times, failures included, in ms; 0 before the first. */
  readonly meanExecutionTime: number;
  /** How many tasks workers have ended so far, failed ones included. */
  readonly completed: number;
  /** Tasks that wait in the lanes. */
  readonly queued: number;
  /** Workers that have a task. */
  readonly busy: number;
  /** Workers started or starting, less those that are about to leave. */
  readonly current: number;
  /** The least number of workers: `workerCount`. */
  readonly base: number;
  /** The greatest number of workers: `maxWorkerCount`. */
  readonly max: number;
}
