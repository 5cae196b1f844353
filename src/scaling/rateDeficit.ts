import { map } from 'rxjs';
import { clamp } from './clamp.js';
import type { ScalingPolicy } from './ScalingPolicy.js';

/**
 * The documented rule of tasker, over windowed rates. The throughput is the completion rate per busy worker. When
 * arrivals exceed completions, the policy adds ⌈deficit / throughput⌉ workers. When completions exceed arrivals,
 * it removes ⌊surplus / throughput⌋ idle workers. Without a throughput yet, it adds one worker while tasks
 * arrive. While tasks wait, it removes none. When no task waits, runs or arrives, it returns to the base.
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
  map(({ arrivalRate, completionRate, queued, busy, current, base, max }) => {
    if (queued === 0 && busy === 0 && arrivalRate === 0) return base;
    const deficit = arrivalRate - completionRate;
    if (completionRate === 0) return clamp(current + (deficit > 0 ? 1 : 0), base, max);
    const throughput = completionRate / Math.max(1, busy);
    if (deficit > 0) return clamp(current + Math.ceil(deficit / throughput), base, max);
    if (queued > 0) return current;
    const idle = Math.max(0, current - busy);
    return clamp(current - Math.min(idle, Math.floor(-deficit / throughput)), base, max);
  });
