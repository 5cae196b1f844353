import { defer, EMPTY, mergeMap, Observable, switchMap } from 'rxjs';
import type { Outbox } from '../events/Outbox.js';
import { ticks } from '../rx/ticks.js';
import type { Settings } from './config.js';

/**
 * Emits when it is time to look, while `isActive$` says so. The looks fall on multiples of the interval from the first
 * activity on, however often it pauses. What a look leads to is told once all policies have seen it.
 *
 * @internal
 */
export const looksInTime = (
  isActive$: Observable<boolean>,
  { burstInterval, scheduler }: Pick<Settings<never>, 'burstInterval' | 'scheduler'>,
  outbox: Outbox,
): Observable<void> => {
  let origin: number | undefined;
  const ticks$ = defer(() => {
    const now = scheduler.now();
    origin ??= now;
    return ticks(burstInterval - ((now - origin) % burstInterval), burstInterval, scheduler);
  });
  return isActive$.pipe(
    switchMap((isActive) => (isActive ? ticks$ : EMPTY)),
    mergeMap(() => toldBy(outbox)),
  );
};

const toldBy = (outbox: Outbox): Observable<void> =>
  new Observable((subscriber) => {
    outbox.add(() => {
      subscriber.next();
      subscriber.complete();
    }, undefined);
    outbox.flush();
  });
