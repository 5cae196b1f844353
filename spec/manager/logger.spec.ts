import { format } from 'node:util';
import type { TaskEvent } from '../../src/manager/events.js';
import { logEvent, type Logger } from '../../src/manager/logger.js';
import { unhandledErrors } from '../support/unhandledErrors.js';

const error = new Error('broken');
const task = {
  time: 0,
  id: 7,
  label: undefined,
  priority: 0,
  attempt: 0,
  direct: false,
  queuedAt: 0,
} as const;
const times = { startedAt: 0, finishedAt: 0 };

const rows: [TaskEvent, keyof Logger, string][] = [
  [{ ...task, type: 'arrived' }, 'debug', 'task 7 arrived'],
  [{ ...task, type: 'started', startedAt: 0, worker: 1 }, 'debug', 'task 7 started'],
  [{ ...task, ...times, type: 'completed', result: 1 }, 'debug', 'task 7 completed'],
  [{ ...task, type: 'arrived', label: 'page 3' }, 'debug', 'task 7 (page 3) arrived'],
  [
    { ...task, type: 'cancelled', error, running: true, abandoned: false },
    'debug',
    'task 7 was cancelled',
  ],
  [
    { ...task, ...times, type: 'failed', error, abandoned: false },
    'debug',
    'task 7 failed: broken',
  ],
  [
    { ...task, ...times, type: 'retried', error },
    'warn',
    'task 7 failed on an unhealthy worker and is tried again: broken',
  ],
  [
    { type: 'workerFreed', time: 0, worker: 2, direct: false },
    'debug',
    'worker 2 is free of a task that had ended before',
  ],
  [{ type: 'workerStarted', time: 0, worker: 2 }, 'info', 'worker 2 started'],
  [
    { type: 'workerStopped', time: 0, worker: 2, reason: 'scaledDown' },
    'info',
    'worker 2 stopped: scaledDown',
  ],
  [
    { type: 'workerStopped', time: 0, worker: 2, reason: 'stopped' },
    'info',
    'worker 2 stopped: stopped',
  ],
  [
    { type: 'workerStopped', time: 0, worker: 2, reason: 'unhealthy' },
    'warn',
    'worker 2 stopped: unhealthy',
  ],
  [
    { type: 'resources', time: 0, ready: 3, available: 2 },
    'debug',
    '2 of 3 resources for runTask available',
  ],
  [
    { type: 'resourceFailed', time: 0, operation: 'release', error },
    'error',
    'the release of a resource failed: broken',
  ],
  [
    { type: 'scaled', time: 0, from: 2, to: 5, load: {} as never },
    'info',
    'scaling from 2 to 5 workers',
  ],
  [{ type: 'state', time: 0, state: 'stopping' }, 'info', 'the manager is stopping'],
];

/** A logger whose methods need their `this` and put details in the place of `%o`, as pino's do. */
class PinoLike implements Logger {
  readonly lines: [string, string][] = [];

  debug(message: string, ...details: unknown[]): void {
    this.#write('debug', message, details);
  }
  info(message: string, ...details: unknown[]): void {
    this.#write('info', message, details);
  }
  warn(message: string, ...details: unknown[]): void {
    this.#write('warn', message, details);
  }
  error(message: string, ...details: unknown[]): void {
    this.#write('error', message, details);
  }

  #write(level: string, message: string, details: unknown[]): void {
    const line = details.reduce<string>(
      (text, detail) => text.replace('%o', (detail as Error).message),
      message,
    );
    this.lines.push([level, line]);
  }
}

describe('logEvent', () => {
  it.each(rows)('should write %j at %s: %s', (event, level, line) => {
    const logger = new PinoLike();
    logEvent(logger, event);
    expect(logger.lines).toEqual([[level, line]]);
  });

  it('should have a row above for every type of event', () => {
    const types: Record<TaskEvent['type'], true> = {
      arrived: true,
      started: true,
      retried: true,
      completed: true,
      failed: true,
      cancelled: true,
      workerFreed: true,
      workerStarted: true,
      workerStopped: true,
      resources: true,
      resourceFailed: true,
      scaled: true,
      state: true,
    };
    expect(new Set(rows.map(([{ type }]) => type))).toEqual(new Set(Object.keys(types)));
  });

  it('should fit console, which writes errors with their stack', () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    logEvent(console, { ...task, ...times, type: 'retried', error });
    const text = format(...(warn.mock.calls[0] as [string, unknown]));
    warn.mockRestore();
    expect(text).toContain('task 7 failed on an unhealthy worker and is tried again: ');
    expect(text).toContain('Error: broken');
    expect(text).toContain('logger.spec');
    expect(text).not.toContain('%o');
  });

  it('should report what a logger throws, and not throw it', () => {
    const thrown = new Error('disk full');
    const fail = (): never => {
      throw thrown;
    };
    const errors = unhandledErrors(() => {
      for (const [event] of rows) {
        logEvent({ debug: fail, info: fail, warn: fail, error: fail }, event);
      }
    });
    expect(errors).toEqual(rows.map(() => thrown));
  });
});
