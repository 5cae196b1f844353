import { map, NEVER, timer } from 'rxjs';
import type { TaskEvent, TaskTimes } from '../../src/events/events.js';
import {
  collectorFold,
  createMetricsCollector,
  type MetricsCollector,
} from '../../src/folds/collector.js';
import {
  emptyMetrics,
  MetricsFold,
  metricsFold,
  type TaskMetrics,
} from '../../src/folds/metrics.js';
import { fold } from '../../src/folds/fold.js';
import { arrived, cancelled, completed, failed, retried } from '../support/taskEvents.js';
import { unhandledErrors } from '../support/unhandledErrors.js';
import { virtualManager } from '../support/virtualManager.js';

const none = emptyMetrics;

const create = (rateWindow = 1000) => {
  let now = 0;
  const collector = createMetricsCollector({ rateWindow, scheduler: { now: () => now } });
  return {
    collector,
    at: (time: number): MetricsCollector => {
      now = time;
      return collector;
    },
  };
};
const timesOf = (wait: number, execution: number, finishedAt = wait + execution): TaskTimes => ({
  queuedAt: finishedAt - execution - wait,
  startedAt: finishedAt - execution,
  finishedAt,
});

/** All numbers 0 … 9,999 in a mixed order. */
const shuffled = Array.from({ length: 10_000 }, (_, i) => (i * 6181) % 10_000);

describe('createMetricsCollector', () => {
  it('is all 0 before the first task', () => {
    expect(create().at(500).metrics()).toEqual(none);
  });

  it('has the exact means and extremes of completed tasks', () => {
    const { collector } = create();
    collector.recordCompletion(timesOf(5, 10, 100));
    collector.recordCompletion(timesOf(1, 0.25));
    collector.recordCompletion(timesOf(0, 40));
    expect(collector.metrics()).toMatchObject({
      averageExecutionTime: 50.25 / 3,
      minExecutionTime: 0.25,
      maxExecutionTime: 40,
      averageWaitTime: 2,
    });
  });

  it('leaves failed tasks out of the times', () => {
    const { collector } = create();
    collector.recordFailure(timesOf(100, 100));
    expect(collector.metrics()).toEqual({ ...none, totalTasksFailed: 1, failureRate: 1 });
  });

  it('has no negative times when the clock was set back', () => {
    const collector = createMetricsCollector();
    collector.recordCompletion({ queuedAt: 30, startedAt: 20, finishedAt: 10 });
    expect(collector.metrics()).toMatchObject({ minExecutionTime: 0, averageWaitTime: 0 });
  });

  it('counts all tasks, and has the shares of completed and failed ones', () => {
    const { collector } = create();
    for (let i = 0; i < 8; i++) collector.recordArrival();
    for (let i = 0; i < 3; i++) collector.recordCompletion(timesOf(0, 1));
    collector.recordFailure(timesOf(0, 1));
    collector.recordRetry();
    collector.recordRetry();
    collector.recordCancellation?.();
    expect(collector.metrics()).toMatchObject({
      totalTasksArrived: 8,
      totalTasksCompleted: 3,
      totalTasksFailed: 1,
      totalTasksRetried: 2,
      totalTasksCancelled: 1,
      successRate: 0.75,
      failureRate: 0.25,
    });
  });

  it.each([
    [[30], 30, 30],
    [[20, 10], 15, 20],
    [[30, 10, 20], 20, 30],
    [[50, 10, 40, 20, 30], 30, 50],
  ])('has exact percentiles of few values (%p)', (times, median, greatest) => {
    const { collector } = create();
    for (const time of times) collector.recordCompletion(timesOf(time + 1, time));
    expect(collector.metrics()).toMatchObject({
      p50ExecutionTime: median,
      p95ExecutionTime: greatest,
      p99ExecutionTime: greatest,
      p95WaitTime: greatest + 1,
      p99WaitTime: greatest + 1,
    });
  });

  it.each([
    ['even', (x: number) => x],
    ['skewed', (x: number) => -Math.log(1 - x / 10_000) * 100],
    ['with few values', (x: number) => x % 5],
  ])('has percentiles near the exact ranks for times that are %s', (_title, map) => {
    const { collector } = create();
    const times = shuffled.map(map);
    for (const time of times) collector.recordCompletion(timesOf(2 * time, time));
    const sorted = times.sort((a, b) => a - b);
    // By rank, since a digest promises a rank and not a value.
    const near = (value: number, p: number, slack: number): void => {
      const at = (q: number) => sorted[Math.min(9999, Math.max(0, Math.round(q * 1e4)))]!;
      expect(value).toBeGreaterThanOrEqual(at(p - slack));
      expect(value).toBeLessThanOrEqual(at(p + slack));
    };
    const metrics = collector.metrics();
    near(metrics.p50ExecutionTime, 0.5, 0.01);
    near(metrics.p95ExecutionTime, 0.95, 0.005);
    near(metrics.p99ExecutionTime, 0.99, 0.002);
    near(metrics.p95WaitTime / 2, 0.95, 0.005);
    near(metrics.p99WaitTime / 2, 0.99, 0.002);
  });

  it('has rates over the time since the start during the first window', () => {
    const { collector, at } = create(1000);
    at(100).recordArrival();
    at(200).recordArrival();
    collector.recordCompletion(timesOf(0, 100, 200));
    expect(at(200).metrics()).toMatchObject({ taskArrivalRate: 10, taskCompletionRate: 5 });
    expect(at(500).metrics()).toMatchObject({ taskArrivalRate: 4, taskCompletionRate: 2 });
  });

  it('has rates over the last window later, which fall to exactly 0', () => {
    const { collector, at } = create(1000);
    for (let time = 1; time <= 5000; time++) at(time).recordArrival();
    at(5000);
    for (let i = 0; i < 30; i++) collector.recordCompletion(timesOf(0, 1, 5000));
    expect(collector.metrics()).toMatchObject({ taskArrivalRate: 1000, taskCompletionRate: 30 });
    expect(at(5500).metrics()).toMatchObject({ taskArrivalRate: 500, taskCompletionRate: 30 });
    expect(at(6000).metrics()).toMatchObject({ taskArrivalRate: 0, taskCompletionRate: 0 });
    expect(at(1e9).metrics()).toMatchObject({ taskArrivalRate: 0, taskCompletionRate: 0 });
  });

  it('starts counting its rates at its creation', () => {
    const collector = createMetricsCollector({ rateWindow: 1000, scheduler: { now: () => 5000 } });
    collector.recordArrival();
    expect(collector.metrics().taskArrivalRate).toBe(0);
  });

  it("has the defaults of the manager's config", () => {
    const collector = createMetricsCollector();
    collector.recordArrival();
    expect(collector.metrics().totalTasksArrived).toBe(1);
  });

  it('counts independently of other collectors', () => {
    const [a, b] = [create().collector, create().collector];
    a.recordArrival();
    expect(b.metrics().totalTasksArrived).toBe(0);
  });

  it('does not change metrics given earlier', () => {
    const { collector } = create();
    const before = collector.metrics();
    collector.recordArrival();
    expect(before).toEqual(none);
  });
});

