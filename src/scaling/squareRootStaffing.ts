import { map } from 'rxjs';
import { checkNotNegative, checkObject, checkPositive } from '../checks/check.js';
import { InvalidConfigError } from '../checks/InvalidConfigError.js';
import { clamp } from './clamp.js';
import { offeredLoad, withMargin } from './offeredLoad.js';
import type { ScalingPolicy } from './ScalingPolicy.js';

/** The options of `squareRootStaffing`. */
export interface SquareRootStaffingOptions {
  /**
   * The time within which all waiting and arriving tasks should start, in ms, > 0.
   *
   * @default 1000
   */
  horizon?: number | undefined;
  /**
   * With fewer than x + low·√x workers the pool grows; >= 0.
   *
   * @default 1
   */
  low?: number | undefined;
  /**
   * With more than x + high·√x workers the pool shrinks; >= low.
   *
   * @default 2
   */
  high?: number | undefined;
}

/**
 * The default policy. It asks for enough workers to start all tasks within the `horizon` D: those that wait, and
 * those that will arrive within D. It adds a safety margin that grows with the square root of the load.
 *
 * Let λ be the arrival rate, S the mean execution time and N = busy + queued. The offered load is
 * x = (N + λ·D)·S / (S + D), or N before the first task has ended. The target is the current number, moved into
 * ⌈x + low·√x⌉ … ⌈x + high·√x⌉. Within this band nothing changes, so the pool does not thrash.
 *
 * Source: square-root safety staffing (Halfin and Whitt, "Heavy-traffic limits for queues with many
 * exponential servers", Operations Research 29, 1981).
 *
 * @example
 * ```ts
 * import { of } from 'rxjs';
 * import { squareRootStaffing, type Load } from 'rx-tasker';
 *
 * const load: Load = {
 *   time: 0, arrivalRate: 20, completionRate: 20, throughput: 20, meanExecutionTime: 500, executionTime: 50_000,
 *   completed: 100, failed: 0, queued: 0, oldestWait: 0, busy: 10, ready: 12, startupTime: 0,
 *   current: 12, base: 2, max: 200,
 * };
 * of(load)
 *   .pipe(squareRootStaffing())
 *   .subscribe((target) => console.log(target)); // 14
 * ```
 *
 * @param options - horizon, low and high
 * @returns the policy
 * @throws InvalidConfigError if an option is out of its range
 */
export const squareRootStaffing = (options: SquareRootStaffingOptions = {}): ScalingPolicy => {
  checkObject('options', options);
  const { horizon = 1000, low = 1, high = 2 } = options;
  checkPositive('horizon', horizon);
  checkNotNegative('low', low);
  checkNotNegative('high', high);
  if (high < low) throw new InvalidConfigError('high', high, `>= low (${low})`);

  return map((load) => {
    const offered = offeredLoad(load, load.arrivalRate, horizon);
    const least = withMargin(offered, low);
    const most = withMargin(offered, high);
    return clamp(Math.max(least, Math.min(load.current, most)), load.base, load.max);
  });
};
