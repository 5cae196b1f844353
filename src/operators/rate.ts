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
import { SteadyTime } from '../measures/SteadyTime.js';
import { defaultScheduler } from '../rx/defaultScheduler.js';
import { SlidingCount } from '../measures/SlidingCount.js';
import { ticks } from '../rx/ticks.js';

/** In ms. With a shorter interval, doubles could not count exactly over the life of a program. */
const SHORTEST = 0.001;

/** The counts take 8 MB at most. */
const MOST_COUNTS = 1_000_000;

/** The options of `rate`. */
export interface RateOptions {
  /** The length of the window in which values count, in ms, >= 0.1. */
  window: number;
  /**
   * The time between two looks at the rate, in ms, >= 0.001 and >= `window / 1_000_000`. The count is exact when
   * `window` is a multiple of `every`.
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
 * The number of values per second in the last `window` ms, emitted every `every` ms while it changes.
 *
 * ![rate](../../marbles/rate.svg)
 *
 * The looks fall on multiples of `every` from the subscription on. A value counts in the next `window / every`
 * looks. A look at the same moment counts a value that came before the look. During the first window, the
 * divisor is the time since the subscription, not the window. When the window is empty, the rate is exactly 0.
 * Then the output is silent and no timer runs until the next value. When the source completes, the rate still
 * falls to 0 before the output completes. Memory is a fixed ring of `window / every` counts. The operator keeps
 * no values.
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
 * @throws InvalidConfigError (a RangeError) if `window` or `every` is not a finite number in its range
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
      const steady = new SteadyTime();
      const now = (): number => steady.at(scheduler.now());
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
          if (!looking) look(); // the look of this moment, which was skipped since nothing was counted
          events.add(now());
        }),
        exhaustMap(() => untilEmpty),
        distinctUntilChanged(),
      );
    });
}
