import { SlidingCount } from '../measures/SlidingCount.js';
import type { TaskEvent, TaskTimes } from '../events/events.js';
import { Digest } from '../measures/Digest.js';
import type { Fold } from './fold.js';
import { RATE_RESOLUTION, timedFold, type TimedFoldOptions } from './timedFold.js';

/**
 * What a manager has measured. Times are in ms and those of completed tasks; rates are per second over
 * `rateWindow`. What has not been measured yet is 0.
 */
export interface TaskMetrics {
  readonly averageExecutionTime: number;
  readonly minExecutionTime: number;
  readonly maxExecutionTime: number;
  readonly p50ExecutionTime: number;
  readonly p95ExecutionTime: number;
  readonly p99ExecutionTime: number;
  /** From the arrival to the start of the last attempt. */
  readonly averageWaitTime: number;
  readonly p95WaitTime: number;
  readonly p99WaitTime: number;
  readonly taskArrivalRate: number;
  /** Of tasks that ended well. */
  readonly taskCompletionRate: number;
  readonly totalTasksArrived: number;
  readonly totalTasksCompleted: number;
  readonly totalTasksFailed: number;
  readonly totalTasksRetried: number;
  readonly totalTasksCancelled: number;
  /** Tasks that were not accepted, since as many waited as may. */
  readonly totalTasksRejected: number;
  /** Of completed and failed tasks, the share that completed; 0 before the first. */
  readonly successRate: number;
  /** Of completed and failed tasks, the share that failed; 0 before the first. */
  readonly failureRate: number;
}

/**
 * The metrics of a manager that has done nothing: for a `MetricsCollector` of one's own that does not measure everything.
 *
 * @example
 * ```ts
 * import { emptyMetrics, type MetricsCollector } from 'rx-tasker';
 *
 * let arrived = 0;
 * const collector: MetricsCollector = {
 *   recordArrival: () => arrived++,
 *   recordCompletion: () => undefined,
 *   recordFailure: () => undefined,
 *   recordRetry: () => undefined,
 *   metrics: () => ({ ...emptyMetrics, totalTasksArrived: arrived }),
 * };
 * collector.recordArrival();
 * console.log(collector.metrics().totalTasksArrived); // 1
 * ```
 */
export const emptyMetrics: TaskMetrics = Object.freeze({
  averageExecutionTime: 0,
  minExecutionTime: 0,
  maxExecutionTime: 0,
  p50ExecutionTime: 0,
  p95ExecutionTime: 0,
  p99ExecutionTime: 0,
  averageWaitTime: 0,
  p95WaitTime: 0,
  p99WaitTime: 0,
  taskArrivalRate: 0,
  taskCompletionRate: 0,
  totalTasksArrived: 0,
  totalTasksCompleted: 0,
  totalTasksFailed: 0,
  totalTasksRetried: 0,
  totalTasksCancelled: 0,
  totalTasksRejected: 0,
  successRate: 0,
  failureRate: 0,
});

/**
 * The fold of events into metrics: counts, sums and t-digests, in constant memory, read in constant time.
 *
 * Use it for a part of the events, such as those of one label, on the output of `runTasks`, or on events that were
 * recorded. A `TaskManager` has `metrics()` and `metrics$`. A `MetricsCollector` feeds a monitoring system.
 *
 * Rates are over `rateWindow`, or over the time since the first event if that is shorter. A read is as of the latest
 * event, or as of `scheduler.now()`. A fold that begins late counts from there on: a task that arrived before is in
 * `totalTasksCompleted` when it completes, and not in `totalTasksArrived`.
 *
 * @example
 * ```ts
 * import { filter, last } from 'rxjs';
 * import { fold, metricsFold, TaskManager } from 'rx-tasker';
 *
 * const manager = new TaskManager({ onCreate: () => ({}), onDestroy: () => undefined, workerCount: 1 });
 * manager.events$
 *   .pipe(
 *     filter((event) => 'label' in event && event.label === 'mail'),
 *     fold(() => metricsFold()),
 *     last(),
 *   )
 *   .subscribe(({ totalTasksArrived, successRate }) => console.log(totalTasksArrived, successRate)); // 2 0.5
 * await manager.queueTask(() => 'sent', { label: 'mail' });
 * await manager.queueTask(() => Promise.reject(new Error('no')), { label: 'mail' }).catch(() => 0);
 * await manager.queueTask(() => 'done', { label: 'report' });
 * await manager.stop();
 * ```
 *
 * @param options - rateWindow and scheduler
 * @returns a new fold
 * @throws InvalidConfigError if an option is of the wrong type or range
 * @see {@link fold}, {@link createMetricsCollector}
 */
