import { filter, map, type OperatorFunction } from 'rxjs';
import { checkFunction, checkObject } from '../checks/check.js';
import { reportUnhandledError } from '../rx/reportUnhandledError.js';
import { resolveConfig, type TaskManagerConfig } from './config.js';
import { runJobs } from './engine.js';
import type { TaskEvent } from '../events/events.js';
import { ObservedJob, type Job } from '../tasks/Job.js';
import { readTaskOptions, type TaskRequest } from '../tasks/task.js';

/**
 * The task manager as an operator: runs a stream of tasks on a pool of resources and emits all that happens.
 *
 * ![runTasks](../../marbles/runTasks.svg)
 *
 * When the source completes, what was accepted runs to its end, the resources are released, and then the
 * output completes. Unsubscribing kills: it aborts what runs, drops what waits and releases. An error of the
 * source kills too, and is passed on once everything is released. A task's failure is an event and not an
 * error of the output.
 *
 * A request's own `observer` gets the task's values, and its completion or error: `TaskManagerStoppedError`
 * if the engine ended before the task did. A request that is wrong goes no further than its observer's error;
 * without an observer it is reported as RxJS reports unhandled errors.
 *
 * @example
 * ```ts
 * import { from } from 'rxjs';
 * import { runTasks, type TaskRequest } from 'rx-tasker';
 *
 * interface Connection { ask(question: string): Promise<number> }
 * const connect = async (): Promise<Connection> => ({ ask: async (question) => question.length });
 * const requests: TaskRequest<Connection, number>[] = [
 *   { run: (connection) => connection.ask('one') },
 *   { run: (connection) => connection.ask('three'), priority: 1, label: 'urgent' },
 * ];
 * from(requests)
 *   .pipe(runTasks<Connection, number>({ onCreate: connect, onDestroy: () => undefined, workerCount: 1 }))
 *   .subscribe((event) => {
 *     if (event.type === 'completed') console.log(event.label, event.result); // urgent 5, undefined 3
 *   });
 * ```
 *
 * @param config - as for `TaskManager`
 * @returns an operator from task requests to events
 * @throws InvalidConfigError that names the field, its value and what would be right
 */
export function runTasks<R, E>(
  config: TaskManagerConfig<R>,
): OperatorFunction<TaskRequest<R, E>, TaskEvent<E>> {
  const settings = resolveConfig(config);
  return (requests) =>
    runJobs<R, E>(settings, {
      jobs$: requests.pipe(
        map(toJob),
        filter((job) => job !== undefined),
      ),
    });
}

const toJob = <R, E>(request: TaskRequest<R, E>): Job<R, E> | undefined => {
  try {
    checkObject('request', request);
    const { run, observer = {} } = request;
    checkFunction('task', run);
    // Bound, since a request may be an instance of a class.
    return new ObservedJob(run.bind(request), readTaskOptions(request), observer);
  } catch (error) {
    refuse(request, error);
    return undefined;
  }
};

const refuse = <R, E>(request: TaskRequest<R, E> | null, error: unknown): void => {
  if (request?.observer?.error) request.observer.error(error);
  else reportUnhandledError(error);
};
