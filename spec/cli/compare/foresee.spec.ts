import {
  between,
  curveWaits,
  foresee,
  neverRising,
  type Foreseen,
} from '../../../cli/compare/foresee.js';

const point = (wait: number, costRatio: number): Foreseen => ({
  ...{ wait, costRatio, workerSeconds: 10 * costRatio, leastSeconds: costRatio },
  ...{ workersStarted: 1, peakWorkers: 1 },
});

describe('foresee', () => {
  const tasks = [0, 0, 0].map((at) => ({ at, duration: 1000, priority: 0 }));

  it('prices a start at the startup time, or as given', () => {
    const options = { base: 1, max: 9, startup: 500 };
    // A base worker for 1 s, and two others for 1.5 s.
    expect(foresee(tasks, options, 0)).toMatchObject({ wait: 0, workerSeconds: 4 });
    expect(foresee(tasks, options, 0)?.costRatio).toBeCloseTo(4 / 3, 9);
    expect(foresee(tasks, { ...options, startCost: 2500 }, 0)?.workerSeconds).toBe(8);
  });

  it('knows what cannot be reached', () => {
    expect(foresee(tasks, { base: 1, max: 2, startup: 0 }, 10)).toBeUndefined();
  });

  it('costs nothing where nothing is to be done', () => {
    const nothing = [{ at: 0, duration: 0, priority: 0 }];
    expect(foresee(nothing, { base: 1, max: 1, startup: 0 }, 0)?.costRatio).toBe(0);
  });
});

describe('curveWaits', () => {
  it('has the startup time among rising waits', () => {
    expect(curveWaits(2000)).toContain(2000);
    for (const startup of [0, 100, 2000]) {
      const waits = curveWaits(startup);
      expect(waits).toEqual([...new Set(waits)].sort((a, b) => a - b));
    }
  });
});

describe('neverRising', () => {
  it('takes what is good for a shorter wait', () => {
    const [first, second, third] = neverRising([point(0, 2), point(10, 3), point(100, 1)]);
    expect(first).toEqual(point(0, 2));
    expect(second).toEqual({ ...point(0, 2), wait: 10, leastSeconds: 3 });
    expect(third).toEqual(point(100, 1));
  });
});

describe('between', () => {
  const curve = [point(0, 2), point(99, 1.5), point(9999, 1)];

  it('has the points themselves', () => {
    expect(curve.map(({ wait }) => between(curve, wait))).toEqual([2, 1.5, 1]);
  });

  it('falls evenly with the logarithm', () => {
    expect(between(curve, 999)).toBeCloseTo(1.25, 9);
    expect(between(curve, 9)).toBeCloseTo(1.75, 9);
  });

  it('ends with the curve', () => {
    expect(between(curve, 10_000)).toBeUndefined();
    expect(between(curve.slice(1), 50)).toBeUndefined();
    expect(between([], 0)).toBeUndefined();
  });
});
