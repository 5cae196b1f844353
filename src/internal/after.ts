import { NEVER, timer, type Observable, type SchedulerLike } from 'rxjs';

/** The longest time that the platforms' timers can wait; a longer one would fire at once. */
const LONGEST = 2 ** 31 - 1;

/** Emits once after `ms`, or never if that is further away than timers reach. */
export const after = (ms: number, scheduler: SchedulerLike): Observable<unknown> =>
  ms > LONGEST ? NEVER : timer(ms, scheduler);
