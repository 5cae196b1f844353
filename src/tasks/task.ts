import type { Eventual, ObservableLike } from '../rx/eventual.js';
import { checkRetry, type Retry } from './retry.js';
import {
  checkBoolean,
  checkCount,
  checkDuration,
  checkNotNaN,
  checkObject,
  checkPositive,
  checkSignal,
  checkString,
} from '../checks/check.js';

/** What a task is told about itself. */
export interface TaskContext {
  /** The number of the task, from 1 in the order of arrival. */
  readonly id: number;
  /** Which attempt this is; 0 is the first. */
  readonly attempt: number;
  /** The priority that the task is served at. */
  readonly priority: number;
  /**
   * Aborted when the task is cancelled, times out, or the manager is killed; not by a graceful stop. It is made when it
   * is first read: a copy of the context, `{ ...context }`, is without it.
   */
  readonly signal: AbortSignal;
}

/**
 * What a task does with a resource, which is its own until what it returns has settled. It may return an
 * Observable, a Promise or a plain value.
 */
export type TaskFunction<R, E> = (resource: R, context: TaskContext) => Eventual<E>;

/**
 * A task that gives an Observable. It may complete without a value, so that its result, the last value, may be
 * `undefined`.
 */
export type ObservableTask<R, E> = (resource: R, context: TaskContext) => ObservableLike<E>;

/** How a task is to be run. */
export interface TaskOptions {
  /**
   * Higher is served first; above 0 it counts as a priority task. Any number but NaN.
   *
   * @default 0
   */
  priority?: number | undefined;
  /**
   * Whether the task is tried at most once, whatever happens.
   *
   * @default false
   */
  once?: boolean | undefined;
  /** Aborting it cancels the task: out of the queue, or by its own signal when it runs. */
  signal?: AbortSignal | undefined;
  /**
   * How long one attempt may take from its start, in ms, >= 0.
   *
   * @default none
   */
  timeout?: number | undefined;
  /**
   * How often the task is tried again when it failed on an unhealthy worker; an integer >= 0.
   *
   * @default the manager's `maxRetries`
   */
  maxRetries?: number | undefined;
  /**
   * How the task is tried again when it failed on a healthy worker: its worker serves others meanwhile.
   *
   * @default the manager's `retry`
   */
  retry?: Retry | undefined;
  /** A name for the task in events and logs. */
  label?: string | undefined;
  /** What the task belongs to: a customer, a host. It is shown with a waiting task, and has no other effect yet. */
  key?: unknown;
  /**
   * How much the task counts, a finite number > 0. It is shown with a waiting task, and has no other effect yet.
   *
   * @default 1
   */
  cost?: number | undefined;
}

/** A task for `runTasks`: its function, its options, and who wants to know its outcome. */
export interface TaskRequest<R, E> extends TaskOptions {
  run: TaskFunction<R, E>;
  /** Gets every value of the task, and its completion or error. */
  observer?:
    | {
        next?: ((value: E) => void) | undefined;
        error?: ((error: unknown) => void) | undefined;
        complete?: (() => void) | undefined;
      }
    | undefined;
}

/** @internal */
export const NO_OPTIONS: TaskOptions = Object.freeze({});

/**
 * Checks the options and copies them, each read once, inherited ones and getters too: what the caller does with the
 * object later is of no effect on the task.
 *
 * @throws InvalidConfigError if an option is wrong
 * @internal
 */
export const readTaskOptions = (options: TaskOptions = NO_OPTIONS): TaskOptions => {
  if (options === NO_OPTIONS) return options;
  checkObject('options', options);
  const { priority, once, signal, timeout, maxRetries, retry, label, key, cost } = options;
  if (priority !== undefined) checkNotNaN('priority', priority);
  if (once !== undefined) checkBoolean('once', once);
  if (signal !== undefined) checkSignal('signal', signal);
  if (timeout !== undefined) checkDuration('timeout', timeout);
  if (maxRetries !== undefined) checkCount('maxRetries', maxRetries);
  if (label !== undefined) checkString('label', label);
  if (cost !== undefined) checkPositive('cost', cost);
  return {
    priority,
    once,
    signal,
    timeout,
    maxRetries,
    retry: retry === undefined ? undefined : checkRetry('retry', retry),
    label,
    key,
    cost,
  };
};
