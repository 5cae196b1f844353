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
   * How many inner Observables may be subscribed to at once: an integer >= 0 or Infinity, or a stream of
   * them.
   *
   * @default Infinity
   */
  concurrency?: number | ObservableInput<number> | undefined;
  /**
   * The priority of a value: any number but NaN. What has to wait is served from the highest priority down,
   * first in first out within one. Asked once, when the value has to wait.
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
 * @throws InvalidConfigError (a RangeError) if an option is of the wrong type, or the concurrency is NaN, negative
 * or a fraction; on the output, if a value of a concurrency stream is, or a priority is NaN
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
      // The inner subscriptions. A Set, since RxJS removes a finished child from its parent in O(children).
      const inners = new Set<HandlerSubscriber<unknown>>();
      let index = 0;

      const emit = (result: unknown): void => output.next(result as ObservedValueOf<O>);

      // Not made anew for each Promise.
      const settle = (result: unknown): void => {
        emit(result);
        lanes.leave();
      };
      const fail = (error: unknown): void => output.error(error);

      const start = (value: T): void => {
        const result = project(value, index++);
        // What `from` does with a Promise, without a subscriber and its subscription for each.
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
          // As in mergeMap, the next one starts when this one has been torn down, not while it completes:
          // what it held is free by then.
          finalize: () => {
            inners.delete(inner);
            if (completed && !isStarting) lanes.leave();
          },
        });
        inners.add(inner);
        if (output.closed) inner.unsubscribe(); // by its own project
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
        const all = new Subscription(); // which unsubscribes from all of them, even if some throw
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
    return checkLimit(concurrency as never) as never; // which throws
  }
};

const checkLimit = (value: number): number =>
  check(
    value === Infinity || (Number.isInteger(value) && value >= 0),
    'an integer >= 0, Infinity or a stream of these',
    'concurrency',
    value,
  );
