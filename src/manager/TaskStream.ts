import { noop, type Subscriber } from 'rxjs';
import { checkFunction, checkNotNaN, checkObject, checkSignal } from '../checks/check.js';
import { InvalidConfigError } from '../checks/InvalidConfigError.js';
import { LinkedList, type Linked } from '../collections/LinkedList.js';
import { onAbort } from '../rx/onAbort.js';
import { callSafely } from '../rx/reportUnhandledError.js';
import { TaskCancelledError } from '../events/errors.js';
import { Job } from '../tasks/Job.js';
import { readTaskOptions, type TaskFunction, type TaskOptions } from '../tasks/task.js';
import { jobsOf, type ManagerJobs } from './jobsOf.js';
import type { TaskManager } from './TaskManager.js';

/** The options of `queueOn`. */
export interface QueueOnOptions<T> extends Omit<TaskOptions, 'priority'> {
  /**
   * The priority of a value's task.
   *
   * @default () => 0
   */
  priority?: ((value: T) => number) | undefined;
  /**
   * What becomes of a task's error: `'throw'` makes it the error of the stream, `'skip'` leaves the task out.
   * A task that the manager refused, or did not end because it was killed, is an error in any case, and so is an
   * abort of the `signal`.
   *
   * @default 'throw'
   */
  onError?: 'skip' | 'throw' | undefined;
}

/**
 * How the values of a stream become tasks: the arguments of `queueOn`, checked.
 *
 * @internal
 */
export interface StreamSettings<T, R, E> {
  readonly manager: TaskManager<R>;
  readonly jobs: ManagerJobs<R>;
  readonly project: (value: T, index: number) => TaskFunction<R, E>;
  readonly priority: ((value: T) => number) | undefined;
  readonly skipsErrors: boolean;
  /** Ends the whole stream, and thus no task needs it. */
  readonly signal: AbortSignal | undefined;
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
  const jobs = jobsOf<R>(manager);
  if (!jobs) throw new InvalidConfigError('manager', manager, 'a TaskManager');
  checkFunction('project', project);
  checkObject('options', options);
  const { priority, onError = 'throw', signal, once, timeout, maxRetries } = options;
  const { retry, label, key, cost } = options;
  const taskOptions = readTaskOptions({ once, timeout, maxRetries, retry, label, key, cost });
  if (signal !== undefined) checkSignal('signal', signal);
  if (priority !== undefined) checkFunction('priority', priority);
  if (onError !== 'throw' && onError !== 'skip') {
    throw new InvalidConfigError('onError', onError, "'throw' or 'skip'");
  }
  return { manager, jobs, project, priority, skipsErrors: onError === 'skip', signal, taskOptions };
};

/** What the source's reader is told of the tasks. */
interface StreamListener {
  /** A task has left the manager, and further values are welcome. */
  ended?: () => void;
  /** The manager has refused a task, as it would all further ones. */
  refused?: () => void;
}

/**
 * The tasks that one stream has in a manager. Their values go to the output, and so does the error of one, unless
 * errors are skipped. The output ends when the stream is closed and all tasks have ended; with the error of a
 * task, or an abort of the signal, at once.
 *
 * @internal
 */
export class TaskStream<T, R, E> {
  readonly #settings: StreamSettings<T, R, E>;
  readonly #output: Subscriber<E>;
  readonly #listener: StreamListener;
  readonly #jobs = new LinkedList<StreamJob<R, E>>();
  #index = 0;
  /** How many tasks are being made of values; who makes them may close the stream. */
  #inTheMaking = 0;
  /** How the output ends once the tasks have; `undefined` as long as there may be values. */
  #end: (() => void) | undefined;
  /** What the tasks are cancelled with. */
  #cancellation: TaskCancelledError | undefined;

  constructor(
    settings: StreamSettings<T, R, E>,
    output: Subscriber<E>,
    listener: StreamListener = {},
  ) {
    this.#settings = settings;
    this.#output = output;
    this.#listener = listener;
  }

  /** Follows the signal, and cancels the tasks when the output is closed. */
  open(): void {
    this.#output.add(() => this.#cancel());
    const { signal } = this.#settings;
    if (!signal) return;
    const end = onAbort(signal, (reason) => {
      this.#cancellation = new TaskCancelledError(reason);
      this.error(this.#cancellation);
    });
    this.#output.add(end);
  }

  /** How many tasks of it are in the manager. */
  get size(): number {
    return this.#jobs.size;
  }

  /** Whether it takes values. */
  get isOpen(): boolean {
    return !this.#end && !this.#output.closed;
  }

  /** Queues the task of a value; what the stream's functions throw is the output's error. */
  add(value: T): void {
    let job: StreamJob<R, E>;
    this.#inTheMaking++;
    try {
      job = this.#createJob(value);
    } catch (error) {
      return this.error(error);
    } finally {
      this.#inTheMaking--;
    }
    if (this.#output.closed) return; // by one of these functions
    this.#jobs.add(job);
    this.#settings.jobs.queue(job);
  }

  /** The output errors at once; its subscriber may end further tasks in that call. */
  error(error: unknown): void {
    this.#end = noop;
    this.#output.error(error);
  }

  /** There are no more values: the output completes once the tasks have ended. */
  complete(): void {
    this.#close(() => this.#output.complete());
  }

  /** No more values are taken: the output errors once the tasks have ended. */
  completeWith(error: unknown): void {
    this.#close(() => this.#output.error(error));
  }

  emit(value: E): void {
    this.#output.next(value);
  }

  end(job: StreamJob<R, E>): void {
    this.#jobs.remove(job);
    if (this.#end) this.#endWhenDone();
    else this.#listener.ended?.();
  }

  fail(job: StreamJob<R, E>, error: unknown): void {
    if (this.#settings.skipsErrors && !this.#isKill(error)) return this.end(job);
    this.#jobs.remove(job);
    this.error(error);
  }

  refuse(job: StreamJob<R, E>, error: unknown): void {
    this.#jobs.remove(job);
    this.#listener.refused?.();
    this.completeWith(error);
  }

  #cancel(): void {
    if (this.size > 0) {
      this.#settings.jobs.cancel([...this.#jobs], this.#cancellation ?? new TaskCancelledError());
    }
  }

  #close(end: () => void): void {
    this.#end ??= end;
    this.#endWhenDone();
  }

  #endWhenDone(): void {
    if (this.size + this.#inTheMaking === 0) this.#end?.();
  }

  /** By its name, since the manager may be of another build of this package. */
  #isKill(error: unknown): boolean {
    return (
      error instanceof Error &&
      error.name === 'TaskManagerStoppedError' &&
      this.#settings.manager.stats().state === 'killed' // and not another manager, which the task uses
    );
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

  override refuse(error: unknown): void {
    this.state = 'ended';
    callSafely(() => this.stream.refuse(this, error));
  }
}
