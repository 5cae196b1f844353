import { collectorFold, createMetricsCollector } from '../../src/folds/collector.js';
import type { MetricsCollector } from '../../src/index.js';
import { arrived, cancelled, completed, failed, retried, started } from '../support/taskEvents.js';
import { unhandledErrors } from '../support/unhandledErrors.js';

const said = { queuedAt: 1, startedAt: 2, label: 'of the task alone' };
const times = { queuedAt: 1, startedAt: 2, finishedAt: 9 };
const failure = new Error('on purpose');
const fail = (): never => {
  throw failure;
};

/** A collector that writes down what it is told. */
const recorder = (given: Partial<MetricsCollector> = {}) => {
  const calls: unknown[][] = [];
  const collector: MetricsCollector = {
    ...createMetricsCollector(),
    recordArrival: (...args: unknown[]) => calls.push(['arrival', ...args]),
    recordCompletion: (...args: unknown[]) => calls.push(['completion', ...args]),
    recordFailure: (...args: unknown[]) => calls.push(['failure', ...args]),
    recordRetry: (...args: unknown[]) => calls.push(['retry', ...args]),
    recordCancellation: (...args: unknown[]) => calls.push(['cancellation', ...args]),
    ...given,
  };
  return { calls, collector };
};

describe('collectorFold', () => {
  it('tells of each task, with no more than its times', () => {
    const { calls, collector } = recorder();
    const fold = collectorFold(collector);
    for (const event of [arrived, started, completed, failed, retried, cancelled]) {
      fold.apply(event(9, said));
    }
    fold.apply({ type: 'workerStarted', time: 9, worker: 1 });
    expect(calls).toEqual([
      ['arrival'],
      ['completion', times],
      ['failure', times],
      ['retry'],
      ['cancellation'],
    ]);
  });

  it('reads the metrics that the collector has counted', () => {
    const collector = createMetricsCollector();
    const fold = collectorFold(collector);
    fold.apply(arrived(1));
    collector.recordArrival();
    expect(fold.read()).toMatchObject({ totalTasksArrived: 2 });
  });

  it('calls a collector that is an instance of a class', () => {
    class Collector {
      #count = 0;
      recordArrival = (): void => undefined;
      recordCompletion(): void {
        this.#count++;
      }
      recordFailure(): void {
        this.#count += 10;
      }
      recordRetry(): void {
        this.#count += 100;
      }
      metrics() {
        return { ...createMetricsCollector().metrics(), totalTasksCompleted: this.#count };
      }
    }
    const fold = collectorFold(new Collector());
    for (const event of [completed, failed, retried, cancelled]) fold.apply(event(9));
    expect(fold.read().totalTasksCompleted).toBe(111);
  });

  it('reports what a method for an event throws, and throws what `metrics` throws', () => {
    const { calls, collector } = recorder({ recordArrival: fail, metrics: fail });
    const fold = collectorFold(collector);
    const errors = unhandledErrors(() => {
      fold.apply(arrived(1));
      fold.apply(retried(2));
    });
    expect(errors).toEqual([failure]);
    expect(calls).toEqual([['retry']]);
    expect(() => fold.read()).toThrow(failure);
  });
});

describe('createMetricsCollector', () => {
  it('takes the times of arrivals from its scheduler', () => {
    let now = 0;
    const collector = createMetricsCollector({ rateWindow: 100, scheduler: { now: () => now } });
    now = 50;
    collector.recordArrival();
    now = 100;
    expect(collector.metrics().taskArrivalRate).toBe(10);
    now = 145;
    expect(collector.metrics().taskArrivalRate).toBe(10);
    now = 151;
    expect(collector.metrics().taskArrivalRate).toBe(0);
  });

  it('has methods that work without their object', () => {
    const { recordArrival, recordCompletion, ...others } = createMetricsCollector();
    recordArrival();
    recordCompletion(times);
    others.recordFailure(times);
    others.recordRetry();
    others.recordCancellation?.();
    expect(others.metrics()).toMatchObject({
      ...{ totalTasksArrived: 1, totalTasksCompleted: 1, totalTasksFailed: 1 },
      ...{ totalTasksRetried: 1, totalTasksCancelled: 1, averageExecutionTime: 7 },
    });
  });
});
