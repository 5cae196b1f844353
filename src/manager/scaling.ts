import { map, of, type OperatorFunction } from 'rxjs';
import {
  checkCount,
  checkNotNegative,
  checkObject,
  checkPositive,
  checkPositiveCount,
} from '../internal/check.js';
import { InvalidConfigError } from '../internal/InvalidConfigError.js';

/** What the scaling policy sees at each look. */
export interface Load {
  /** The moment of the look, in ms, by the manager's clock. */
  readonly time: number;
  /** Tasks queued per second, over `rateWindow`. `runTask` does not count: it needs no worker. */
  readonly arrivalRate: number;
  /** Tasks that workers ended per second, failed ones included, over `rateWindow`. */
  readonly completionRate: number;
  /** The running mean of the last 100 tasks' execution times, failures included, in ms; 0 before the first. */
  readonly meanExecutionTime: number;
  /** How many tasks workers have ended so far, failed ones included. */
  readonly completed: number;
  /** Tasks that wait in the lanes. */
  readonly queued: number;
  /** Workers that have a task. */
  readonly busy: number;
  /** Workers started or starting, less those that are about to leave. */
  readonly current: number;
  /** The least number of workers: `workerCount`. */
  readonly base: number;
  /** The greatest number of workers: `maxWorkerCount`. */
  readonly max: number;
}

/**
 * Turns a stream of loads into a stream of numbers of workers. The manager clamps these to base … max and
 * rounds them up; a policy that completes leaves its last target standing.
 */
export type ScalingPolicy = OperatorFunction<Load, number>;

/** The options of `squareRootStaffing`. */
export interface SquareRootStaffingOptions {
  /**
   * Within how many ms all that waits and arrives should be able to start; > 0.
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
 * The default policy: as many workers as it takes for all that waits, and all that will arrive within the
 * next `horizon` D, to start within D, plus a safety margin that grows with the square root of the load.
 *
 * With λ the arrival rate, S the mean execution time and N = busy + queued, the offered load is
 * x = (N + λ·D)·S / (S + D), or N before the first completion. The target is the current number, moved into
 * ⌈x + low·√x⌉ … ⌈x + high·√x⌉; in this band nothing changes, which keeps the pool from thrashing.
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
 *   time: 0, arrivalRate: 20, completionRate: 20, meanExecutionTime: 500, completed: 100,
 *   queued: 0, busy: 10, current: 12, base: 2, max: 200,
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

/**
 * How many workers it takes for all that waits, and all that will arrive within the next `horizon` ms, to start
 * within that time.
 *
 * @param arrivalRate - tasks per second
 * @internal
 */
export const offeredLoad = (
  { meanExecutionTime, completed, queued, busy }: Load,
  arrivalRate: number,
  horizon: number,
): number => {
  const inSystem = busy + queued;
  if (completed === 0) return inSystem;
  const arriving = (arrivalRate * horizon) / 1000;
  return ((inSystem + arriving) * meanExecutionTime) / (meanExecutionTime + horizon);
};

/** @internal */
export const withMargin = (offered: number, factor: number): number =>
  Math.ceil(offered + factor * Math.sqrt(offered));

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

/**
 * A constant number of workers. It looks at no load, so that it costs no timer.
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
 * @param count - how many workers; an integer >= 0, clamped to base … max
 * @returns the policy
 * @throws InvalidConfigError if `count` is not an integer >= 0
 */
export const fixed = (count: number): ScalingPolicy => {
  checkCount('count', count);
  return () => of(count);
};

/** @internal */
export const clamp = (value: number, least: number, most: number): number =>
  Math.min(Math.max(value, least), most);
