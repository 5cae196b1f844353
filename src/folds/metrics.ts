import type { SchedulerLike } from 'rxjs';
import { checkMethods, checkObject, checkWindow } from '../checks/check.js';
import { defaultScheduler } from '../rx/defaultScheduler.js';
import { SlidingCount } from '../measures/SlidingCount.js';
import { reportUnhandledError } from '../rx/reportUnhandledError.js';
import type { TaskEvent, TaskTimes } from '../events/events.js';
import { TimeSummary } from '../measures/TimeSummary.js';

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
  /** Of completed and failed tasks, the share that completed; 0 before the first. */
  readonly successRate: number;
  /** Of completed and failed tasks, the share that failed; 0 before the first. */
  readonly failureRate: number;
}

/** What counts and measures: the built-in one, or one's own that feeds a monitoring system. */
export interface MetricsCollector {
  /** A task was accepted. */
  recordArrival(): void;
  /** A task ended well. */
  recordCompletion(times: TaskTimes): void;
  /** A task ended with an error. */
  recordFailure(times: TaskTimes): void;
  /** A task failed on an unhealthy worker and waits again. */
  recordRetry(): void;
  /** A task was cancelled. */
  recordCancellation?: (() => void) | undefined;
  /** All that was measured so far. */
  metrics(): TaskMetrics;
}

/** The options of `createMetricsCollector`. */
export interface MetricsCollectorOptions {
  /**
   * The window of both rates, in ms, >= 0.1.
   *
   * @default 10_000
   */
  rateWindow?: number | undefined;
  /**
   * Gives the clock; a manager's own scheduler, if it has one.
   *
   * @default a monotonic clock of sub-millisecond resolution
   */
  scheduler?: Pick<SchedulerLike, 'now'> | undefined;
}

/** Into how many steps the window of a rate is divided. */
const RATE_RESOLUTION = 100;

/**
 * The built-in collector: counts, sums and t-digests, in constant memory, read in constant time. A collector
 * of one's own may pass everything on to it.
 *
 * @example
 * ```ts
 * import { createMetricsCollector } from 'rx-tasker';
 *
 * const collector = createMetricsCollector();
 * collector.recordArrival();
 * console.log(collector.metrics().totalTasksArrived); // 1
 * ```
 *
 * @param options - rateWindow and scheduler
 * @returns a new collector
 * @throws InvalidConfigError if an option is of the wrong type or range
 */
export const createMetricsCollector = (options: MetricsCollectorOptions = {}): MetricsCollector => {
  checkObject('options', options);
  const { rateWindow = 10_000, scheduler = defaultScheduler() } = options;
  checkWindow('rateWindow', rateWindow);
  checkMethods('scheduler', scheduler, ['now']);
  const start = scheduler.now();
  const arrivals = new SlidingCount(rateWindow, RATE_RESOLUTION, start);
  const completions = new SlidingCount(rateWindow, RATE_RESOLUTION, start);
  const execution = new TimeSummary();
  const wait = new TimeSummary();
  let arrived = 0;
  let failed = 0;
  let retried = 0;
  let cancelled = 0;

  return {
    recordArrival() {
      arrived++;
      arrivals.add(scheduler.now());
    },
    recordCompletion({ queuedAt, startedAt, finishedAt }) {
      completions.add(finishedAt);
      // Not less than 0, though the clock may have been set back.
      execution.add(Math.max(0, finishedAt - startedAt));
      wait.add(Math.max(0, startedAt - queuedAt));
    },
    recordFailure() {
      failed++;
    },
    recordRetry() {
      retried++;
    },
    recordCancellation() {
      cancelled++;
    },
    metrics() {
      const now = scheduler.now();
      const completed = execution.count;
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
        taskArrivalRate: arrivals.rate(now),
        taskCompletionRate: completions.rate(now),
        totalTasksArrived: arrived,
        totalTasksCompleted: completed,
        totalTasksFailed: failed,
        totalTasksRetried: retried,
        totalTasksCancelled: cancelled,
        successRate: ended === 0 ? 0 : completed / ended,
        failureRate: ended === 0 ? 0 : failed / ended,
      };
    },
  };
};

/**
 * Tells a collector of an event. What the collector throws is reported and harms nothing else.
 *
 * @internal
 */
export const collectEvent = (collector: MetricsCollector, event: TaskEvent): void => {
  try {
    switch (event.type) {
      case 'arrived':
        return collector.recordArrival();
      case 'completed':
        return collector.recordCompletion(timesOf(event));
      case 'failed':
        return collector.recordFailure(timesOf(event));
      case 'retried':
        return collector.recordRetry();
      case 'cancelled':
        return collector.recordCancellation?.();
      default:
    }
  } catch (error) {
    reportUnhandledError(error);
  }
};

const timesOf = ({ queuedAt, startedAt, finishedAt }: TaskTimes): TaskTimes => ({
  queuedAt,
  startedAt,
  finishedAt,
});
