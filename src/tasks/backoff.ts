import { throwError, timer, type Observable, type SchedulerLike } from 'rxjs';
import {
  check,
  checkFunction,
  checkNotNegative,
  checkObject,
  checkScheduler,
} from '../checks/check.js';

/** The options of `backoff`. */
export interface BackoffOptions {
  /**
   * The delay before the first retry, in ms, >= 0.
   *
   * @default 100
   */
  initial?: number | undefined;
  /**
   * What each further delay is of the one before, >= 1.
   *
   * @default 2
   */
  factor?: number | undefined;
  /**
   * The longest delay, in ms, >= 0.
   *
   * @default 30_000
   */
  max?: number | undefined;
  /**
   * How much of a delay is left to chance, so that what failed together does not come again together: all of it, half of
   * it, or nothing.
   *
   * @default 'full'
   */
  jitter?: 'full' | 'equal' | 'none' | undefined;
  /**
   * Whether it makes sense to try again after this error. If not, the task ends with it.
   *
   * @default () => true
   */
  retryable?: ((error: unknown) => boolean) | undefined;
  /**
   * A number from 0 to less than 1 at each call.
   *
   * @default Math.random
   */
  random?: (() => number) | undefined;
  /**
   * Gives the timers.
   *
   * @default asyncScheduler
   */
  scheduler?: SchedulerLike | undefined;
}

/** What RxJS's `retry` and a `retry` of this library take as `delay`. */
export type RetryDelay = (error: unknown, retryCount: number) => Observable<unknown>;

/**
 * Delays that grow: for the `delay` of a task's or a manager's `retry`, and of RxJS's own `retry`. The delay before the
 * n-th retry is at most min(`max`, `initial` · `factor`^(n − 1)). With full jitter it is a random part of that.
 *
 * Source: "Exponential Backoff And Jitter" (Marc Brooker, AWS Architecture Blog, 2015), which measured that full jitter has
 * the fewest calls in all.
 *
 * @example
 * ```ts
 * import { backoff, TaskManager } from 'rx-tasker';
 *
 * const manager = new TaskManager({
 *   onCreate: () => ({}),
 *   onDestroy: () => undefined,
 *   workerCount: 1,
 *   retry: { count: 5, delay: backoff({ initial: 10, retryable: (error) => error !== 'no' }) },
 * });
 * let attempts = 0;
 * const result = await manager.queueTask(async () => {
 *   if (++attempts < 3) throw new Error('busy');
 *   return attempts;
 * });
 * console.log(result); // 3
 * await manager.stop();
 * ```
 *
 * @param options - initial, factor, max, jitter, retryable, random and scheduler
 * @returns the delay
 * @throws InvalidConfigError if an option is of the wrong type or range
 * @see {@link retryBudget}
 */
export const backoff = (options: BackoffOptions = {}): RetryDelay => {
  checkObject('options', options);
  const { initial = 100, factor = 2, max = 30_000, jitter = 'full' } = options;
  const { retryable = () => true, random = Math.random, scheduler } = options;
  checkNotNegative('initial', initial);
  check(checkNotNegative('factor', factor) >= 1, 'a number >= 1', 'factor', factor);
  checkNotNegative('max', max);
  check(Object.hasOwn(shares, jitter), "'full', 'equal' or 'none'", 'jitter', jitter);
  checkFunction('retryable', retryable);
  checkFunction('random', random);
  if (scheduler !== undefined) checkScheduler('scheduler', scheduler);
  const share = shares[jitter];

  return (error, retryCount) =>
    retryable(error)
      ? timer(Math.min(max, initial * factor ** (retryCount - 1)) * share(random), scheduler)
      : throwError(() => error);
};

/** The part of the greatest delay, by the jitter. */
const shares = {
  full: (random: () => number) => random(),
  equal: (random: () => number) => (1 + random()) / 2,
  none: () => 1,
};
