import {
  from,
  of,
  type Observable,
  type ObservableInput,
  type ObservedValueOf,
  type OperatorFunction,
} from 'rxjs';
import { checkFunction, checkLimit, checkNotNaN, checkObject } from '../internal/check.js';
import { InvalidConfigError } from '../internal/InvalidConfigError.js';
import { Lanes } from '../internal/Lanes.js';
import { mergeLanes } from '../internal/mergeLanes.js';
import type { LaneDiscipline } from './LaneDiscipline.js';
import { strict } from './strict.js';

/** The options of `mergeMapLanes`. */
export interface MergeMapLanesOptions<T> {
  /**
   * How many inner Observables may be subscribed to at once: an integer >= 0 or Infinity, or a stream of
   * them.
   *
   * @default Infinity
   */
  concurrency?: number | ObservableInput<number>;
  /**
   * The priority of a value: any number but NaN. What has to wait is served from the highest priority down,
   * first in first out within one. Asked once, when the value has to wait.
   *
   * @default () => 0
   */
  priority?: (value: T) => number;
  /**
   * How the lanes share the concurrency.
   *
   * @default strict()
   */
  discipline?: LaneDiscipline;
}

/**
 * `mergeMap` with a concurrency that can change while it runs and priorities among what waits.
 *
 * ![mergeMapLanes](../../marbles/mergeMapLanes.svg)
 *
 * With one lane and a constant concurrency it does what `mergeMap(project, concurrency)` does. With a stream
 * of concurrencies nothing starts before its first value. A higher value starts waiting values at once, in
 * the same call; a lower one interrupts nothing, and nothing starts until enough have finished; 0 pauses.
 * When the stream completes, its last value stays; its error is the output's error.
 *
 * Nothing is dropped while the output is subscribed to: what cannot start waits, in memory, without a bound.
 * A start costs O(1), whatever waits, and synchronous inner Observables are started by a loop, so that any
 * number of them needs no stack.
 *
 * @example
 * ```ts
 * import { BehaviorSubject, from, map, timer } from 'rxjs';
 * import { mergeMapLanes } from 'rx-tasker/operators';
 *
 * const concurrency = new BehaviorSubject(1);
 * from(['a', 'b', 'C'])
 *   .pipe(
 *     mergeMapLanes((name) => timer(10).pipe(map(() => name)), {
 *       concurrency,
 *       priority: (name) => (name === name.toUpperCase() ? 1 : 0),
 *     }),
 *   )
 *   .subscribe((name) => console.log(name)); // a, C, b
 * ```
 *
 * @param project - gives the inner Observable, Promise, array … of a value; called when the value starts,
 * with its index in the order of starts
 * @param options - concurrency, priority and discipline
 * @returns an operator whose output has the values of all inner Observables
 * @throws InvalidConfigError (a RangeError) if an option is of the wrong type, or the concurrency is NaN, negative or a fraction; on
 * the output, if a value of a concurrency stream or a priority is
 */
export function mergeMapLanes<T, O extends ObservableInput<unknown>>(
  project: (value: T, index: number) => O,
  options: MergeMapLanesOptions<T> = {},
): OperatorFunction<T, ObservedValueOf<O>> {
  checkObject('options', options);
  const { concurrency = Infinity, priority = () => 0, discipline = strict() } = options;
  checkFunction('project', project);
  checkFunction('priority', priority);
  checkFunction('discipline', discipline);
  const concurrency$ = toConcurrency(concurrency);
  const createWaitingRoom = (): Lanes<T> =>
    new Lanes({
      schedule: discipline(),
      priority: (value) => checkNotNaN('priority(value)', priority(value)),
    });

  return (source) => mergeLanes(source, project, concurrency$, createWaitingRoom);
}

const toConcurrency = (concurrency: number | ObservableInput<number>): Observable<number> => {
  if (typeof concurrency === 'number') return of(checkLimit('concurrency', concurrency));
  try {
    return from(concurrency);
  } catch {
    const expected = 'to be an integer >= 0, Infinity, or a stream of these';
    throw new InvalidConfigError('concurrency', concurrency, expected);
  }
};
