import { map } from 'rxjs';
import { checkCount, checkObject, checkPositiveCount } from '../checks/check.js';
import { clamp } from './clamp.js';
import type { ScalingPolicy } from './ScalingPolicy.js';

/** The options of `backlogThreshold`. */
export interface BacklogThresholdOptions {
  /** The number of waiting tasks above which the policy adds workers; an integer >= 0. */
  threshold: number;
  /**
   * The number of workers that the policy adds at a time; an integer >= 1.
   *
   * @default 2
   */
  step?: number | undefined;
}

/**
 * The rule of tasker v1. While more than `threshold` tasks wait, the policy adds `step` workers at each look. While
 * fewer than half of `threshold` wait, it removes half of the burst workers, at least one.
 *
 * ![backlogThreshold](../../marbles/backlogThreshold.svg)
 *
 * @example
 * ```ts
 * import { TaskManager, backlogThreshold } from 'rx-tasker';
 *
 * const manager = new TaskManager({
 *   onCreate: () => ({}), onDestroy: () => undefined, workerCount: 2, maxWorkerCount: 10,
 *   scaling: backlogThreshold({ threshold: 20 }),
 * });
 * void manager.stop();
 * ```
 *
 * @param options - threshold and step
 * @returns the policy
 * @throws InvalidConfigError if an option is out of its range
 */
export const backlogThreshold = (options: BacklogThresholdOptions): ScalingPolicy => {
  checkObject('options', options);
  const { threshold, step = 2 } = options;
  checkCount('threshold', threshold);
  checkPositiveCount('step', step);

  return map(({ queued, current, base, max }) => {
    if (queued > threshold) return clamp(current + step, base, max);
    // A threshold of 0 has no half: the pool shrinks when no task waits.
    const burst = current - base;
    if (burst > 0 && (queued < threshold / 2 || queued === 0)) {
      return current - Math.max(1, Math.floor(burst / 2));
    }
    return current;
  });
};