describe('MetricsFold', () => {
  const base = { id: 1, label: undefined, priority: 0, attempt: 0, direct: false, queuedAt: 0 };
  const times = { startedAt: 30, finishedAt: 50 };
  const error = 'wrong';
  const events: TaskEvent[] = [
    { ...base, type: 'arrived', time: 0 },
    { ...base, type: 'arrived', time: 40 },
    { ...base, type: 'started', time: 30, startedAt: 30, worker: 1 },
    { ...base, ...times, type: 'retried', healthy: false, time: 50, error },
    { ...base, ...times, type: 'completed', time: 50, result: 1 },
    { ...base, ...times, type: 'failed', time: 50, error, abandoned: false },
    { ...base, ...times, type: 'failed', time: 50, error, abandoned: true },
    { ...base, type: 'cancelled', time: 60, error, running: false, abandoned: false },
  ];

  it('has the metrics of a collector that gets the same events', () => {
    let now = 0;
    const clock = { now: () => now };
    const fold = new MetricsFold(1000, clock.now);
    const collector = createMetricsCollector({ rateWindow: 1000, scheduler: clock });
    const told = collectorFold(collector);
    for (const event of events) {
      now = event.time;
      fold.apply(event);
      told.apply(event);
    }
    now = 100;
    expect(fold.read()).toEqual({
      ...none,
      averageExecutionTime: 20,
      minExecutionTime: 20,
      maxExecutionTime: 20,
      p50ExecutionTime: 20,
      p95ExecutionTime: 20,
      p99ExecutionTime: 20,
      averageWaitTime: 30,
      p95WaitTime: 30,
      p99WaitTime: 30,
      taskArrivalRate: 20,
      taskCompletionRate: 10,
      totalTasksArrived: 2,
      totalTasksCompleted: 1,
      totalTasksFailed: 2,
      totalTasksRetried: 1,
      totalTasksCancelled: 1,
      successRate: 1 / 3,
      failureRate: 2 / 3,
    });
    expect(collector.metrics()).toEqual(fold.read());
  });

  it('takes the times of the events, without a look at the clock', () => {
    const now = jest.fn(() => 0);
    const fold = new MetricsFold(1000, now);
    now.mockClear();
    for (const event of events) fold.apply(event);
    expect(now).not.toHaveBeenCalled();
    now.mockReturnValue(1030);
    expect(fold.read().taskArrivalRate).toBe(1); // the other one was at 0
  });
});

