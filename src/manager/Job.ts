import { reportUnhandledError } from '../internal/reportUnhandledError.js';
import type { Attempt } from './Attempt.js';
import type { TaskFunction, TaskOptions } from './task.js';

/**
 * Who wants to know what becomes of a task. An RxJS Observer fits; a Promise's `resolve` fits as `complete`,
 * which is given the last value.
 *
 * @internal
 */
export interface Outcome<E> {
  next?(value: E): void;
  error?(error: unknown): void;
  complete?(result: E | undefined): void;
}

/**
 * A task with its state: `new` until it is in the lanes, `waiting` in them, `running` from when it has left
 * them, or from the start if it goes past them, and `ended`.
 *
 * @internal
 */
export class Job<R, E> {
  state: 'new' | 'waiting' | 'running' | 'ended' = 'new';
  id = 0;
  /** How often it has been tried again. */
  retries = 0;
  queuedAt = 0;
  priority: number;
  /** The attempt that is under way. */
  attempt: Attempt<R, E> | undefined;

  constructor(
    readonly run: TaskFunction<R, E>,
    readonly options: TaskOptions,
    readonly outcome: Outcome<E>,
    /** Whether it goes past the lanes: a `runTask`. */
    readonly direct: boolean,
  ) {
    this.priority = options.priority ?? 0;
  }

  /** Passes a value on. What the observer throws is reported and harms nothing else. */
  emit(value: E): void {
    try {
      this.outcome.next?.(value);
    } catch (error) {
      reportUnhandledError(error);
    }
  }

  succeed(result: E | undefined): void {
    try {
      this.outcome.complete?.(result);
    } catch (error) {
      reportUnhandledError(error);
    }
  }

  fail(error: unknown): void {
    try {
      this.outcome.error?.(error);
    } catch (thrown) {
      reportUnhandledError(thrown);
    }
  }

  /** Ends a task that was not accepted. */
  refuse(error: unknown): void {
    this.state = 'ended';
    this.fail(error);
  }
}
