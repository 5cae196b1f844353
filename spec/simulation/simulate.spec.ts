import { simulate } from '../../src/simulation/index.js';

describe('simulate', () => {
  it('should tell of waits, workers and costs', () => {
    const { timeline, ...report } = simulate({
      tasks: [
        { at: 0, duration: 100 },
        { at: 10, duration: 100 },
        { at: 20, duration: 100, priority: 1 },
      ],
      config: { workerCount: 1, maxWorkerCount: 1 },
    });
    expect(report).toEqual({
      tasks: 3,
      duration: 300,
      wait: { mean: 90, p50: 80, p95: 190, p99: 190, max: 190 },
      waitByPriority: new Map([
        [1, { mean: 80, p50: 80, p95: 80, p99: 80, max: 80 }],
        [0, { mean: 95, p50: 0, p95: 190, p99: 190, max: 190 }],
      ]),
      workerSeconds: 0.3,
      busySeconds: 0.3,
      costRatio: 1,
      workersStarted: 1,
      scaleActions: 0,
      reversals: 0,
      peakWorkers: 1,
    });
    expect(timeline).toHaveLength(300);
  });

  it('should give a report of zeros for no tasks', () => {
    const nothing = { mean: 0, p50: 0, p95: 0, p99: 0, max: 0 };
    expect(simulate({ tasks: [], config: { workerCount: 1 } })).toEqual({
      tasks: 0,
      duration: 0,
      wait: nothing,
      waitByPriority: new Map(),
      workerSeconds: 0,
      busySeconds: 0,
      costRatio: 0,
      workersStarted: 0,
      scaleActions: 0,
      reversals: 0,
      peakWorkers: 0,
      timeline: [],
    });
  });
});
