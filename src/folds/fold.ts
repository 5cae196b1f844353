import { defer, map, type OperatorFunction } from 'rxjs';
import { checkFunction, checkMethods } from '../checks/check.js';
import type { TaskEvent } from '../events/events.js';

/** What is computed from events and from nothing else. */
export interface Fold<S> {
  /** Takes in the next event. */
  apply(event: TaskEvent): void;
  /** What the events so far come to. A read changes nothing. */
  read(): S;
}

/**
 * Folds events: right after each event, it emits what all events so far come to.
 *
 * ![fold](../../marbles/fold.svg)
 *
 * `statsFold`, `metricsFold` and `loadFold` make folds, and any object with `apply` and `read` is a fold. A manager has
 * its own stats and metrics: use `stats$` and `metrics$` for these. Use `scan` where a function is enough.
 *
 * Each subscription makes its own fold. The output emits once for each event, also if the value is the same, and drops
 * nothing. It passes on the error and the completion of the source. What `create`, `apply` or `read` throws is an error
 * of the output.
 *
 * A fold knows only the events that it has seen. The output of `runTasks` has all events. `events$` of a
 * `TaskManager` begins with the subscription, and the first workers may be up before. So `statsFold` and `loadFold`
 * take a `seed`.
 *
 * @example
 * ```ts
 * import { fold, TaskManager, type Fold } from 'rx-tasker';
 *
 * const failures = (): Fold<number> => {
 *   let count = 0;
 *   return {
 *     apply: ({ type }) => {
 *       if (type === 'failed') count++;
 *     },
 *     read: () => count,
 *   };
 * };
 * const manager = new TaskManager({ onCreate: () => ({}), onDestroy: () => undefined, workerCount: 1 });
 * manager.events$.pipe(fold(failures)).subscribe({
 *   next: (count) => { if (count > 2) void manager.kill(); },
 *   complete: () => console.log(manager.stats().state), // killed
 * });
 * for (let i = 0; i < 9; i++) manager.queueTask(() => Promise.reject(new Error('no'))).catch(() => 0);
 * ```
 *
 * @param create - makes the fold of a subscription
 * @returns an operator from events to what they come to
 * @throws InvalidConfigError if `create` is not a function; on the output, if it returns no fold
 * @see {@link statsFold}, {@link metricsFold}, {@link loadFold}
 */
export function fold<S>(create: () => Fold<S>): OperatorFunction<TaskEvent, S> {
  checkFunction('create', create);
  return (events) =>
    defer(() => {
      const folded = create();
      checkMethods('create()', folded, ['apply', 'read']);
      return events.pipe(
        map((event) => {
          folded.apply(event);
          return folded.read();
        }),
      );
    });
}
