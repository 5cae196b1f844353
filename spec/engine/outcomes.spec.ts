import { concat, EMPTY, map, observable, of, range, throwError, timer } from 'rxjs';
import type { TaskManagerConfig } from '../../src/engine/config.js';
import type { TaskEvent } from '../../src/events/events.js';
import type { MetricsCollector } from '../../src/folds/collector.js';
import { Deferred } from '../support/Deferred.js';
import { into } from '../support/into.js';
import { unhandledErrors } from '../support/unhandledErrors.js';
import { Broken, eventsOf, raise, setUp, taskEvents } from './setUp.js';

describe('engine: outcomes', () => {
  const error = new Error('why');
  const outcomes: [string, () => unknown, unknown[], unknown][] = [
    ['a value', () => 1, [1, '|'], 1],
    ['nothing', () => undefined, [undefined, '|'], undefined],
    ['a string', () => 'ok', ['ok', '|'], 'ok'],
    ['an array', () => [1, 2], [[1, 2], '|'], [1, 2]],
    ['a Set', () => new Set([1]), [new Set([1]), '|'], new Set([1])],
    ['an Observable of many values', () => range(1, 3), [1, 2, 3, '|'], 3],
    ['an Observable without a value', () => EMPTY, ['|'], undefined],
    ['an interop Observable', () => ({ [observable]: () => of(1) }), [1, '|'], 1],
  ];

  it.each(outcomes)('passes on %s', (_, task, expected, result) => {
    const { manager, events } = setUp();
    const log: unknown[] = [];
    manager.submit(task).subscribe(into(log));
    expect(log).toEqual(expected);
    expect(taskEvents(events)).toEqual(['arrived 1', 'started 1', 'completed 1']);
    expect(eventsOf(events, 'completed')[0]?.result).toEqual(result);
  });

  const failures: [string, () => unknown, unknown[]][] = [
    ['throws', () => raise(error), [error]],
    [
      'gives an Observable that fails',
      () =>
        concat(
          of(1),
          throwError(() => error),
        ),
      [1, error],
    ],
  ];

  it.each(failures)('passes on the error of a task that %s', (_, task, expected) => {
    const { manager, events } = setUp();
    const log: unknown[] = [];
    manager.submit(task).subscribe(into(log));
    expect(log).toEqual(expected);
    expect(log.at(-1)).toBe(error);
    expect(taskEvents(events)).toEqual(['arrived 1', 'started 1', 'failed 1']);
  });

  it('passes on the error of a Promise', async () => {
    const { manager } = setUp();
    await expect(manager.queueTask(() => Promise.reject(error))).rejects.toBe(error);
    await expect(manager.queueTask(() => Promise.resolve(1))).resolves.toBe(1);
  });

  it('tells times, label, priority and attempt', () => {
    const { manager, time, task, events } = setUp();
    manager.submit(task(10)).subscribe();
    manager.submit(task(5, 'ok'), { label: 'name', priority: 2 }).subscribe();
    time.advanceTo(20);
    const of2 = events.filter((event) => 'id' in event && event.id === 2);
    const known = { id: 2, label: 'name', priority: 2, attempt: 0, direct: false, queuedAt: 0 };
    expect(of2).toEqual([
      { type: 'arrived', time: 0, ...known },
      { type: 'started', time: 10, startedAt: 10, worker: 1, ...known },
      {
        type: 'completed',
        time: 15,
        startedAt: 10,
        finishedAt: 15,
        result: 'ok',
        ...known,
      },
    ]);
  });

  it('tells times and error of an attempt that fails', () => {
    const { manager, time, events } = setUp({ maxRetries: 1 });
    const broken = new Broken();
    manager
      .submit((_, { attempt }) =>
        timer(10, time).pipe(map(() => raise(attempt === 0 ? broken : error))),
      )
      .subscribe(into([]));
    time.advanceTo(20);
    const known = { id: 1, label: undefined, priority: 1, direct: false, queuedAt: 0 };
    const first = { attempt: 0, time: 10, startedAt: 0, finishedAt: 10 };
    const second = { attempt: 1, time: 20, startedAt: 10, finishedAt: 20 };
    expect(eventsOf(events, 'retried')).toEqual([
      { ...known, ...first, type: 'retried', healthy: false, error: broken },
    ]);
    expect(eventsOf(events, 'failed')).toEqual([
      { ...known, ...second, type: 'failed', error, abandoned: false },
    ]);
  });

  it('runs a synchronous task in the same call', () => {
    const { manager } = setUp();
    const order: string[] = ['before'];
    manager.submit(() => order.push('task')).subscribe({ complete: () => order.push('answer') });
    order.push('after');
    expect(order).toEqual(['before', 'task', 'answer', 'after']);
  });

  it('never gives one resource to two tasks', () => {
    const { manager, time } = setUp({ workerCount: 3, maxRetries: 1, abortGrace: 4 });
    const users = new Map<number, number>();
    const shared: number[] = [];
    for (let i = 0; i < 60; i++) {
      const subscription = manager
        .submit(
          (resource) => {
            if (users.has(resource)) shared.push(resource);
            users.set(resource, i);
            const result = new Deferred();
            time.at(time.now() + 1 + (i % 9), () => {
              users.delete(resource);
              if (i % 4 === 0) result.reject(new Broken());
              else result.resolve(i);
            });
            return result;
          },
          { timeout: i % 5 === 0 ? 3 : Infinity, priority: i % 3 },
        )
        .subscribe({ error: () => undefined });
      if (i % 7 === 0) time.at(i, () => subscription.unsubscribe());
    }
    time.advanceTo(2000);
    expect(shared).toEqual([]);
    expect(manager.stats()).toMatchObject({ activeWorkers: 3, busyWorkers: 0, queuedTasks: 0 });
    expect(time.timers).toBe(0);
  });

  it('needs no timer while idle', () => {
    const { manager, time, task } = setUp({ burstInterval: 10, resourcePoolSize: 2 });
    expect(time.timers).toBe(0);
    for (let i = 0; i < 30; i++) manager.submit(task(i), { timeout: 1000 }).subscribe();
    time.advanceTo(5000);
    expect(manager.stats()).toMatchObject({ activeWorkers: 1, busyWorkers: 0, queuedTasks: 0 });
    expect(time.timers).toBe(0);
  });

  describe('an error outside of a task', () => {
    const throwing = (name: string) => () => raise(name);
    const collector: MetricsCollector = {
      recordArrival: throwing('recordArrival'),
      recordCompletion: throwing('recordCompletion'),
      recordFailure: throwing('recordFailure'),
      recordRetry: throwing('recordRetry'),
      recordCancellation: throwing('recordCancellation'),
      metrics: throwing('metrics'),
    };
    const logger = {
      debug: throwing('log'),
      info: throwing('log'),
      warn: throwing('log'),
      error: throwing('log'),
    };

    const run = (config: Partial<TaskManagerConfig<number>>, hear?: (event: TaskEvent) => void) => {
      const logs: unknown[][] = [[], [], []];
      let stats: unknown;
      const errors = unhandledErrors(() => {
        const { manager } = setUp({ maxRetries: 1, ...config });
        if (hear) manager.events$.subscribe(hear);
        manager.submit(() => 'ok').subscribe(into(logs[0]!));
        manager.submit(() => raise('why')).subscribe(into(logs[1]!));
        manager
          .submit((_, { attempt }) => (attempt === 0 ? raise(new Broken()) : 'retried'))
          .subscribe(into(logs[2]!));
        manager
          .submit(() => new Deferred())
          .subscribe()
          .unsubscribe();
        void manager.kill();
        stats = manager.stats();
      });
      expect(logs).toEqual([['ok', '|'], ['why'], ['retried', '|']]);
      expect(stats).toMatchObject({ state: 'killed', runningTasks: 0, busyWorkers: 0 });
      return errors;
    };

    it('is reported from the collector', () => {
      expect(new Set(run({ collector }))).toEqual(
        new Set([
          'metrics',
          'recordArrival',
          'recordCompletion',
          'recordFailure',
          'recordRetry',
          'recordCancellation',
        ]),
      );
    });

    it('is reported from the logger', () => {
      const errors = run({ logger });
      expect(errors.length).toBeGreaterThan(10);
      expect(new Set(errors)).toEqual(new Set(['log']));
    });

    it('is reported from a listener of events', () => {
      expect(new Set(run({}, throwing('handler')))).toEqual(new Set(['handler']));
    });

    it('is reported from checkHealth, and the error of the task counts as healthy', () => {
      const log: unknown[] = [];
      const errors = unhandledErrors(() => {
        const { manager, released } = setUp({ checkHealth: throwing('checkHealth') });
        manager.submit(() => raise('why')).subscribe(into(log));
        expect(released).toEqual([]);
        expect(manager.stats()).toMatchObject({ activeWorkers: 1, busyWorkers: 0 });
      });
      expect(log).toEqual(['why']);
      expect(errors).toEqual(['checkHealth']);
    });

    it('is reported from a callback or a subscriber, and harms no other task', () => {
      const log: unknown[] = [];
      const errors = unhandledErrors(() => {
        const { manager } = setUp();
        manager.queueTaskWithCallback(() => 1, throwing('callback'));
        manager
          .submit(() => range(1, 2))
          .subscribe({ next: throwing('next'), complete: throwing('complete') });
        manager.submit(() => raise('why')).subscribe({ error: throwing('error') });
        manager.submit(() => 'ok').subscribe(into(log));
        expect(manager.stats()).toMatchObject({ activeWorkers: 1, busyWorkers: 0 });
      });
      expect(errors).toEqual(['callback', 'next', 'next', 'complete', 'error']);
      expect(log).toEqual(['ok', '|']);
    });
  });

  it('gives each task one arrival and then one end', () => {
    const { manager, time, events, task } = setUp({ workerCount: 2, maxRetries: 1 });
    const controller = new AbortController();
    const { signal } = controller;
    for (let i = 0; i < 40; i++) {
      const subscription = manager
        .submit(i % 5 === 0 ? () => raise(new Broken()) : task(i % 4), {
          ...(i % 6 === 0 && { signal }),
          timeout: i % 7 === 0 ? 1 : Infinity,
        })
        .subscribe({ error: () => undefined });
      if (i % 8 === 0) subscription.unsubscribe();
    }
    time.advanceTo(3);
    controller.abort();
    time.advanceTo(9);
    void manager.kill();
    const ends = ['completed', 'failed', 'cancelled'];
    for (let id = 1; id <= 40; id++) {
      const life = events.filter((event) => 'id' in event && event.id === id);
      expect(life[0]?.type).toBe('arrived');
      expect(life.filter(({ type }) => ends.includes(type))).toEqual([life.at(-1)]);
    }
  });
});
