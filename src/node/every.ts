import { interval, Observable, type SchedulerLike } from 'rxjs';
import { InvalidConfigError } from 'rx-tasker';

/** The longest time of a timer of Node. A longer one would fire at once, again and again. */
const LONGEST = 2 ** 31 - 1;

/** The options of what is measured again and again. */
interface MeasureOptions {
  interval?: number | undefined;
  scheduler?: SchedulerLike | undefined;
}

/**
 * Emits every `interval` ms. Without a scheduler the timer does not hold the process open: a script that has nothing to do
 * but to measure ends.
 *
 * @throws InvalidConfigError if an option is of the wrong type or range
 */
export const every = (options: MeasureOptions, least = 1): Observable<number> => {
  if (typeof options !== 'object' || options === null) {
    throw new InvalidConfigError('options', options, 'an object');
  }
  const { interval: ms = 1000, scheduler } = options;
  if (typeof ms !== 'number' || !(ms >= least && ms <= LONGEST)) {
    throw new InvalidConfigError('interval', ms, `a number of milliseconds >= ${least} and < 2³¹`);
  }
  if (scheduler === undefined) {
    return new Observable((output) => {
      const timer = setInterval(() => output.next(0), ms).unref();
      return () => clearInterval(timer);
    });
  }
  const { now, schedule } = Object(scheduler) as Partial<SchedulerLike>;
  if (typeof now !== 'function' || typeof schedule !== 'function') {
    throw new InvalidConfigError('scheduler', scheduler, 'a scheduler: { now, schedule }');
  }
  return interval(ms, scheduler);
};
