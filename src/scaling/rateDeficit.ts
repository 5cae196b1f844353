import { map } from 'rxjs';
import { clamp } from './clamp.js';
import type { ScalingPolicy } from './ScalingPolicy.js';

/**
 * tasker's documented rule, over windowed rates. With throughput = completion rate / busy workers: arrivals
 * ahead of completions add ⌈deficit / throughput⌉ workers, completions ahead of arrivals remove
 * ⌊surplus / throughput⌋ idle ones. With no throughput yet, one more while tasks arrive. While a backlog
 * stands it removes none; once nothing waits, runs or arrives, it goes back to the base.
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
