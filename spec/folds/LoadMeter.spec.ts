import type { TaskEvent } from '../../src/events/events.js';
import { LoadMeter } from '../../src/folds/LoadMeter.js';
import { StatsFold } from '../../src/folds/stats.js';

const task = { id: 1, label: undefined, priority: 0, attempt: 0, direct: false, queuedAt: 0 };
const arrived = (time: number, direct = false): TaskEvent => ({
  ...task,
  type: 'arrived',
  time,
  queuedAt: time,
  direct,
});
const times = (time: number, duration: number) => ({
  time,
  startedAt: time - duration,
  finishedAt: time,
});
const started = (time: number, direct = false): TaskEvent => ({
  ...task,
  type: 'started',
  time,
  startedAt: time,
  worker: 1,
  direct,
});
const completed = (time: number, duration = 10, direct = false): TaskEvent => ({
  ...task,
  ...times(time, duration),
  type: 'completed',
  result: 1,
  direct,
});
const failed = (time: number, duration = 10, direct = false): TaskEvent => ({
  ...task,
  ...times(time, duration),
  type: 'failed',
  error: new Error(),
  abandoned: false,
  direct,
});
const meterOf = (...events: TaskEvent[]): LoadMeter => {
  const stats = new StatsFold(1);
  const meter = new LoadMeter(stats, 1000, 0);
  for (const event of events) {
    stats.apply(event);
    meter.apply(event);
  }
  return meter;
};

describe('LoadMeter', () => {
  it('is all 0 before the first task', () => {
    expect(meterOf().read(7)).toEqual({
      time: 7,
      arrivalRate: 0,
      completionRate: 0,
      throughput: 0,
      meanExecutionTime: 0,
      executionTime: 0,
      busyTime: 0,
      completed: 0,
      failed: 0,
    });
  });

  it('counts how long workers are busy, tasks that still run included', () => {
    const meter = meterOf(arrived(0), arrived(0), started(10), started(30), completed(50, 40));
    expect(meter.read(50).busyTime).toBe(40 + 20);
    expect(meter.read(80).busyTime).toBe(40 + 50);
    expect(meter.read(80).busyTime).toBe(40 + 50);
  });

  it('counts no busy time for a runTask, and none while the clock runs back', () => {
    expect(meterOf(arrived(0, true), started(0, true)).read(50).busyTime).toBe(0);
    const meter = meterOf(arrived(0), started(10));
    expect(meter.read(20).busyTime).toBe(10);
    expect(meter.read(5).busyTime).toBe(10);
    expect(meter.read(7).busyTime).toBe(12);
  });

  it('has rates over the time since the start during the first window', () => {
    const meter = meterOf(arrived(100), arrived(200), completed(200));
    expect(meter.read(200)).toMatchObject({ arrivalRate: 10, completionRate: 5 });
    expect(meter.read(500)).toMatchObject({ arrivalRate: 4, completionRate: 2 });
  });

  it('has rates over the window later, which fall to exactly 0', () => {
    const meter = meterOf(arrived(1500), arrived(1600), arrived(1600), completed(1700));
    expect(meter.read(2000)).toMatchObject({ arrivalRate: 3, completionRate: 1 });
    expect(meter.read(2500)).toMatchObject({ arrivalRate: 2, completionRate: 1 });
    expect(meter.read(2700)).toMatchObject({ arrivalRate: 0, completionRate: 0 });
    expect(meter.read(1e9)).toMatchObject({ arrivalRate: 0, completionRate: 0 });
  });

  it('counts failed tasks in the throughput and not in the completions', () => {
    const meter = meterOf(completed(1100), failed(1200), failed(1300));
    expect(meter.read(2000)).toMatchObject({ completionRate: 1, throughput: 3 });
    expect(meter.read(2250)).toMatchObject({ completionRate: 0, throughput: 1 });
    expect(meter.read(2400)).toMatchObject({ completionRate: 0, throughput: 0 });
    expect(meter.read(2400)).toMatchObject({ completed: 1, failed: 2 });
  });

  it('has the exact mean of up to 100 execution times, failures included', () => {
    const meter = meterOf(completed(100, 10), failed(200, 40), completed(300, 100));
    expect(meter.read(300).meanExecutionTime).toBeCloseTo(50, 12);
    expect(meter.read(300)).toMatchObject({ completed: 2, failed: 1, executionTime: 150 });
  });

  it('gives a task after the hundredth a weight of one in a hundred', () => {
    const meter = meterOf(...Array.from({ length: 500 }, (_, i) => completed(i, 10)));
    expect(meter.read(500).meanExecutionTime).toBeCloseTo(10, 12);
    meter.apply(completed(500, 110));
    expect(meter.read(500).meanExecutionTime).toBeCloseTo(11, 12);
    meter.apply(failed(500, 111));
    expect(meter.read(500).meanExecutionTime).toBeCloseTo(12, 12);
    expect(meter.read(500)).toMatchObject({ completed: 501, failed: 1 });
  });

  it('ignores direct tasks', () => {
    const meter = meterOf(arrived(10, true), completed(20, 10, true), failed(30, 10, true));
    expect(meter.read(100)).toMatchObject({
      arrivalRate: 0,
      completionRate: 0,
      throughput: 0,
      meanExecutionTime: 0,
      executionTime: 0,
      completed: 0,
      failed: 0,
    });
  });

  it('ignores events that are neither an arrival nor an end', () => {
    const meter = meterOf(
      { ...task, ...times(10, 5), type: 'retried', healthy: false, error: new Error() },
      { ...task, time: 10, type: 'cancelled', error: null, running: true, abandoned: false },
      { ...task, time: 10, type: 'started', startedAt: 10, worker: 1 },
      { type: 'workerStarted', time: 10, worker: 1 },
    );
    expect(meter.read(100)).toMatchObject({
      arrivalRate: 0,
      throughput: 0,
      completed: 0,
      failed: 0,
    });
  });

  it('gives the latest hundred errors of attempts on workers, once', () => {
    const failure = (error: unknown, direct = false) =>
      ({ ...task, ...times(10, 5), type: 'failed', error, abandoned: false, direct }) as const;
    const meter = meterOf(
      { ...task, ...times(10, 5), type: 'retried', healthy: false, error: 'first' },
      failure('direct', true),
      ...Array.from({ length: 99 }, (_, i) => failure(i)),
    );
    expect(meter.takeErrors()).toEqual(['first', ...Array.from({ length: 99 }, (_, i) => i)]);
    expect(meter.takeErrors()).toEqual([]);
    for (let i = 0; i < 150; i++) meter.apply(failure(i));
    expect(meter.takeErrors()).toEqual(Array.from({ length: 100 }, (_, i) => i + 50));
  });

  it('has no negative time and no leap of a rate when the clock is set back', () => {
    const meter = meterOf();
    for (let time = 100_000; time <= 102_000; time += 100) meter.apply(arrived(time));
    const before = meter.read(102_000);
    for (let time = 2000; time <= 9000; time += 100) meter.apply(arrived(time));
    meter.apply(completed(9000, -93_000)); // started before the set-back
    const after = meter.read(9000);
    expect(after.time).toBe(before.time);
    expect(after.meanExecutionTime).toBe(0);
    expect(after.executionTime).toBe(0);
    expect(after.arrivalRate).toBeCloseTo(before.arrivalRate, -1);
    expect(meter.read(9500).time).toBe(before.time + 500);
  });
});
