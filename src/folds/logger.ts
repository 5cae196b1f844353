import { callSafely } from '../rx/reportUnhandledError.js';
import type { Scaled, TaskEvent, WorkerStopped } from '../events/events.js';

/**
 * Where log lines go: `console` and pino's loggers fit as they are. A message is whole, with no placeholder and no
 * details after it; an error is in it as its name, message and stack.
 */
export interface Logger {
  debug(message: string, ...details: unknown[]): void;
  info(message: string, ...details: unknown[]): void;
  warn(message: string, ...details: unknown[]): void;
  error(message: string, ...details: unknown[]): void;
}

/**
 * Writes an event as a line: tasks at `debug`, workers and states at `info`, what was lost and is mended at
 * `warn`, failed resources at `error`. The line is all that the logger is given: `console` and pino differ in what
 * they make of a placeholder, and a label may look like one.
 *
 * @internal
 */
export const logEvent = (logger: Logger, event: TaskEvent): void => {
  const log = (level: keyof Logger, line: string): void => callSafely(() => logger[level](line));

  switch (event.type) {
    case 'arrived':
    case 'started':
    case 'completed':
      return log('debug', `${nameOf(event)} ${event.type}`);
    case 'cancelled':
      return log('debug', `${nameOf(event)} was cancelled`);
    case 'rejected':
      return log('debug', `a task${labelOf(event)} was rejected: ${textOf(event.error)}`);
    case 'failed':
      return log('debug', `${nameOf(event)} failed: ${textOf(event.error)}`);
    case 'retried':
      return log(
        'warn',
        `${nameOf(event)} failed${event.healthy ? '' : ' on an unhealthy worker'} and is tried again: ${textOf(event.error)}`,
      );
    case 'requeued':
      return log('debug', `${nameOf(event)} waits again`);
    case 'workerFreed':
      return log('debug', `worker ${event.worker} is free of a task that had ended before`);
    case 'workerStarted':
      return log('info', `worker ${event.worker} started`);
    case 'workerStopped':
      return log(
        event.reason === 'unhealthy' ? 'warn' : 'info',
        `worker ${event.worker} stopped: ${event.reason}${causeOf(event)}`,
      );
    case 'resources':
      return log('debug', `${event.available} of ${event.ready} resources for runTask available`);
    case 'resourceFailed':
      return log('error', `the ${event.operation} of a resource failed: ${textOf(event.error)}`);
    case 'scaled':
      return log('info', `scaling from ${event.from} to ${event.to} workers${reasonOf(event)}`);
    case 'state':
      return log('info', `the manager is ${event.state}`);
  }
};

const nameOf = (task: { id: number; label: string | undefined }): string =>
  `task ${task.id}${labelOf(task)}`;

const labelOf = ({ label }: { label: string | undefined }): string =>
  label === undefined ? '' : ` (${inOneLine(label)})`;

const causeOf = ({ task, error }: WorkerStopped): string =>
  (task === undefined ? '' : ` after task ${task}`) +
  (error === undefined ? '' : `: ${textOf(error)}`);

/** A reason may come from a caller's policy. */
const reasonOf = ({ why }: Scaled): string => (why ? `: ${inOneLine(why.reason)}` : '');

/** A label is data: it can neither begin a line of its own nor steer a terminal. */
const inOneLine = (label: string): string =>
  label.replace(
    /[\p{Cc}\u2028\u2029]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** Name and message, and the stack where there is one; anything may have been thrown, also what has no text. */
const textOf = (error: unknown): string => {
  try {
    const text = String(error);
    if (text === '[object Object]') return JSON.stringify(error);
    const stack: unknown = Reflect.get(Object(error) as object, 'stack');
    // Ahead of its frames a stack has the name and message of when it was made.
    const frames = typeof stack === 'string' ? stack.indexOf('\n    at ') : -1;
    return frames < 0 ? text : text + String(stack).slice(frames);
  } catch {
    return `a thrown ${typeof error} without a text`;
  }
};
