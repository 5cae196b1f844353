import { defer, filter, firstValueFrom, map, merge, NEVER, startWith, throwIfEmpty } from 'rxjs';
import type { TaskStats } from '../folds/stats.js';
import type { ReadonlyBehaviorSubject } from '../rx/LiveValue.js';
import { abortOf } from '../rx/onAbort.js';

/**
 * Waits until `is` holds of the stats, now included.
 *
 * @param refusal - makes the error for the case that the stats complete before
 * @internal
 */
export const whenStats = (
  stats$: ReadonlyBehaviorSubject<TaskStats>,
  is: (stats: TaskStats) => boolean,
  signal: AbortSignal | undefined,
  refusal: () => unknown,
): Promise<TaskStats> => {
  const found$ = defer(() => stats$.pipe(startWith(stats$.value))).pipe(
    filter((stats) => is(stats)),
    throwIfEmpty(refusal),
  );
  const aborted$ = signal ? abortOf(signal).pipe(map(throwIt)) : NEVER;
  return firstValueFrom(merge(aborted$, found$));
};

const throwIt = (error: unknown): never => {
  throw error;
};
