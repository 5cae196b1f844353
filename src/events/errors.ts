import { InvalidConfigError } from '../checks/InvalidConfigError.js';

export { InvalidConfigError };

/** `workerCount` is not an integer >= 1, nor 0 with a `maxWorkerCount` >= 1. */
export class WorkerCountMustBePositiveError extends InvalidConfigError {
  override readonly name = 'WorkerCountMustBePositiveError';

  constructor(value: unknown) {
    super('workerCount', value, 'an integer >= 1');
  }
}

/** `onCreate` is missing or not a function. */
export class OnCreateFunctionRequiredError extends InvalidConfigError {
  override readonly name = 'OnCreateFunctionRequiredError';

  constructor(value: unknown) {
    super('onCreate', value, 'a function that makes a resource');
  }
}

/** `onDestroy` is missing or not a function. */
export class OnDestroyFunctionRequiredError extends InvalidConfigError {
  override readonly name = 'OnDestroyFunctionRequiredError';

  constructor(value: unknown) {
    super('onDestroy', value, 'a function that releases a resource');
  }
}

/** `onCreate` failed; what it threw is the `cause`. */
export class ResourceCreationError extends Error {
  override readonly name = 'ResourceCreationError';

  constructor(cause: unknown) {
    super(`A resource could not be created: ${messageOf(cause)}`, { cause });
  }
}

/** A resource was not given back in time, and is not waited for any longer. */
export class ResourceReleaseTimeoutError extends Error {
  override readonly name = 'ResourceReleaseTimeoutError';
  /** How long it was waited for, in ms. */
  readonly timeout: number;

  constructor(timeout: number) {
    super(`A resource was not released within ${timeout} ms`);
    this.timeout = timeout;
  }
}

/** A task failed on an unhealthy worker at each of its attempts; the last error is the `cause`. */
export class MaxRetriesExceededError extends Error {
  override readonly name = 'MaxRetriesExceededError';
  /** How often the task was tried again. */
  readonly retries: number;

  constructor(retries: number, cause: unknown) {
    super(`All ${retries + 1} attempts of the task failed: ${messageOf(cause)}`, { cause });
    this.retries = retries;
  }
}

/**
 * As many tasks wait as `queueLimit` lets wait. A task that was refused was never accepted; one that had waited made
 * room for another. Come again later, raise the limit, or choose another `overflow`.
 */
export class QueueFullError extends Error {
  override readonly name = 'QueueFullError';
  /** How many tasks may wait. */
  readonly limit: number;
  /** The priority of the task that came. */
  readonly priority: number;
  /** The priority of the task that had to go. */
  readonly victimPriority: number;

  constructor(limit: number, priority: number, victimPriority: number) {
    super(
      `The queue is full: ${limit} tasks wait, as many as \`queueLimit\` lets wait. A task of priority ${priority} ` +
        `came, and one of priority ${victimPriority} had to go`,
    );
    this.limit = limit;
    this.priority = priority;
    this.victimPriority = victimPriority;
  }
}

/** An attempt of a task took longer than its `timeout`. */
export class TaskTimeoutError extends Error {
  override readonly name = 'TaskTimeoutError';
  /** The limit, in ms. */
  readonly timeout: number;

  constructor(timeout: number) {
    super(`The task took longer than ${timeout} ms`);
    this.timeout = timeout;
  }
}

/** The task was cancelled by its caller; the reason of its AbortSignal, if it had one, is the `cause`. */
export class TaskCancelledError extends Error {
  override readonly name = 'TaskCancelledError';

  constructor(cause?: unknown) {
    super('The task was cancelled', { cause });
  }
}

/**
 * The manager is stopping, stopped or killed: it takes no more tasks, or did not finish this one. The `cause` is the
 * error that ended the manager, if one did.
 */
export class TaskManagerStoppedError extends Error {
  override readonly name = 'TaskManagerStoppedError';
  /** Whether an attempt of the task had started: it may have had effects. */
  readonly started: boolean;

  constructor(
    message = 'The task manager takes no more tasks: it has been stopped',
    { started = false, ...options }: ErrorOptions & { started?: boolean } = {},
  ) {
    super(message, options);
    this.started = started;
  }
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
