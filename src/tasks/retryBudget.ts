import { defer, from, throwError, type ObservableInput, type SchedulerLike } from 'rxjs';
import { checkFunction, checkMethods, checkNotNegative, checkObject } from '../checks/check.js';
import { SlidingCount } from '../measures/SlidingCount.js';
import { defaultScheduler } from '../rx/defaultScheduler.js';
import type { RetryDelay } from './backoff.js';
import type { Retry } from './retry.js';

/** The options of `retryBudget`. */
export interface RetryBudgetOptions {
  /**
   * How many retries there may be for each start of the last ten seconds, >= 0.
   *
   * @default 0.1
   */
  ratio?: number | undefined;
  /**
   * How many retries there may be per second however little starts, >= 0.
   *
   * @default 1
   */
  minPerSecond?: number | undefined;
  /**
   * Gives the clock; a manager's own scheduler, if it has one.
   *
   * @default a monotonic clock of sub-millisecond resolution
   */
  scheduler?: Pick<SchedulerLike, 'now'> | undefined;
}

/** How far the budget looks back, in ms. */
const WINDOW = 10_000;
const BUCKETS = 100;

/** By the delay, what is told of each start. */
const budgets = new WeakMap<object, () => void>();

/**
 * Says of each start of an attempt that it is one, if there is a budget in the delay.
 *
 * @internal
 */
export const startListenerOf = ({ delay }: Retry): (() => void) | undefined =>
  typeof delay === 'function' ? budgets.get(delay) : undefined;

/**
 * Holds retries to a part of what starts: for the `delay` of a manager's or of tasks' `retry`. Where much fails, retries
 * would multiply the load on what fails already. A task for whose retry there is no budget ends with its error at once.
 *
 * All starts of tasks with this delay count, over the last ten seconds. The retries in this time are at most `ratio` of
 * them, plus `minPerSecond` for each second.
 *
 * Source: the retry budget of Finagle, and "Handling Overload" in Google's "Site Reliability Engineering" (2016), where a
 * client's retries are at most a tenth of its requests.
 *
 * @example
 * ```ts
 * import { backoff, retryBudget, TaskManager } from 'rx-tasker';
 *
 * const manager = new TaskManager({
 *   onCreate: () => ({}),
 *   onDestroy: () => undefined,
 *   workerCount: 1,
 *   retry: { count: 3, delay: retryBudget({ minPerSecond: 0.1 }, backoff({ initial: 1 })) },
 * });
 * let attempts = 0;
 * await manager.queueTask(async () => {
 *   attempts++;
 *   throw new Error('down');
 * }).catch(() => console.log(attempts)); // 2
 * await manager.stop();
 * ```
 *
 * @param options - ratio, minPerSecond and scheduler
 * @param delay - the delay of a retry for which there is a budget
 * @returns the delay with the budget; each has its own
 * @throws InvalidConfigError if an option or the delay is of the wrong type or range
 * @see {@link backoff}
 */
export const retryBudget = (
  options: RetryBudgetOptions,
  delay: (error: unknown, retryCount: number) => ObservableInput<unknown>,
): RetryDelay => {
  checkObject('options', options);
  const { ratio = 0.1, minPerSecond = 1, scheduler = defaultScheduler() } = options;
  checkNotNegative('ratio', ratio);
  checkNotNegative('minPerSecond', minPerSecond);
  checkMethods('scheduler', scheduler, ['now']);
  checkFunction('delay', delay);
  const count = (): SlidingCount => new SlidingCount(WINDOW, BUCKETS, scheduler.now() - WINDOW);
  const starts = count();
  const retries = count();
  const inWindow = (of: SlidingCount): number => (of.rate(scheduler.now()) * WINDOW) / 1000;

  const budgeted: RetryDelay = (error, retryCount) =>
    defer(() => {
      const budget = ratio * inWindow(starts) + (minPerSecond * WINDOW) / 1000;
      if (inWindow(retries) + 1 > budget + TOLERANCE) return throwError(() => error);
      retries.add(scheduler.now());
      return from(delay(error, retryCount));
    });
  budgets.set(budgeted, () => starts.add(scheduler.now()));
  return budgeted;
};

/** Rates lose a little to rounding. */
const TOLERANCE = 1e-6;