export const metricsFold = (options: TimedFoldOptions = {}): Fold<TaskMetrics> =>
  timedFold(options, (rateWindow, now) => new MetricsFold(rateWindow, now));

/**
 * `metricsFold`, which can also be told of what happened without an event.
 *
 * @internal
 */
export class MetricsFold implements Fold<TaskMetrics> {
  readonly #now: () => number;
  readonly #arrivals: SlidingCount;
  readonly #completions: SlidingCount;
  /** Both are of completed tasks, and so have the same count. */
  readonly #execution = new Digest();
  readonly #wait = new Digest();
  #failed = 0;
  #retried = 0;
  #cancelled = 0;
  #rejected = 0;

  /** @param now - gives the moment of a read; rates begin with the first one */
  constructor(rateWindow: number, now: () => number) {
    this.#now = now;
    const start = now();
    this.#arrivals = new SlidingCount(rateWindow, RATE_RESOLUTION, start);
    this.#completions = new SlidingCount(rateWindow, RATE_RESOLUTION, start);
  }

  apply(event: TaskEvent): void {
    switch (event.type) {
      case 'arrived':
        return this.arrive(event.time);
      case 'completed':
        return this.complete(event);
      case 'failed':
        return this.fail();
      case 'retried':
        return this.retry();
      case 'cancelled':
        return this.cancel();
      case 'rejected':
        return this.reject();
      default:
    }
  }

  arrive(time: number): void {
    this.#arrivals.add(time);
  }

  complete({ queuedAt, startedAt, finishedAt }: TaskTimes): void {
    this.#completions.add(finishedAt);
    // Not less than 0, though the clock may have been set back.
    this.#execution.add(Math.max(0, finishedAt - startedAt));
    this.#wait.add(Math.max(0, startedAt - queuedAt));
  }

  fail(): void {
    this.#failed++;
  }

  retry(): void {
    this.#retried++;
  }

  cancel(): void {
    this.#cancelled++;
  }

  reject(): void {
    this.#rejected++;
  }

  read(): TaskMetrics {
    const now = this.#now();
    const execution = this.#execution;
    const wait = this.#wait;
    const completed = execution.count;
    const failed = this.#failed;
    const ended = completed + failed;
    return {
      averageExecutionTime: execution.mean,
      minExecutionTime: execution.min,
      maxExecutionTime: execution.max,
      p50ExecutionTime: execution.quantile(0.5),
      p95ExecutionTime: execution.quantile(0.95),
      p99ExecutionTime: execution.quantile(0.99),
      averageWaitTime: wait.mean,
      p95WaitTime: wait.quantile(0.95),
      p99WaitTime: wait.quantile(0.99),
      taskArrivalRate: this.#arrivals.rate(now),
      taskCompletionRate: this.#completions.rate(now),
      totalTasksArrived: this.#arrivals.count,
      totalTasksCompleted: completed,
      totalTasksFailed: failed,
      totalTasksRetried: this.#retried,
      totalTasksCancelled: this.#cancelled,
      totalTasksRejected: this.#rejected,
      successRate: ended === 0 ? 0 : completed / ended,
      failureRate: ended === 0 ? 0 : failed / ended,
    };
  }
}
