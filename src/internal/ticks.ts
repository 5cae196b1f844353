import { concat, repeat, timer, type Observable, type SchedulerLike } from 'rxjs';

/**
 * `timer(first, every, scheduler)`, but each tick is a timer of its own: an action of a VirtualTimeScheduler
 * holds on to all its repetitions, one inside the other, and after some thousands of them to unsubscribe
 * overflows the stack.
 */
export const ticks = (
  first: number,
  every: number,
  scheduler: SchedulerLike,
): Observable<unknown> => concat(timer(first, scheduler), timer(every, scheduler).pipe(repeat()));
