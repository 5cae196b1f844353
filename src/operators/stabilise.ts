import {
  Observable,
  type MonoTypeOperatorFunction,
  type SchedulerLike,
  type Subscription,
} from 'rxjs';
import { after } from '../rx/after.js';
import { checkNotNaN, checkNotNegative, checkObject, checkScheduler } from '../checks/check.js';
import { SteadyTime } from '../measures/SteadyTime.js';
import { defaultScheduler } from '../rx/defaultScheduler.js';
import { subscribeTo } from '../rx/HandlerSubscriber.js';
import { SlidingExtreme } from '../measures/SlidingExtreme.js';

/** The options of `stabilise`. */
export interface StabiliseOptions {
  /** The time that a lower target must hold before the output falls, in ms, >= 0. */
  down: number;
  /**
   * The time that a higher target must hold before the output rises, in ms, >= 0.
   *
   * @default 0
   */
  up?: number | undefined;
  /**
   * Gives the timers and the clock.
   *
   * @default asyncScheduler's timers with a monotonic clock
   */
  scheduler?: SchedulerLike | undefined;
}

/**
 * Lets a target rise at once, or after `up` ms. Lets a target fall only to its highest value of the last `down`
 * ms. This keeps a pool from thrashing.
 *
 * ![stabilise](../../marbles/stabilise.svg)
 *
 * A value of the source holds until the next value. The output rises to the lowest value that held within the
 * last `up` ms. It falls to the highest value that held within the last `down` ms. It moves when one of these
 * changes, without waiting for the source. The first value passes at once. The output does not repeat equal
 * values, and drops a value that no window lets through. When the source completes, the output still moves to
 * the last value of the source, and then completes.
 *
 * @example
 * ```ts
 * import { concat, map, of, timer } from 'rxjs';
 * import { stabilise } from 'rx-tasker/operators';
 *
 * concat(of(2, 8), timer(10).pipe(map(() => 3)))
 *   .pipe(stabilise({ down: 500 }))
 *   // 8 passes at once, 3 passes half a second later.
 *   .subscribe((target) => console.log(target)); // 2, 8, 3
 * ```
 *
 * @param options - down, up and scheduler
 * @returns an operator from targets to steadier targets
 * @throws InvalidConfigError (a RangeError) if `down` or `up` is not a finite number >= 0; on
 * the output, if a target is NaN
 */
export function stabilise(options: StabiliseOptions): MonoTypeOperatorFunction<number> {
  checkObject('options', options);
  const { down, up = 0, scheduler: givenScheduler } = options;
  checkNotNegative('down', down);
  checkNotNegative('up', up);
  if (givenScheduler !== undefined) checkScheduler('scheduler', givenScheduler);

  return (source) =>
    new Observable((output) => {
      const scheduler = givenScheduler ?? defaultScheduler();
      const steady = new SteadyTime();
      const highest = new SlidingExtreme(down, (a, b) => a > b);
      const lowest = new SlidingExtreme(up, (a, b) => a < b);
      let latest: number | undefined;
      let current: number | undefined;
      let sourceCompleted = false;
      // The next look at the windows. It exists while the output differs from the last value of the source.
      let look: Subscription | undefined;

      const update = (target: number): void => {
        const now = steady.at(scheduler.now());
        const ceiling = highest.get(target, now);
        const floor = lowest.get(target, now);
        const settled = Math.min(Math.max(current ?? target, floor), ceiling);

        look?.unsubscribe();
        if (settled !== target) {
          const due = (settled > target ? highest : lowest).nextExpiry(now);
          look = after(due - now, scheduler).subscribe(() => update(target));
          output.add(look);
        }
        if (settled !== current) {
          current = settled;
          output.next(settled);
        }
        if (sourceCompleted && current === latest) output.complete();
      };

      subscribeTo(source, output, {
        next: (target) => {
          checkNotNaN('target', target);
          if (latest !== undefined) {
            const now = steady.at(scheduler.now());
            highest.add(latest, now);
            lowest.add(latest, now);
          }
          latest = target;
          update(target);
        },
        complete: () => {
          sourceCompleted = true;
          if (current === latest) output.complete();
        },
      });
    });
}
