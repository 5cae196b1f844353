import { Observable, type Subscription } from 'rxjs';
import { checkPositiveCount, checkSignal } from '../checks/check.js';
import { InvalidConfigError } from '../checks/InvalidConfigError.js';
import { onAbort } from '../rx/onAbort.js';
import { SourceReader, type PullSource } from './SourceReader.js';
import type { TaskFunction } from '../tasks/task.js';
import type { TaskManager } from './TaskManager.js';
import { resolveStream, TaskStream, type QueueOnOptions } from './TaskStream.js';

export type { PullSource };

/** The options of `queueFrom`. */
export interface QueueFromOptions<T> extends QueueOnOptions<T> {
  /**
   * The next value is asked for only while fewer than this many of the source's tasks are in the manager; an
   * integer >= 1.
   *
   * @default 2 * maxWorkerCount
   */
  limit?: number | undefined;
  /**
   * Aborting it ends the reading: no further value is asked for, the source is ended, the tasks that are in the
   * manager run to their end, and the output completes. A value that the source still owes is left out.
   *
   * @default none
   */
  until?: AbortSignal | undefined;
}

/**
 * `queueOn` for a source that can be pulled: an array, a generator, the lines of a file, a cursor, a stream.
 * It is read as fast as tasks finish, and no faster.
 *
 * The source is opened on subscribe. Unsubscribing, or an error, cancels the tasks and ends the source by
 * `return()` or `cancel()`, and a Node stream that has to be waited for by `destroy()`.
 *
 * When the manager is stopped, or `until` aborted, the reading ends, and the tasks that are in the manager run to
 * their end. Then the output completes; after a stop with `TaskManagerStoppedError`, unless the source is known
 * to have no more.
 *
 * @example
 * ```ts
 * import { toArray } from 'rxjs';
 * import { TaskManager, queueFrom } from 'rx-tasker';
 *
 * const manager = new TaskManager({
 *   onCreate: () => ({ square: (x: number) => x * x }), onDestroy: () => undefined, workerCount: 2,
 * });
 * queueFrom(manager, [1, 2, 3], (x) => (calculator) => calculator.square(x))
 *   .pipe(toArray())
 *   .subscribe((squares) => console.log(squares)); // [1, 4, 9]
 * ```
 *
 * @param manager - whose workers run the tasks
 * @param source - what to read the values from
 * @param project - gives the task of a value
 * @param options - limit, until, and those of `queueOn`
 * @returns an Observable of results, in the order in which tasks finish
 * @throws InvalidConfigError if an argument or option is of the wrong type or range
 */
export function queueFrom<T, R, E>(
  manager: TaskManager<R>,
  source: PullSource<T>,
  project: (value: T, index: number) => TaskFunction<R, E>,
  options: QueueFromOptions<T> = {},
): Observable<E> {
  const settings = resolveStream(manager, project, options);
  const { limit = 2 * manager.maxWorkerCount, until } = options;
  checkPositiveCount('limit', limit);
  if (until !== undefined) checkSignal('until', until);
  checkSource(source);

  return new Observable<E>((output) => {
    const reader = new SourceReader(source, {
      value: (value) => {
        held = { value };
        release();
      },
      done: () => tasks.complete(),
      failed: (error) => tasks.error(error),
    });
    const tasks = new TaskStream(settings, output, {
      ended: () => pull(),
      refused: () => reader.end(),
    });
    /** Whether the manager refuses whatever is read now. */
    let stopped = false;
    /** What was read, and is not queued yet: as many tasks wait as may. */
    let held: { readonly value: T } | undefined;
    /** Looks for room while a value is held. */
    let watch: Subscription | undefined;
    /** Whether nothing more is to be read. */
    let isEnough = false;
    /** Whether the loop below is on the stack. */
    let pulling = false;

    const pull = (): void => {
      if (pulling) return;
      pulling = true;
      // After a stop one more, to know whether there is one: it is refused, and that is the end.
      while (!held && reader.isIdle && tasks.isOpen && (tasks.size < limit || stopped))
        reader.ask();
      pulling = false;
      if (stopped && tasks.size === 0 && reader.isWaiting) giveUp();
    };

    /** Queues what is held, once there is room for it; after a stop at once, to have it refused. */
    const release = (): void => {
      if (!held) return;
      if (!stopped && !settings.jobs.hasRoom()) {
        watch ??= manager.events$.subscribe(release);
        return;
      }
      const { value } = held;
      held = undefined;
      watch?.unsubscribe();
      watch = undefined;
      tasks.add(value);
      if (isEnough) tasks.complete();
      pull();
    };

    const giveUp = (): void => {
      reader.end();
      tasks.completeWith(settings.jobs.refusal());
    };

    output.add(() => {
      reader.end();
      watch?.unsubscribe();
    });
    tasks.open();
    const onEnough = (): void => {
      reader.end();
      isEnough = true;
      if (!held) tasks.complete();
    };
    if (until) output.add(onAbort(until, onEnough));
    const onStop = (): void => {
      if (!tasks.isOpen) return;
      stopped = true;
      release();
      // What a source that stalls would give is not waited for; after a kill nothing is.
      if (reader.isWaiting || manager.stats().state === 'killed') giveUp();
      else pull();
    };
    output.add(onAbort(settings.jobs.stopping, onStop));
    pull();
  });
}

const checkSource = (source: unknown): void => {
  const isPullable =
    typeof source === 'string' ||
    (typeof source === 'object' &&
      source !== null &&
      (Symbol.asyncIterator in source || Symbol.iterator in source || 'getReader' in source));
  if (!isPullable) {
    throw new InvalidConfigError(
      'source',
      source,
      'an iterable, an async iterable or a ReadableStream',
    );
  }
};
