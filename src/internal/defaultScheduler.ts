import { asyncScheduler, type SchedulerLike } from 'rxjs';

/**
 * `asyncScheduler`'s timers with a monotonic clock of sub-millisecond resolution, in ms since the epoch.
 *
 * Inside `TestScheduler.run`, which replaces `asyncScheduler`'s clock and timers, it is in virtual time too:
 * a clock that stands long before this process began is a virtual one.
 */
export const defaultScheduler: SchedulerLike = {
  now: () => {
    const time = asyncScheduler.now();
    return time < performance.timeOrigin / 2 ? time : performance.timeOrigin + performance.now();
  },
  schedule: asyncScheduler.schedule.bind<SchedulerLike['schedule']>(asyncScheduler),
};
