import type { ScalingPolicy } from './ScalingPolicy.js';
import { together } from './together.js';

/**
 * The lowest target of several policies: each of them is a limit to the others.
 *
 * ![lowest](../../marbles/lowest.svg)
 *
 * All policies look at the same loads. There is one target for each load, after all policies have seen it, and one
 * whenever a policy speaks by itself. A policy that has not spoken yet is left out. When a policy completes, its last
 * target stays, as in `fixed`. The output completes when all policies have completed, and fails when one fails.
 *
 * @example
 * ```ts
 * import { from } from 'rxjs';
 * import { backlogThreshold, fixed, lowest, type Load } from 'rx-tasker';
 *
 * const load: Load = {
 *   time: 0, arrivalRate: 20, completionRate: 20, throughput: 20, meanExecutionTime: 500,
 *   completed: 100, failed: 0, queued: 9, busy: 10, executionTime: 50_000, oldestWait: 0, ready: 10, startupTime: 0, current: 10, base: 2, max: 50,
 * };
 * // The rule of backlogs, with no more than twelve workers.
 * from([load, { ...load, current: 12 }, { ...load, queued: 0, current: 12 }])
 *   .pipe(lowest(backlogThreshold({ threshold: 5 }), fixed(12)))
 *   .subscribe((target) => console.log(target)); // 12, 12, 12, 7
 * ```
 *
 * @param policies - at least one
 * @returns the policy
 * @throws InvalidConfigError if there is no policy, or if one is not a function
 * @see {@link highest}, {@link stepDownWhile}
 */
export const lowest = (...policies: ScalingPolicy[]): ScalingPolicy => together(policies, Math.min);
