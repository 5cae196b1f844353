import { of } from 'rxjs';
import { checkCount } from '../checks/check.js';
import type { ScalingPolicy } from './ScalingPolicy.js';

/**
 * A constant number of workers. The policy looks at no load, so it costs no timer.
 *
 * @example
 * ```ts
 * import { TaskManager, fixed } from 'rx-tasker';
 *
 * const manager = new TaskManager({
 *   onCreate: () => ({}), onDestroy: () => undefined, workerCount: 2, scaling: fixed(4),
 * });
 * void manager.stop();
 * ```
 *
 * @param count - the number of workers; an integer >= 0, clamped to base … max
 * @returns the policy
 * @throws InvalidConfigError if `count` is not an integer >= 0
 */
export const fixed = (count: number): ScalingPolicy => {
  checkCount('count', count);
  return () => of(count);
};
