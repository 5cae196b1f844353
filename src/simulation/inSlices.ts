import {
  defer,
  finalize,
  first,
  map,
  type Observable,
  repeat,
  timer,
  type SchedulerLike,
} from 'rxjs';
import { HeapScheduler } from './HeapScheduler.js';
import { inVirtualTime } from './inVirtualTime.js';

/**
 * Runs a generator slice by slice, each by a timer of its own, so that the event loop is not blocked for long. Virtual
 * time holds only inside a slice. The output emits what the generator returns. An unsubscribe ends the generator.
 *
 * @param start - makes the generator of a subscription
 * @param scheduler - gives the timers
 */
export const inSlices = <T>(
  start: (time: HeapScheduler) => Generator<undefined, T>,
  scheduler: SchedulerLike,
): Observable<T> =>
  defer(() => {
    const time = new HeapScheduler();
    const run = start(time);
    return timer(0, scheduler).pipe(
      map(() => inVirtualTime(time, () => run.next())),
      repeat(),
      first((slice): slice is IteratorReturnResult<T> => slice.done === true),
      map(({ value }) => value),
      finalize(() => inVirtualTime(time, () => run.return(undefined as never))),
    );
  });
