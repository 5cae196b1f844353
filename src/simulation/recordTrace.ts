import { defer, filter, isObservable, map, startWith, type Observable } from 'rxjs';
import { InvalidConfigError, type TaskEvent } from 'rx-tasker';
import { errorName } from './errorName.js';
import { traceHeader } from './parseTrace.js';
import { timeOnWorkers, type Begun } from './timeOnWorkers.js';

/** A source of events: a `TaskManager`, or `{ events$ }` with the output of `runTasks`. */
export interface EventSource {
  readonly events$: Observable<TaskEvent>;
}

/**
 * Records the tasks of a live manager as CSV, for a simulation of the same day with other settings. It emits a
 * header, and then a line, without a line end, at the end of each task.
 *
 * | column     |                                                                                          |
 * | ---------- | ---------------------------------------------------------------------------------------- |
 * | `id`       | the number of the task, in the order of arrival                                          |
 * | `at`       | the time of arrival, in ms by the manager's clock: since 1970 without a `scheduler`      |
 * | `duration` | the time on workers, in ms: of all attempts, or of a failed task their mean              |
 * | `priority` | the priority at the arrival                                                              |
 * | `fails`    | the `name` of the last error of a failed task; empty for other tasks                     |
 *
 * The lines are in the order of the ends. The order of arrival would need memory for all lines while one task
 * takes an hour. The recording remembers only tasks that run or wait for a retry. A reader sorts the trace, as
 * `parseTrace` does, or with `sort -t, -k1n` for a whole day.
 *
 * A cancelled task has a line if it was running. A `runTask` has no line, since it takes no worker. The output
 * completes with the manager. An unsubscribe ends the recording.
 *
 * @example
 * ```ts
 * import { toArray } from 'rxjs';
 * import { TaskManager } from 'rx-tasker';
 * import { parseTrace, recordTrace, simulate } from 'rx-tasker/simulation';
 *
 * const config = { onCreate: () => ({}), onDestroy: () => undefined, workerCount: 2 };
 * const manager = new TaskManager(config);
 * recordTrace(manager)
 *   .pipe(toArray())
 *   .subscribe((lines) => {
 *     const tasks = parseTrace(lines);
 *     const { workerSeconds } = simulate({ tasks, config: { ...config, workerCount: 1 } });
 *     console.log(tasks.length, workerSeconds); // near 3 0.06
 *   });
 * for (const ms of [10, 20, 30]) {
 *   void manager.queueTask(() => new Promise((resolve) => setTimeout(resolve, ms)));
 * }
 * await manager.stop();
 * ```
 *
 * @param manager - the manager to record
 * @returns the lines; each subscription is a recording of its own
 * @throws InvalidConfigError if `manager` has no `events$`
 */
export const recordTrace = (manager: EventSource): Observable<string> => {
  const { events$ } = manager ?? {};
  if (!isObservable(events$)) {
    throw new InvalidConfigError('manager', manager, 'an object with `events$`');
  }
  return defer(() => {
    const begun = new Map<number, RecordedTask>();
    return events$.pipe(
      map((event) => lineOf(event, begun)),
      filter((line) => line !== undefined),
      startWith(traceHeader),
    );
  });
};

/** A task that runs or waits for a retry. */
interface RecordedTask extends Begun {
  readonly priority: number;
}

/** The line of a task that has ended. */
const lineOf = (event: TaskEvent, begun: Map<number, RecordedTask>): string | undefined => {
  if (!('queuedAt' in event) || event.direct) return undefined;
  if (event.type === 'arrived' || event.type === 'requeued') return undefined;
  const { id, queuedAt, attempt } = event;
  const task = begun.get(id);
  if (event.type === 'started') {
    const { priority, startedAt } = event;
    if (task) task.startedAt = startedAt;
    else begun.set(id, { priority, startedAt, spent: 0 });
    return undefined;
  }
  const { priority } = task ?? event;
  const spent = timeOnWorkers(event, task);
  if (event.type === 'retried') {
    begun.set(id, { priority, startedAt: event.startedAt, spent });
    return undefined;
  }
  begun.delete(id);
  if (event.type === 'failed') {
    const attempts = event.delayed ? attempt : attempt + 1;
    return [id, queuedAt, spent / attempts, priority, errorName(event.error)].join(',');
  }
  if (event.type === 'cancelled' && spent === 0) return undefined;
  return [id, queuedAt, spent, priority, ''].join(',');
};
