import { Observable, type OperatorFunction } from 'rxjs';
import { HandlerSubscriber } from '../rx/HandlerSubscriber.js';
import type { TaskFunction } from '../tasks/task.js';
import type { TaskManager } from './TaskManager.js';
import { resolveStream, TaskStream, type QueueOnOptions } from './TaskStream.js';

/**
 * Makes each value a task of a manager; results come as the tasks finish.
 *
 * ![queueOn](../../marbles/queueOn.svg)
 *
 * It is `mergeMap` onto somebody else's workers: all values of a task are passed on, the output completes
 * when the source and all tasks have, and the error of a task is its error. Unsubscribing cancels this
 * stream's tasks and no others. Values are queued as they come, without a bound; for a source that can be
 * pulled see `queueFrom`.
 *
 * When the manager is stopped, the first value that it refuses ends the reading: the output gets the results of
 * the tasks before it, and then `TaskManagerStoppedError`.
 *
 * @example
 * ```ts
 * import { range, toArray } from 'rxjs';
 * import { TaskManager, queueOn } from 'rx-tasker';
 *
 * const manager = new TaskManager({
 *   onCreate: () => ({ square: (x: number) => x * x }), onDestroy: () => undefined, workerCount: 2,
 * });
 * range(1, 3)
 *   .pipe(queueOn(manager, (x) => (calculator) => calculator.square(x)), toArray())
 *   .subscribe((squares) => console.log(squares)); // [1, 4, 9]
 * ```
 *
 * @param manager - whose workers run the tasks
 * @param project - gives the task of a value
 * @param options - priority, onError, and the options of each task
 * @returns an operator from values to results
 * @throws InvalidConfigError if an argument or option is of the wrong type or range
 */
export function queueOn<T, R, E>(
  manager: TaskManager<R>,
  project: (value: T, index: number) => TaskFunction<R, E>,
  options: QueueOnOptions<T> = {},
): OperatorFunction<T, E> {
  const settings = resolveStream(manager, project, options);
  return (source) =>
    new Observable((output) => {
      const tasks = new TaskStream(settings, output);
      tasks.open();
      const reader = new HandlerSubscriber<T>(output, {
        next: (value) => {
          tasks.add(value);
          if (!tasks.isOpen) reader.unsubscribe(); // the first value that is refused ends the reading
        },
        complete: () => tasks.complete(),
      });
      output.add(reader);
      if (!output.closed) source.subscribe(reader);
    });
}
