import { asyncScheduler, type SchedulerLike } from 'rxjs';

const { timeOrigin } = performance; // a getter, which costs as much as the clock itself

/** `asyncScheduler`'s timers with a monotonic clock of sub-millisecond resolution, in ms since the epoch. */
const monotonicScheduler: SchedulerLike = {
  now: () => timeOrigin + performance.now(),
  schedule: asyncScheduler.schedule.bind<SchedulerLike['schedule']>(asyncScheduler),
};

/**
 * The scheduler for a caller that gives none. Callers ask when they start, since `TestScheduler.run` replaces
 * the clock and the timers of `asyncScheduler`. Inside of it, the result is in virtual time too. A clock that
 * shows a time long before the start of this process is a virtual one.
 */
export const defaultScheduler = (): SchedulerLike =>
  asyncScheduler.now() < timeOrigin / 2 ? asyncScheduler : monotonicScheduler;
