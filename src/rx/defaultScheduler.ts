import { asyncScheduler, type SchedulerLike } from 'rxjs';

const { timeOrigin } = performance; // a getter, which costs as much as the clock itself

/** `asyncScheduler`'s timers with a monotonic clock of sub-millisecond resolution, in ms since the epoch. */
const monotonicScheduler: SchedulerLike = {
  now: () => timeOrigin + performance.now(),
  schedule: asyncScheduler.schedule.bind<SchedulerLike['schedule']>(asyncScheduler),
};

/**
 * What gives timers and timestamps where no scheduler is given. Asked for when something starts, since inside
 * `TestScheduler.run`, which replaces `asyncScheduler`'s clock and timers, it is in virtual time too: a clock
 * that stands long before this process began is a virtual one.
 */
export const defaultScheduler = (): SchedulerLike =>
  asyncScheduler.now() < timeOrigin / 2 ? asyncScheduler : monotonicScheduler;
