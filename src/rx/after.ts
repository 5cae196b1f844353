import { Observable, type SchedulerLike } from 'rxjs';
import { wait } from './wait.js';

/** `timer(ms, scheduler)`, but for any time: one that is longer than timers reach, or Infinity, which never comes. */
export const after = (ms: number, scheduler: SchedulerLike): Observable<0> =>
  new Observable((subscriber) =>
    wait(ms, scheduler, () => {
      subscriber.next(0);
      subscriber.complete();
    }),
  );
