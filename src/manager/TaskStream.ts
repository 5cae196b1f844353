import type { Subscriber } from 'rxjs';
import { checkFunction, checkMethods, checkNotNaN, checkObject } from '../internal/check.js';
import { InvalidConfigError } from '../internal/InvalidConfigError.js';
import { LinkedList, type Linked } from '../internal/LinkedList.js';
import { callSafely } from '../internal/reportUnhandledError.js';
import { TaskManagerStoppedError } from './errors.js';
import { Job } from './Job.js';
import { readTaskOptions, type TaskFunction, type TaskOptions } from './task.js';
import type { TaskManager } from './TaskManager.js';

/** The options of `queueOn`. */
export interface QueueOnOptions<T> extends Omit<TaskOptions, 'priority'> {
  /**
   * The priority of a value's task.
   *
   * @default () => 0
   */
  priority?: (value: T) => number;
  /**
   * What becomes of a task's error: `'throw'` makes it the error of the stream, `'skip'` leaves the task out.
   * A task that the manager refused, or did not end because it was killed, is an error in any case.
   *
   * @default 'throw'
   */
  onError?: 'skip' | 'throw';
}

/**
 * How the values of a stream become tasks: the arguments of `queueOn`, checked.
 *
 * @internal
 */
export interface StreamSettings<T, R, E> {
  readonly manager: TaskManager<R>;
  readonly project: (value: T, index: number) => TaskFunction<R, E>;
  readonly priority: ((value: T) => number) | undefined;
  readonly skipsErrors: boolean;
  /** The options that all tasks share. */
  readonly taskOptions: TaskOptions;
}

/**
 * @throws InvalidConfigError if an argument or option is of the wrong type or range
 * @internal
 */
export const resolveStream = <T, R, E>(
  manager: TaskManager<R>,
  project: (value: T, index: number) => TaskFunction<R, E>,
  options: QueueOnOptions<T>,
): StreamSettings<T, R, E> => {
  checkMethods('manager', manager, ['queueJob', 'cancelJob'], 'a TaskManager');
  checkFunction('project', project);
  checkObject('options', options);
  const { priority, onError = 'throw' } = options;
  const taskOptions = readTaskOptions(withoutPriority(options));
  if (priority !== undefined) checkFunction('priority', priority);
  if (onError !== 'throw' && onError !== 'skip') {
    throw new InvalidConfigError('onError', onError, "'throw' or 'skip'");
  }
  return { manager, project, priority, skipsErrors: onError === 'skip', taskOptions };
};

/** The priority of a stream is a function, that of a task a number. */
const withoutPriority = <T>(options: QueueOnOptions<T>): TaskOptions =>
  Object.create(options, { priority: { value: undefined } }) as TaskOptions;

/**
 * The tasks that one stream has in a manager. Their values go to the output, and so does the error of one, unless
 * errors are skipped.
 *
 * @internal
 */
export class TaskStream<T, R, E> {
  readonly #settings: StreamSettings<T, R, E>;
  readonly #output: Subscriber<E>;
  readonly #onEnd: () => void;
  readonly #jobs = new LinkedList<StreamJob<R, E>>();
  #index = 0;

  /** @param onEnd - called when a task has left the manager, and its error is not the output's */
  constructor(settings: StreamSettings<T, R, E>, output: Subscriber<E>, onEnd: () => void) {
    this.#settings = settings;
    this.#output = output;
    this.#onEnd = onEnd;
  }

  /** How many tasks of it are in the manager. */
  get size(): number {
    return this.#jobs.size;
  }

  /** Queues the task of a value; what the stream's functions throw is the output's error. */
  add(value: T): void {
    let job: StreamJob<R, E>;
    try {
      job = this.#createJob(value);
    } catch (error) {
      return this.#output.error(error);
    }
    if (this.#output.closed) return; // by one of these functions
    this.#jobs.add(job);
    this.#settings.manager.queueJob(job);
  }

  /** Cancels all of them. */
  cancel(): void {
    for (const job of [...this.#jobs]) this.#settings.manager.cancelJob(job);
  }

  emit(value: E): void {
    this.#output.next(value);
  }

  end(job: StreamJob<R, E>): void {
    this.#jobs.remove(job);
    this.#onEnd();
  }

  fail(job: StreamJob<R, E>, error: unknown): void {
    if (this.#settings.skipsErrors && !(error instanceof TaskManagerStoppedError)) {
      return this.end(job);
    }
    this.#jobs.remove(job);
    this.#output.error(error);
  }

  #createJob(value: T): StreamJob<R, E> {
    const { project, priority, taskOptions } = this.#settings;
    const task = checkFunction('task', project(value, this.#index++));
    const job = new StreamJob<R, E>(task, taskOptions, this);
    const ownPriority = priority?.(value);
    if (ownPriority !== undefined) job.priority = checkNotNaN('priority', ownPriority);
    return job;
  }
}

class StreamJob<R, E> extends Job<R, E> implements Linked<StreamJob<R, E>> {
  previous: StreamJob<R, E> | undefined = undefined;
  next: StreamJob<R, E> | undefined = undefined;

  constructor(
    run: TaskFunction<R, E>,
    options: TaskOptions,
    readonly stream: TaskStream<never, R, E>,
  ) {
    super(run, options);
  }

  // What follows the stream may throw when it is torn down with its end.

  emit(value: E): void {
    callSafely(() => this.stream.emit(value));
  }

  succeed(): void {
    callSafely(() => this.stream.end(this));
  }

  fail(error: unknown): void {
    callSafely(() => this.stream.fail(this, error));
  }
}
