import { Observable } from 'rxjs';
import { checkPositiveCount } from '../internal/check.js';
import { isPromiseLike } from '../internal/eventual.js';
import { InvalidConfigError } from '../internal/InvalidConfigError.js';
import { reportUnhandledError } from '../internal/reportUnhandledError.js';
import type { TaskFunction } from './task.js';
import type { TaskManager } from './TaskManager.js';
import { resolveStream, TaskStream, type QueueOnOptions } from './TaskStream.js';

/** A source that gives its next value when asked. */
export type PullSource<T> = Iterable<T> | AsyncIterable<T> | ReadableStream<T>;

/** The options of `queueFrom`. */
export interface QueueFromOptions<T> extends QueueOnOptions<T> {
  /**
   * The next value is asked for only while fewer than this many of the source's tasks are in the manager; an
   * integer >= 1.
   *
   * @default 2 * maxWorkerCount
   */
  limit?: number;
}

/**
 * `queueOn` for a source that can be pulled: an array, a generator, the lines of a file, a cursor, a stream.
 * It is read as fast as tasks finish, and no faster.
 *
 * The source is opened on subscribe. Unsubscribing, or an error, cancels the tasks and ends the source by
 * `return()` or `cancel()`.
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
 * @param options - limit, and those of `queueOn`
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
  const { limit = 2 * manager.maxWorkerCount } = options;
  checkPositiveCount('limit', limit);
  checkSource(source);

  return new Observable<E>((output) => {
    const iterator = open(source);
    let exhausted = false;
    // Whether a value has been asked for, or the loop below is on the stack.
    let pulling = false;

    const completeWhenDone = (): void => {
      if (exhausted && tasks.size === 0) output.complete();
    };
    const tasks = new TaskStream(settings, output, () => {
      completeWhenDone();
      pull();
    });

    const pull = (): void => {
      if (pulling) return;
      pulling = true;
      try {
        while (tasks.size < limit && !exhausted && !output.closed) {
          const step = iterator.next();
          if (isPromiseLike(step)) {
            step.then(goOn, fail);
            return;
          }
          take(step);
        }
      } catch (error) {
        fail(error);
      }
      pulling = false;
    };

    const goOn = (result: IteratorResult<T, unknown>): void => {
      try {
        take(result);
      } catch (error) {
        fail(error);
      }
      pulling = false;
      pull();
    };

    const take = ({ done, value }: IteratorResult<T, unknown>): void => {
      if (done === true) {
        exhausted = true;
        completeWhenDone();
      } else if (!output.closed) {
        tasks.add(value);
      }
    };

    const fail = (error: unknown): void => {
      exhausted = true; // a source that failed is not to be ended again
      output.error(error);
    };

    output.add(() => {
      if (!exhausted) end(iterator);
      tasks.cancel();
    });
    pull();
  });
}

type Step<T> = IteratorResult<T, unknown> | PromiseLike<IteratorResult<T, unknown>>;

interface Puller<T> {
  next(): Step<T>;
  return?(): unknown;
}

const open = <T>(source: PullSource<T>): Puller<T> => {
  if (typeof source === 'string') return (source as Iterable<T>)[Symbol.iterator]();
  if (Symbol.asyncIterator in source) return source[Symbol.asyncIterator]();
  if (Symbol.iterator in source) return source[Symbol.iterator]();
  const reader = (source as ReadableStream<T>).getReader();
  return {
    next: () => reader.read(),
    return: () => reader.cancel(),
  };
};

/** Ends a source that was not read to its end. There is nobody to tell of an error but RxJS's own handler. */
const end = <T>(iterator: Puller<T>): void => {
  try {
    const ended = iterator.return?.();
    if (isPromiseLike(ended)) ended.then(undefined, reportUnhandledError);
  } catch (error) {
    reportUnhandledError(error);
  }
};

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