describe('the metrics of a manager', () => {
  it('describes the last attempt, and counts the wait from the arrival', async () => {
    const { manager, time, task } = virtualManager({ checkHealth: () => false });
    let attempts = 0;
    const done = manager.queueTask((_resource, { attempt }) => {
      attempts++;
      if (attempt === 0) throw new Error('unhealthy');
      return task(30)();
    });
    const second = manager.queueTask(task(10));
    time.advanceTo(1000);
    await Promise.all([done, second]);
    expect(attempts).toBe(2);
    expect(manager.metrics()).toMatchObject({
      totalTasksArrived: 2,
      totalTasksCompleted: 2,
      totalTasksRetried: 1,
      totalTasksFailed: 0,
      averageExecutionTime: 20,
      averageWaitTime: 15,
    });
  });

  it('counts every outcome', async () => {
    const { manager, time, task } = virtualManager();
    const done = manager.queueTask(task(10));
    const failed = manager.queueTask(() => Promise.reject(new Error('of its own')));
    manager
      .submit(() => NEVER)
      .subscribe()
      .unsubscribe();
    const direct = manager.runTask(task(10));
    time.advanceTo(100);
    await Promise.all([done, direct]);
    await expect(failed).rejects.toThrow('of its own');
    expect(manager.metrics()).toMatchObject({
      totalTasksArrived: 4,
      totalTasksCompleted: 2,
      totalTasksFailed: 1,
      totalTasksCancelled: 1,
      successRate: 2 / 3,
      failureRate: 1 / 3,
    });
  });

  it('comes from the collector of the config', async () => {
    const calls: unknown[][] = [];
    const metrics: TaskMetrics = { ...none, totalTasksArrived: 42 };
    const collector: MetricsCollector = {
      recordArrival: (...args: unknown[]) => calls.push(['arrival', ...args]),
      recordCompletion: (...args: unknown[]) => calls.push(['completion', ...args]),
      recordFailure: (...args: unknown[]) => calls.push(['failure', ...args]),
      recordRetry: (...args: unknown[]) => calls.push(['retry', ...args]),
      metrics: () => metrics,
    };
    const { manager, time, task } = virtualManager({
      collector,
      checkHealth: (error) => error !== 'broken',
    });
    const done = manager.queueTask(task(10));
    const failed = manager.queueTask(() => {
      throw new Error('wrong');
    });
    const retried = manager.queueTask((_resource, { attempt }) => {
      if (attempt === 0) throw 'broken';
    });
    manager
      .submit(() => NEVER)
      .subscribe()
      .unsubscribe();
    time.advanceTo(100);
    await Promise.all([done, retried]);
    await expect(failed).rejects.toThrow('wrong');
    expect(calls).toEqual([
      ['arrival'],
      ['arrival'],
      ['arrival'],
      ['arrival'],
      ['completion', { queuedAt: 0, startedAt: 0, finishedAt: 10 }],
      ['failure', { queuedAt: 0, startedAt: 10, finishedAt: 10 }],
      ['retry'],
      ['completion', { queuedAt: 0, startedAt: 10, finishedAt: 10 }],
    ]);
    expect(manager.metrics()).toBe(metrics);
    expect(manager.metrics$.value).toBe(metrics);
  });

  it('reports an error that a collector throws, and continues', async () => {
    const thrown = new Error('no space');
    const fail = (): never => {
      throw thrown;
    };
    let done: Promise<string> | undefined;
    const errors = unhandledErrors(() => {
      const { manager } = virtualManager({
        collector: {
          recordArrival: fail,
          recordCompletion: fail,
          recordFailure: fail,
          recordRetry: fail,
          recordCancellation: fail,
          metrics: fail,
        },
      });
      done = manager.queueTask(() => 'done');
      expect(manager.metrics()).toEqual(none);
    });
    await expect(done).resolves.toBe('done');
    expect(errors.length).toBeGreaterThanOrEqual(3);
    expect(new Set(errors)).toEqual(new Set([thrown]));
  });

  it('works without the method for cancelled tasks', () => {
    const collector = { ...createMetricsCollector(), recordCancellation: undefined };
    const errors = unhandledErrors(() => {
      const { manager } = virtualManager({ collector });
      manager
        .submit(() => NEVER)
        .subscribe()
        .unsubscribe();
      expect(manager.metrics().totalTasksArrived).toBe(1);
    });
    expect(errors).toEqual([]);
  });
});

