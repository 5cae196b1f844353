import {
  from,
  map,
  Observable,
  type ObservableInput,
  type ObservedValueOf,
  Subscription,
  type OperatorFunction,
} from 'rxjs';
import { check, checkFunction, checkNotNaN, checkObject } from '../checks/check.js';
import { createLanes } from '../lanes/createLanes.js';
import { connectLanes } from '../lanes/mergeLanes.js';
import { Fifo } from '../collections/Fifo.js';
import { HandlerSubscriber } from '../rx/HandlerSubscriber.js';
import type { LaneDiscipline } from '../lanes/LaneDiscipline.js';
import { strict } from '../lanes/strict.js';

/** The options of `mergeMapLanes`. */
export interface MergeMapLanesOptions<T> {
  /**
   * The greatest number of inner Observables at once: an integer >= 0 or Infinity, or a stream of such numbers.
   *
   * @default Infinity
   */
  concurrency?: number | ObservableInput<number> | undefined;
  /**
   * The priority of a value: any number except NaN. Waiting values start from the highest priority down. Values
   * of one priority start in the order of arrival. Called once for each value that has to wait.
   *
   * @default () => 0
   */
  priority?: ((value: T) => number) | undefined;
  /**
   * How the lanes share the concurrency.
   *
   * @default strict()
   */
  discipline?: LaneDiscipline | undefined;
}

/**
 * `mergeMap` with a concurrency that can change at any time, and with priorities for waiting values.
 *
 * ![mergeMapLanes](../../marbles/mergeMapLanes.svg)
 *
 * With one lane and a constant concurrency, the operator does the same as `mergeMap(project, concurrency)`. With
 * a stream of concurrencies, nothing starts before the first concurrency. A higher concurrency starts waiting
 * values in the same call. A lower one interrupts nothing, and nothing starts until enough inner Observables
 * have ended. 0 pauses. When the stream completes, its last value stays. Its error is the output's error.
 *
 * The operator drops nothing while its output has a subscriber. A value that cannot start waits, in memory,
 * without a bound. A start costs O(1), however many values wait. A loop starts synchronous inner Observables, so
 * any number of them needs no stack.
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
 * @param project - returns the inner Observable, Promise, array … of a value; called when the value starts, with
 * its index in the order of starts
 * @param options - concurrency, priority and discipline
 * @returns an operator whose output has the values of all inner Observables
 * @throws InvalidConfigError (a RangeError) if an option is of the wrong type, or the concurrency is NaN, negative
 * or a fraction; on the output, if a concurrency of a stream is so, or a priority is NaN
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
  const concurrency$ = toConcurrency(concurrency).pipe(map(checkLimit));

  return (source) =>
    new Observable((output) => {
      // The inner subscriptions. A Set, since RxJS removes an ended child from its parent in O(children).
      const inners = new Set<HandlerSubscriber<unknown>>();
      let index = 0;

      const emit = (result: unknown): void => output.next(result as ObservedValueOf<O>);

      // One function for all Promises.
      const settle = (result: unknown): void => {
        emit(result);
        lanes.leave();
      };
      const fail = (error: unknown): void => output.error(error);

      const start = (value: T): void => {
        const result = project(value, index++);
        // Does the same as `from`, without a subscriber and a subscription for each Promise.
        if (result instanceof Promise) {
          result.then(settle, fail);
          return;
        }
        let isStarting = true;
        let completed = false;
        const inner = new HandlerSubscriber<unknown>(output, {
          next: emit,
          complete: () => {
            completed = true;
          },
          // As in mergeMap, the next value starts after the teardown, which has freed what this inner held.
          finalize: () => {
            inners.delete(inner);
            if (completed && !isStarting) lanes.leave();
          },
        });
        inners.add(inner);
        if (output.closed) inner.unsubscribe(); // `project` has closed the output
        from(result).subscribe(inner);
        isStarting = false;
        if (completed) lanes.running--; // the loop that started it goes on
      };

      const lanes = createLanes<T, Fifo<T>>({
        priority: (value) => checkNotNaN('priority(value)', priority(value)),
        discipline,
        queue: () => new Fifo(),
      });
      const connect = connectLanes(lanes, concurrency$, output, start);
      // In mergeMap's order: an unsubscribe reaches the source first, then the inner Observables.
      output.add(() => {
        const all = new Subscription(); // unsubscribes from all children, even if some throw
        for (const inner of inners) all.add(inner);
        all.unsubscribe();
      });
      connect(source);
    });
}

const toConcurrency = (concurrency: number | ObservableInput<number>): Observable<number> => {
  try {
    return from(typeof concurrency === 'number' ? [checkLimit(concurrency)] : concurrency);
  } catch {
    return checkLimit(concurrency as never) as never; // throws
  }
};

const checkLimit = (value: number): number =>
  check(
    value === Infinity || (Number.isInteger(value) && value >= 0),
    'an integer >= 0, Infinity or a stream of these',
    'concurrency',
    value,
  );
