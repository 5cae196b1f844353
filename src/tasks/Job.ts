import type { Observer } from 'rxjs';
import { callSafely } from '../rx/reportUnhandledError.js';
import type { Attempt } from './Attempt.js';
import { NO_OPTIONS, type TaskFunction, type TaskOptions } from './task.js';
import type { TaskState } from './transitions.js';

/** @internal */
export type JobAttempt<R, E> = Attempt<R, E, Job<R, E>>;

/**
 * A task with its state. Callers want to know different things of what becomes of it, hence the subclasses.
 *
 * @internal
 */
export abstract class Job<R, E> {
  state: TaskState = 'new';
  /** From 1 in the order of arrival; 0 before. */
  id = 0;
  /** How often it has been tried again. */
  retries = 0;
  queuedAt = 0;
  /** Whether an attempt of it has started. */
  hasStarted = false;
  priority: number;
  /** All but the priority. */
  readonly options: Omit<TaskOptions, 'priority'>;
  /** What holds a worker for it: from `starting` to `judging`, and while it is `lingering`. */
  attempt: JobAttempt<R, E> | undefined = undefined;

  /** @param options - a copy that nobody changes any more: what `readTaskOptions` gives */
  constructor(
    readonly run: TaskFunction<R, E>,
    options: TaskOptions,
    /** Whether it goes past the lanes: a `runTask`. */
    readonly direct = false,
  ) {
    this.priority = options.priority ?? 0;
    this.options = asksForMore(options) ? options : NO_OPTIONS;
  }

  /** Passes a value on. Neither this nor the other two may throw. */
  abstract emit(value: E): void;
  /** Tells of the end, with the task's last value. */
  abstract succeed(result: E | undefined): void;
  abstract fail(error: unknown): void;

  /** Ends a task that was not accepted. */
  refuse(error: unknown): void {
    this.state = 'ended';
    this.fail(error);
  }
}

/** Of many waiting tasks, most say no more than their priority: they do not keep an object alive each. */
const asksForMore = (options: TaskOptions): boolean => {
  const { once, signal, timeout, maxRetries, retry, label, key, cost } = options;
  return (once ?? signal ?? timeout ?? maxRetries ?? retry ?? label ?? key ?? cost) !== undefined;
};

/**
 * A task with an observer, whose `complete` is given the last value. What the observer throws is reported and
 * harms nothing else.
 *
 * @internal
 */
export class ObservedJob<R, E> extends Job<R, E> {
  constructor(
    run: TaskFunction<R, E>,
    options: TaskOptions,
    readonly observer: Partial<Omit<Observer<E>, 'complete'>> & {
      complete?: (result: E | undefined) => void;
    },
  ) {
    super(run, options);
  }

  emit(value: E): void {
    callSafely(() => this.observer.next?.(value));
  }

  succeed(result: E | undefined): void {
    callSafely(() => this.observer.complete?.(result));
  }

  fail(error: unknown): void {
    callSafely(() => this.observer.error?.(error));
  }
}

/**
 * A task with a Promise of its last value.
 *
 * @internal
 */
export class PromisedJob<R, E> extends Job<R, E> {
  readonly #resolve: (result: E | undefined) => void;
  readonly #reject: (error: unknown) => void;

  constructor(
    run: TaskFunction<R, E>,
    options: TaskOptions,
    direct: boolean,
    resolve: (result: E | undefined) => void,
    reject: (error: unknown) => void,
  ) {
    super(run, options, direct);
    this.#resolve = resolve;
    this.#reject = reject;
  }

  emit(): void {
    // Only the last value counts.
  }

  succeed(result: E | undefined): void {
    this.#resolve(result);
  }

  fail(error: unknown): void {
    this.#reject(error);
  }
}