describe('metricsFold', () => {
  it('counts every outcome, and measures what completed', () => {
    const metrics = metricsFold();
    for (const event of [arrived(0), arrived(0), arrived(0), arrived(0)]) metrics.apply(event);
    metrics.apply(retried(10));
    metrics.apply(completed(100, { queuedAt: 0, startedAt: 20 }));
    metrics.apply(completed(100, { queuedAt: 0, startedAt: 60 }));
    metrics.apply(failed(200, { queuedAt: 0, startedAt: 100 }));
    metrics.apply(cancelled(200));
    expect(metrics.read()).toMatchObject({
      ...{ totalTasksArrived: 4, totalTasksCompleted: 2, totalTasksFailed: 1 },
      ...{ totalTasksRetried: 1, totalTasksCancelled: 1, successRate: 2 / 3, failureRate: 1 / 3 },
      ...{ averageExecutionTime: 60, minExecutionTime: 40, maxExecutionTime: 80 },
      ...{ averageWaitTime: 40, p99WaitTime: 60, p50ExecutionTime: 60 },
    });
  });

  it('has rates since its first event, as of its latest one', () => {
    const metrics = metricsFold({ rateWindow: 1000 });
    expect(metrics.read().taskArrivalRate).toBe(0);
    metrics.apply(arrived(7000));
    metrics.apply(arrived(7100));
    metrics.apply(completed(7200));
    expect(metrics.read()).toMatchObject({ taskArrivalRate: 10, taskCompletionRate: 5 });
    metrics.apply(retried(7500));
    expect(metrics.read()).toMatchObject({ taskArrivalRate: 4, taskCompletionRate: 2 });
    metrics.apply({ type: 'state', time: 8400, state: 'stopped' });
    expect(metrics.read()).toMatchObject({ taskArrivalRate: 0, taskCompletionRate: 0 });
  });

  it('has rates since its making, as of its scheduler', () => {
    let now = 100;
    const metrics = metricsFold({ rateWindow: 1000, scheduler: { now: () => now } });
    metrics.apply(arrived(200));
    now = 300;
    expect(metrics.read().taskArrivalRate).toBe(5);
    now = 1150; // the event is 950 old
    expect(metrics.read().taskArrivalRate).toBe(1);
    now = 1300;
    expect(metrics.read().taskArrivalRate).toBe(0);
  });

  it('counts from a late beginning on', () => {
    const metrics = metricsFold();
    metrics.apply(completed(5000, { queuedAt: 0, startedAt: 4000 }));
    expect(metrics.read()).toMatchObject({
      ...{ totalTasksArrived: 0, totalTasksCompleted: 1, averageWaitTime: 4000, successRate: 1 },
    });
  });

  it('comes to what the manager has measured', () => {
    const { manager, time } = virtualManager({
      ...{ maxWorkerCount: 3, burstInterval: 10, resourcePoolSize: 1, rateWindow: 200 },
      checkHealth: (error) => error !== 'unhealthy',
    });
    let last: TaskMetrics | undefined;
    manager.events$
      .pipe(fold(() => metricsFold({ rateWindow: 200, scheduler: time })))
      .subscribe((metrics) => (last = metrics));
    const outcomes = [undefined, 'healthy', 'unhealthy'];
    for (let i = 0; i < 30; i++) {
      const outcome = outcomes[i % 3];
      const task = () =>
        timer(1 + (i % 7) * 3, time).pipe(
          map(() => {
            if (outcome !== undefined) throw outcome;
          }),
        );
      time.at(5 * i, () => {
        const done = i % 5 === 0 ? manager.runTask(task) : manager.queueTask(task);
        done.catch(() => undefined);
        const never = manager.submit(() => NEVER).subscribe();
        time.at(5 * i + 7, () => never.unsubscribe());
      });
    }
    time.advanceTo(5000);
    const expected = manager.metrics();
    expect(expected).toMatchObject({ totalTasksArrived: 60, totalTasksCancelled: 30 });
    expect(expected.totalTasksFailed).toBeGreaterThan(0);
    expect(expected.totalTasksRetried).toBeGreaterThan(0);
    // The last event was a while ago: meanwhile the rates have fallen.
    expect(last).toEqual({
      ...expected,
      taskArrivalRate: expect.any(Number),
      taskCompletionRate: expect.any(Number),
    });
    void manager.kill();
  });
});
