import { callSafely } from '../internal/reportUnhandledError.js';
import type { TaskEvent } from './events.js';

/** Where log lines go: `console` and pino's loggers fit as they are. */
export interface Logger {
  debug(message: string, ...details: unknown[]): void;
  info(message: string, ...details: unknown[]): void;
  warn(message: string, ...details: unknown[]): void;
  error(message: string, ...details: unknown[]): void;
}

/**
 * Writes an event as a line: tasks at `debug`, workers and states at `info`, what was lost and is mended at
 * `warn`, failed resources at `error`. Errors follow as `%o`, which both `console` and pino put in its place.
 *
 * @internal
 */
export const logEvent = (logger: Logger, event: TaskEvent): void => {
  const log = (level: keyof Logger, message: string, ...details: unknown[]): void =>
    callSafely(() => logger[level](message, ...details));

  switch (event.type) {
    case 'arrived':
    case 'started':
    case 'completed':
      return log('debug', `${nameOf(event)} ${event.type}`);
    case 'cancelled':
      return log('debug', `${nameOf(event)} was cancelled`);
    case 'failed':
      return log('debug', `${nameOf(event)} failed: %o`, event.error);
    case 'retried':
      return log(
        'warn',
        `${nameOf(event)} failed on an unhealthy worker and is tried again: %o`,
        event.error,
      );
    case 'workerFreed':
      return log('debug', `worker ${event.worker} is free of a task that had ended before`);
    case 'workerStarted':
      return log('info', `worker ${event.worker} started`);
    case 'workerStopped':
      return log(
        event.reason === 'unhealthy' ? 'warn' : 'info',
        `worker ${event.worker} stopped: ${event.reason}`,
      );
    case 'resources':
      return log('debug', `${event.available} of ${event.ready} resources for runTask available`);
    case 'resourceFailed':
      return log('error', `the ${event.operation} of a resource failed: %o`, event.error);
    case 'scaled':
      return log('info', `scaling from ${event.from} to ${event.to} workers`);
    case 'state':
      return log('info', `the manager is ${event.state}`);
  }
};

const nameOf = ({ id, label }: { id: number; label: string | undefined }): string =>
  label === undefined ? `task ${id}` : `task ${id} (${label})`;
