import { Observable, type SchedulerLike } from 'rxjs';
import { wait } from './wait.js';

/** `timer(ms, scheduler)` for any time: beyond the longest timer, and Infinity, which never comes. */
export const after = (ms: number, scheduler: SchedulerLike): Observable<0> =>
  new Observable((subscriber) =>
    wait(ms, scheduler, () => {
      subscriber.next(0);
      subscriber.complete();
    }),
  );
