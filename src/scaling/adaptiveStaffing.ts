import { defer, map } from 'rxjs';
import { checkNotNegative, checkObject, checkPositive, checkWindow } from '../checks/check.js';
import { InvalidConfigError } from '../checks/InvalidConfigError.js';
import { clamp } from './clamp.js';
import { endsOf, type GivenLoad } from './ends.js';
import { offeredLoad, withMargin } from './offeredLoad.js';
import { withPeak, type Peak } from './peaks.js';
import type { ScalingPolicy } from './ScalingPolicy.js';
import { StartupMeter } from './StartupMeter.js';

/** The options of `adaptiveStaffing`. */
export interface AdaptiveStaffingOptions {
  /**
   * The time within which all waiting and arriving tasks should start, in ms, > 0. With slow workers the policy
   * takes three quarters of their startup time, if that is longer.
   *
   * @default 500
   */
  horizon?: number | undefined;
  /**
   * With fewer than x + low·√x workers the pool grows; >= 0.
   *
   * @default 0.6
   */
  low?: number | undefined;
  /**
   * With more than x + high·√x workers the pool shrinks; >= low.
   *
   * @default 2
   */
  high?: number | undefined;
  /**
   * The time after which an arrival counts for 1/e, in ms, >= 0.1. With slow workers the policy takes their
   * startup time, if that is longer.
   *
   * @default 2000
   */
  memory?: number | undefined;
  /**
   * The time for which the policy keeps more workers than needed, in ms, >= 0. With slow workers the policy takes
   * a quarter of their startup time, if that is longer.
   *
   * @default 300
   */
  hold?: number | undefined;
}

/**
 * `squareRootStaffing` with a shorter memory for arrivals and a longer one for workers. The policy learns the
 * startup time of workers. It looks further ahead when workers start slowly, and less far when they start fast.
 * It notices the start and the end of a burst sooner, and releases workers only after a while.
 *
 * The offered load x is that of `squareRootStaffing`. Its arrival rate forgets within about `memory` instead of
 * over `rateWindow`. The target is the current number, moved into a band. The band starts at ⌈x + low·√x⌉. It
 * ends at the highest ⌈x + high·√x⌉ of the last `hold` ms.
 *
 * The policy learns the startup time while tasks wait, since all workers that are up are busy then.
 *
 * @example
 * ```ts
 * import { of } from 'rxjs';
 * import { adaptiveStaffing, type Load } from 'rx-tasker';
 *
 * const load: Load = {
 *   time: 0, arrivalRate: 20, completionRate: 20, throughput: 20, meanExecutionTime: 500, executionTime: 50_000,
 *   completed: 100, failed: 0, queued: 0, oldestWait: 0, busy: 10, ready: 11, startupTime: 0,
 *   current: 11, base: 2, max: 200,
 * };
 * const idle: Load = { ...load, time: 100, arrivalRate: 0, busy: 0, completed: 110 };
 * of(load, idle, { ...idle, time: 500, current: 17 })
 *   .pipe(adaptiveStaffing())
 *   .subscribe((target) => console.log(target)); // 12, 11, 8
 * ```
 *
 * @param options - horizon, low, high, memory and hold
 * @returns the policy
 * @throws InvalidConfigError if an option is out of its range
 */
export const adaptiveStaffing = (options: AdaptiveStaffingOptions = {}): ScalingPolicy => {
  checkObject('options', options);
  const { horizon = 500, low = 0.6, high = 2, memory = 2000, hold = 300 } = options;
  checkPositive('horizon', horizon);
  checkNotNegative('low', low);
  checkNotNegative('high', high);
  if (high < low) throw new InvalidConfigError('high', high, `>= low (${low})`);
  checkWindow('memory', memory);
  checkNotNegative('hold', hold);

  return (loads) =>
    defer(() => {
      const arrivals = new FadingRate();
      const startups = new StartupMeter();
      let peaks: readonly Peak[] = [];
      return loads.pipe(
        map((load) => {
          startups.look(load);
          const { startup } = startups;
          const ahead = Math.max(horizon, 0.75 * startup);
          const offered = offeredLoad(load, arrivals.look(load, Math.max(memory, startup)), ahead);
          const least = withMargin(offered, low);
          peaks = withPeak(
            peaks,
            load.time,
            withMargin(offered, high),
            Math.max(hold, startup / 4),
          );
          const most = peaks[0]!.workers;
          const target = clamp(Math.max(least, Math.min(load.current, most)), load.base, load.max);
          startups.resize(load, target);
          return target;
        }),
      );
    });
};

/** Arrivals per second. An arrival counts less with its age. */
class FadingRate {
  #rate: number | undefined;
  #arrived = 0;
  #time = 0;

  /** @param memory - in ms */
  look(load: GivenLoad, memory: number): number {
    const { time, arrivalRate, queued, busy } = load;
    const arrived = endsOf(load) + queued + busy;
    // A cancelled task has arrived and is in none of these.
    const added = Math.max(0, arrived - this.#arrived);
    this.#rate =
      this.#rate === undefined
        ? arrivalRate
        : this.#rate * Math.exp((this.#time - time) / memory) + (1000 * added) / memory;
    this.#arrived = arrived;
    this.#time = time;
    return this.#rate;
  }
}
