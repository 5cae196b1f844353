import { format } from 'node:util';
import type { TaskEvent } from '../../src/events/events.js';
import { logEvent, type Logger } from '../../src/folds/logger.js';
import { unhandledErrors } from '../support/unhandledErrors.js';

/** Another test checks the stack. */
const error = Object.assign(new Error('broken'), { stack: undefined });
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
    { type: 'rejected', time: 0, label: 'page 3', priority: 0, error },
    'debug',
    'a task (page 3) was rejected: Error: broken',
  ],
  [
    { ...task, type: 'cancelled', error, running: true, abandoned: false },
    'debug',
    'task 7 was cancelled',
  ],
  [
    { ...task, ...times, type: 'failed', error, abandoned: false },
    'debug',
    'task 7 failed: Error: broken',
  ],
  [
    { ...task, ...times, type: 'retried', healthy: false, error },
    'warn',
    'task 7 failed on an unhealthy worker and is tried again: Error: broken',
  ],
  [
    { ...task, ...times, type: 'retried', healthy: true, error },
    'warn',
    'task 7 failed and is tried again: Error: broken',
  ],
  [{ ...task, type: 'requeued' }, 'debug', 'task 7 waits again'],
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
    { type: 'workerStopped', time: 0, worker: 2, reason: 'unhealthy', task: 7, error },
    'warn',
    'worker 2 stopped: unhealthy after task 7: Error: broken',
  ],
  [
    { type: 'resources', time: 0, ready: 3, available: 2 },
    'debug',
    '2 of 3 resources for runTask available',
  ],
  [
    { type: 'resourceFailed', time: 0, operation: 'release', error },
    'error',
    'the release of a resource failed: Error: broken',
  ],
  [
    { type: 'scaled', time: 0, from: 2, to: 5, load: {} as never },
    'info',
    'scaling from 2 to 5 workers',
  ],
  [
    { type: 'scaled', time: 0, from: 5, to: 2, load: {} as never, why: { reason: 'so\nit is' } },
    'info',
    'scaling from 5 to 2 workers: so\\u000ait is',
  ],
  [{ type: 'state', time: 0, state: 'stopping' }, 'info', 'the manager is stopping'],
];

/** A logger whose methods need their `this`. */
class Lines implements Logger {
  readonly lines: [string, unknown[]][] = [];

  debug(...line: unknown[]): void {
    this.lines.push(['debug', line]);
  }
  info(...line: unknown[]): void {
    this.lines.push(['info', line]);
  }
  warn(...line: unknown[]): void {
    this.lines.push(['warn', line]);
  }
  error(...line: unknown[]): void {
    this.lines.push(['error', line]);
  }
}

const failing = (thrown: unknown): string => {
  const logger = new Lines();
  logEvent(logger, { type: 'resourceFailed', time: 0, operation: 'creation', error: thrown });
  return String(logger.lines[0]?.[1][0]).replace('the creation of a resource failed: ', '');
};

describe('logEvent', () => {
  it.each(rows)('writes %j at %s: %s', (event, level, line) => {
    const logger = new Lines();
    logEvent(logger, event);
    expect(logger.lines).toEqual([[level, [line]]]);
  });

  it('has a row above for every type of event', () => {
    const types: Record<TaskEvent['type'], true> = {
      arrived: true,
      rejected: true,
      requeued: true,
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

  it('writes an error through console in no more lines than its stack', () => {
    const write = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    const thrown = new TypeError('broken', { cause });
    logEvent(console, { type: 'resourceFailed', time: 0, operation: 'creation', error: thrown });
    const text = format(...(write.mock.calls[0] as [string]));
    write.mockRestore();
    expect(text).toBe(`the creation of a resource failed: ${thrown.stack}`);
    expect(text).toContain('logger.spec');
  });

  it('writes the name of an error even when the stack has another', () => {
    const thrown = new Error('late');
    thrown.name = 'TooLateError';
    expect(failing(thrown).split('\n')[0]).toBe('TooLateError: late');
    expect(failing(thrown)).toContain('logger.spec');
  });

  it.each([
    ['no', 'no'],
    [undefined, 'undefined'],
    [Symbol('no'), 'Symbol(no)'],
    [{ status: 404 }, '{"status":404}'],
    [Object.create(null), 'a thrown object without a text'],
  ])('writes %p, which is no error, too', (thrown, text) => {
    expect(failing(thrown)).toBe(text);
  });

  it('writes a label unchanged, in its own line', () => {
    const write = jest.spyOn(console, 'debug').mockImplementation(() => undefined);
    const label = '100%s %o\n\u001b[2Jtask 8 failed\u2028';
    logEvent(console, { ...task, ...times, label, type: 'failed', error, abandoned: false });
    const text = format(...(write.mock.calls[0] as [string]));
    write.mockRestore();
    expect(text).toBe(
      String.raw`task 7 (100%s %o\u000a\u001b[2Jtask 8 failed\u2028) failed: Error: broken`,
    );
  });

  it('reports an error that a logger throws, and does not throw', () => {
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
