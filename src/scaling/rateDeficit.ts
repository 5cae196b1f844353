import { map } from 'rxjs';
import { clamp } from './clamp.js';
import type { GivenLoad } from './ends.js';
import type { ScalingPolicy } from './ScalingPolicy.js';

/**
 * The documented rule of tasker, over windowed rates. The throughput of one worker is p = throughput / busy workers. When
 * arrivals exceed the throughput, the policy adds ⌈deficit / p⌉ workers. When the throughput exceeds arrivals, it
 * removes ⌊surplus / p⌋ idle workers. Without a throughput yet, it adds one worker while tasks arrive. While tasks
 * wait, it removes none. When no task waits, runs or arrives, it returns to the base.
 *
 * @example
 * ```ts
 * import { TaskManager, rateDeficit } from 'rx-tasker';
 *
 * const manager = new TaskManager({
 *   onCreate: () => ({}), onDestroy: () => undefined, workerCount: 2, scaling: rateDeficit(),
 * });
 * void manager.stop();
 * ```
 *
 * @returns the policy
 */
export const rateDeficit = (): ScalingPolicy =>
  map((load: GivenLoad) => {
    const { arrivalRate, completionRate, queued, busy, current, base, max } = load;
    const { throughput = completionRate } = load;
    if (queued === 0 && busy === 0 && arrivalRate === 0) return base;
    const deficit = arrivalRate - throughput;
    if (throughput === 0) return clamp(current + (deficit > 0 ? 1 : 0), base, max);
    const perWorker = throughput / Math.max(1, busy);
    if (deficit > 0) return clamp(current + Math.ceil(deficit / perWorker), base, max);
    if (queued > 0) return current;
    const idle = Math.max(0, current - busy);
    return clamp(current - Math.min(idle, Math.floor(-deficit / perWorker)), base, max);
  });
