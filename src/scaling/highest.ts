import type { ScalingPolicy } from './ScalingPolicy.js';
import { together } from './together.js';

/**
 * The highest target of several policies: each of them sees to a need that the others do not know.
 *
 * ![highest](../../marbles/highest.svg)
 *
 * All policies look at the same loads. There is one target for each load, after all policies have seen it, and one
 * whenever a policy speaks by itself. A policy that has not spoken yet is left out. When a policy completes, its last
 * target stays, as in `fixed`. The output completes when all policies have completed, and fails when one fails.
 *
 * @example
 * ```ts
 * import { map, of } from 'rxjs';
 * import { highest, squareRootStaffing, type Load } from 'rx-tasker';
 *
 * const load: Load = {
 *   time: 0, arrivalRate: 20, completionRate: 20, throughput: 20, meanExecutionTime: 500,
 *   completed: 100, failed: 0, queued: 0, busy: 10, executionTime: 50_000, oldestWait: 0, ready: 10, startupTime: 0, current: 10, base: 2, max: 50,
 * };
 * // The default, and twenty workers in the first hour.
 * const early = map(({ time }: Load) => (time < 3_600_000 ? 20 : 0));
 * of(load, { ...load, time: 3_600_000 })
 *   .pipe(highest(squareRootStaffing(), early))
 *   .subscribe((target) => console.log(target)); // 20, 14
 * ```
 *
 * @param policies - at least one
 * @returns the policy
 * @throws InvalidConfigError if there is no policy, or if one is not a function
 * @see {@link lowest}
 */
export const highest = (...policies: ScalingPolicy[]): ScalingPolicy =>
  together(policies, Math.max);
