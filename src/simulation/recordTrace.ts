import { defer, filter, isObservable, map, startWith, type Observable } from 'rxjs';
import { InvalidConfigError, type TaskEvent } from 'rx-tasker';
import { traceHeader } from './parseTrace.js';

/** What has events: a `TaskManager`, or `{ events$ }` with the output of `runTasks`. */
export interface EventSource {
  readonly events$: Observable<TaskEvent>;
}

/**
 * Writes down the tasks of a live manager as CSV, so that the day can be simulated with other settings: a header,
 * then a line, without its end, for each task when it ends.
 *
 * | column     |                                                                                          |
 * | ---------- | ---------------------------------------------------------------------------------------- |
 * | `id`       | the number of the task, in the order of arrival                                          |
 * | `at`       | when it arrived, in ms by the manager's clock: since 1970, if it has no `scheduler`      |
 * | `duration` | how long workers had it, in ms: all its attempts; of a failed task the mean of these     |
 * | `priority` | as it came                                                                               |
 * | `fails`    | of a task that failed: the `name` of its last error; empty for others                    |
 *
 * The lines are in the order of the ends. To hold them back until all that arrived earlier has ended would mean
 * to keep everything while one task takes an hour; so, what is remembered are the tasks that run or are tried
 * again, and who reads the trace puts it in order, as `parseTrace` does, or `sort -t, -k1n` for a whole day.
 *
 * A task that is cancelled has a line if it was running, and `runTask`, which takes up no worker, has none. It
 * completes with the manager; unsubscribing ends the recording.
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
 * @param manager - whose tasks are to be written down
 * @returns the lines; each subscription is a recording of its own
 * @throws InvalidConfigError if it has no `events$`
 */
export const recordTrace = (manager: EventSource): Observable<string> => {
  const { events$ } = manager ?? {};
  if (!isObservable(events$)) {
    throw new InvalidConfigError('manager', manager, 'an object with `events$`');
  }
  return defer(() => {
    const begun = new Map<number, Begun>();
    return events$.pipe(
      map((event) => lineOf(event, begun)),
      filter((line) => line !== undefined),
      startWith(traceHeader),
    );
  });
};

/** A task that runs, or waits to be tried again. */
interface Begun {
  readonly priority: number;
  startedAt: number;
  /** How long earlier attempts took, in ms. */
  spent: number;
}

/** The line of a task that has ended. */
const lineOf = (event: TaskEvent, begun: Map<number, Begun>): string | undefined => {
  if (!('queuedAt' in event) || event.type === 'arrived' || event.direct) return undefined;
  const { id, queuedAt, attempt } = event;
  const task = begun.get(id);
  if (event.type === 'started') {
    const { priority, startedAt } = event;
    if (task) task.startedAt = startedAt;
    else begun.set(id, { priority, startedAt, spent: 0 });
    return undefined;
  }
  // Of a task that began before the recording, the last attempt is known.
  const { priority, spent } = task ?? { priority: event.priority, spent: 0 };
  if (event.type === 'retried') {
    const { startedAt } = event;
    begun.set(id, { priority, startedAt, spent: spent + event.finishedAt - startedAt });
    return undefined;
  }
  begun.delete(id);
  if (event.type === 'completed') {
    const duration = spent + event.finishedAt - event.startedAt;
    return [id, queuedAt, duration, priority, ''].join(',');
  }
  if (event.type === 'failed') {
    const duration = (spent + event.finishedAt - event.startedAt) / (attempt + 1);
    return [id, queuedAt, duration, priority, nameOf(event.error)].join(',');
  }
  const duration = spent + (event.running && task ? event.time - task.startedAt : 0);
  return duration > 0 ? [id, queuedAt, duration, priority, ''].join(',') : undefined;
};

/** Fit for a cell of a CSV file. */
const nameOf = (error: unknown): string => {
  const name = error instanceof Error ? error.name : typeof error;
  return name.replace(/[^\w.-]+/g, '_') || 'Error';
};
