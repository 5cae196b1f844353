import {
  Observable,
  type MonoTypeOperatorFunction,
  type SchedulerLike,
  type Subscription,
} from 'rxjs';
import { after } from '../rx/after.js';
import { checkNotNaN, checkNotNegative, checkObject, checkScheduler } from '../checks/check.js';
import { createSteadyTime } from '../measures/createSteadyTime.js';
import { defaultScheduler } from '../rx/defaultScheduler.js';
import { subscribeTo } from '../rx/HandlerSubscriber.js';
import { SlidingExtreme } from '../measures/SlidingExtreme.js';

/** The options of `stabilise`. */
export interface StabiliseOptions {
  /** How long a lower target must have been asked for before it is taken, in ms, >= 0. */
  down: number;
  /**
   * The same for a higher one.
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
 * Lets a target rise at once, or after `up` ms, and fall only to the highest value that it had within the
 * last `down` ms: what keeps a pool from thrashing.
 *
 * ![stabilise](../../marbles/stabilise.svg)
 *
 * A value of the source holds until the next one. The output rises to the lowest value that held within the
 * last `up` ms and falls to the highest that held within the last `down` ms, when that changes, without
 * waiting for the source. The first value passes at once; equal values are not repeated; a value that no
 * window lets through is never seen. When the source completes, the output still moves to the source's last
 * value, and then completes.
 *
 * @example
 * ```ts
 * import { concat, map, of, timer } from 'rxjs';
 * import { stabilise } from 'rx-tasker/operators';
 *
 * concat(of(2, 8), timer(10).pipe(map(() => 3)))
 *   .pipe(stabilise({ down: 500 }))
 *   // 8 is taken at once, 3 half a second after it was asked for.
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
      const steady = createSteadyTime();
      const highest = new SlidingExtreme(down, (a, b) => a > b);
      const lowest = new SlidingExtreme(up, (a, b) => a < b);
      let wanted: number | undefined;
      let current: number | undefined;
      let sourceCompleted = false;
      // The next look at what has left its window; there is one while the output is not what is wanted.
      let look: Subscription | undefined;

      const update = (target: number): void => {
        const now = steady(scheduler.now());
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
        if (sourceCompleted && current === wanted) output.complete();
      };

      subscribeTo(source, output, {
        next: (target) => {
          checkNotNaN('target', target);
          if (wanted !== undefined) {
            const now = steady(scheduler.now());
            highest.add(wanted, now);
            lowest.add(wanted, now);
          }
          wanted = target;
          update(target);
        },
        complete: () => {
          sourceCompleted = true;
          if (current === wanted) output.complete();
        },
      });
    });
}
