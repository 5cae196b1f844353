import type { SchedulerLike } from 'rxjs';
import { defaultScheduler } from '../rx/defaultScheduler.js';
import { reportUnhandledError } from '../rx/reportUnhandledError.js';
import { checkMethods, checkObject, checkWindow } from '../checks/check.js';
import type { TaskEvent, TaskTimes } from '../events/events.js';
import type { Fold } from './fold.js';
import { MetricsFold, type TaskMetrics } from './metrics.js';

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
  /** A task was not accepted, since as many waited as may. */
  recordRejection?: (() => void) | undefined;
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

/**
 * The built-in collector: `metricsFold` in the form of a `MetricsCollector`. A collector of one's own may pass everything
 * on to it.
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
 * @see {@link metricsFold}
 */
export const createMetricsCollector = (options: MetricsCollectorOptions = {}): MetricsCollector => {
  checkObject('options', options);
  const { rateWindow = 10_000, scheduler = defaultScheduler() } = options;
  checkWindow('rateWindow', rateWindow);
  checkMethods('scheduler', scheduler, ['now']);
  const now = (): number => scheduler.now();
  const metrics = new MetricsFold(rateWindow, now);
  return {
    recordArrival: () => metrics.arrive(now()),
    recordCompletion: (times) => metrics.complete(times),
    recordFailure: () => metrics.fail(),
    recordRetry: () => metrics.retry(),
    recordCancellation: () => metrics.cancel(),
    recordRejection: () => metrics.reject(),
    metrics: () => metrics.read(),
  };
};

/**
 * The fold that tells a collector of the events, and reads its metrics. It calls a user's code: the engine applies it
 * where it tells. What a `record…` throws is reported and harms nothing else; what `metrics` throws, `read` throws.
 *
 * @internal
 */
export const collectorFold = (collector: MetricsCollector): Fold<TaskMetrics> => ({
  apply: (event) => {
    try {
      tell(collector, event);
    } catch (error) {
      reportUnhandledError(error);
    }
  },
  read: () => collector.metrics(),
});

const tell = (collector: MetricsCollector, event: TaskEvent): void => {
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
    case 'rejected':
      return collector.recordRejection?.();
    default:
  }
};

/** A collector gets the times alone, and nothing of the task. */
const timesOf = ({ queuedAt, startedAt, finishedAt }: TaskTimes): TaskTimes => ({
  queuedAt,
  startedAt,
  finishedAt,
});
