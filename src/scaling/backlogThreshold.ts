import { map } from 'rxjs';
import { checkCount, checkObject, checkPositiveCount } from '../checks/check.js';
import { clamp } from './clamp.js';
import type { ScalingPolicy } from './ScalingPolicy.js';

/** The options of `backlogThreshold`. */
export interface BacklogThresholdOptions {
  /** With more tasks than this waiting, workers are added; an integer >= 0. */
  threshold: number;
  /**
   * How many workers are added at a time; an integer >= 1.
   *
   * @default 2
   */
  step?: number | undefined;
}

/**
 * tasker v1's rule: with more than `threshold` tasks waiting, `step` more workers; with fewer than half of it,
 * half of the burst workers fewer, at least one.
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
    // With a threshold of 0 there is no half of it: nothing waiting is what lets the pool shrink.
    const burst = current - base;
    if (burst > 0 && (queued < threshold / 2 || queued === 0)) {
      return current - Math.max(1, Math.floor(burst / 2));
    }
    return current;
  });
};
