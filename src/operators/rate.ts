import {
  defer,
  distinctUntilChanged,
  exhaustMap,
  finalize,
  map,
  takeWhile,
  tap,
  type OperatorFunction,
  type SchedulerLike,
} from 'rxjs';
import { check, checkObject, checkPositive, checkScheduler, checkWindow } from '../checks/check.js';
import { createSteadyTime } from '../measures/createSteadyTime.js';
import { defaultScheduler } from '../rx/defaultScheduler.js';
import { SlidingCount } from '../measures/SlidingCount.js';
import { ticks } from '../rx/ticks.js';

/** In ms. Shorter ones could not be counted exactly over the life of a program. */
const SHORTEST = 0.001;

/** So that they take 8 MB at most. */
const MOST_COUNTS = 1_000_000;

/** The options of `rate`. */
export interface RateOptions {
  /** Over how long the events are counted, in ms, >= 0.1. */
  window: number;
  /**
   * How often the rate is looked at, in ms, >= 0.001 and >= `window / 1_000_000`. The count is exact where `window` is a multiple of it.
   *
   * @default window / 10
   */
  every?: number | undefined;
  /**
   * Gives the timers and the clock.
   *
   * @default asyncScheduler's timers with a monotonic clock
   */
  scheduler?: SchedulerLike | undefined;
}

/**
 * How many values per second came in the last `window` ms, emitted every `every` ms while it changes.
 *
 * ![rate](../../marbles/rate.svg)
 *
 * The looks fall on multiples of `every` from the subscription on. A value counts in the next `window / every`
 * looks; in one at the same moment if the value came before it. Within the first window the divisor is the time since
 * the subscription, not the window. Once the window is empty the rate is exactly 0; then nothing is emitted
 * and no timer runs until the next value. When the source completes, the rate still falls to 0 before the
 * output completes. Memory is a fixed ring of `window / every` counts; the values themselves are not kept.
 *
 * @example
 * ```ts
 * import { interval, take } from 'rxjs';
 * import { rate } from 'rx-tasker/operators';
 *
 * interval(100)
 *   .pipe(take(5), rate({ window: 1000, every: 500 }))
 *   .subscribe((perSecond) => console.log(perSecond)); // near 10, then 5, then 0
 * ```
 *
 * @param options - window, every and scheduler
 * @returns an operator from anything to events per second
 * @throws InvalidConfigError (a RangeError) if `window` or `every` is not a finite number of the range that it has
 */
export function rate(options: RateOptions): OperatorFunction<unknown, number> {
  checkObject('options', options);
  const { window, scheduler: givenScheduler } = options;
  checkWindow('window', window);
  const { every = window / 10 } = options;
  checkPositive('every', every);
  const least = Math.max(SHORTEST, window / MOST_COUNTS);
  check(every >= least, `at least ${least} for a window of ${window}`, 'every', every);
  if (givenScheduler !== undefined) checkScheduler('scheduler', givenScheduler);

  return (source) =>
    defer(() => {
      const scheduler = givenScheduler ?? defaultScheduler();
      const steady = createSteadyTime();
      const now = (): number => steady(scheduler.now());
      const start = now();
      const events = new SlidingCount(window, Math.ceil(window / every), start);
      const look = (): number => events.rate(now());
      let looking = false;
      const looks = defer(() => {
        looking = true;
        return ticks(every - ((now() - start) % every), every, scheduler);
      });
      const untilEmpty = looks.pipe(
        map(look),
        takeWhile((perSecond) => perSecond > 0, true),
        finalize(() => (looking = false)),
      );
      return source.pipe(
        tap(() => {
          if (!looking) look(); // the one that would have been now, had there been anything to count
          events.add(now());
        }),
        exhaustMap(() => untilEmpty),
        distinctUntilChanged(),
      );
    });
}
