import { TaskDurations } from '../../src/scaling/TaskDurations.js';

/** Looks that each have so many new ends, busy workers, ms since the last look, and ms of execution. */
const after = (...looks: [ends: number, busy: number, elapsed: number, executed?: number][]) => {
  const durations = new TaskDurations();
  for (const [ends, busy, elapsed, executed = 0] of looks) {
    durations.look(ends, busy, elapsed, executed);
  }
  return durations;
};
const hour = 3_600_000;

describe('TaskDurations', () => {
  it('knows nothing before the first end', () => {
    const durations = after([0, 3, 100], [0, 3, 100]);
    expect([durations.hasEnds, durations.mean, durations.endsWithin(1000)]).toEqual([false, 1, 0]);
  });

  it('divides busy time by ends, tasks that run included', () => {
    const durations = after([0, 2, 100], [0, 2, 100], [1, 1, 100]);
    expect(durations.hasEnds).toBe(true);
    expect(durations.mean).toBeCloseTo(500 * 0.98, 10);
    expect(durations.endsWithin(980)).toBeCloseTo(2, 10);
    durations.look(0, 1, 100, 0);
    expect(durations.mean).toBeCloseTo(500 * 0.98 + 100, 10);
  });

  it('forgets what is more than about fifty ends ago', () => {
    const durations = after(
      ...Array<[number, number, number, number]>(300).fill([1, 1, 1000, 1000]),
    );
    expect(durations.mean).toBeCloseTo(980, 0);
    for (let i = 0; i < 50; i++) durations.look(1, 1, 10, 0);
    expect(durations.mean).toBeCloseTo(980 / Math.E, -1.5);
    for (let i = 0; i < 500; i++) durations.look(1, 1, 10, 0);
    expect(durations.mean).toBeCloseTo(9.8, 1);
  });

  it('is at least 1', () => {
    expect(after([0, 1, 0.1], [100, 1, 0.1]).mean).toBe(1);
  });

  it('takes half a second of a pause at most for work, where nothing says more', () => {
    const before: [number, number, number] = [0, 2, 0];
    expect(after(before, [2, 3, 400]).mean).toBeCloseTo((1200 * 0.98 ** 2) / (1 + 0.98), 10);
    expect(after(before, [2, 3, hour]).mean).toBeCloseTo((1500 * 0.98 ** 2) / (1 + 0.98), 10);
  });

  it('counts all of a pause in which a task has run on', () => {
    expect(after([0, 2, 0], [1, 1, hour]).mean).toBeCloseTo(hour * 0.98, 5);
  });

  it('counts all of a pause in which tasks were executed', () => {
    expect(after([0, 1, 0], [1, 1, hour, hour]).mean).toBeCloseTo(hour * 0.98, 5);
    expect(after([0, 1, 0], [1, 1, hour, 200]).mean).toBeCloseTo(700 * 0.98, 10);
  });

  it('stays finite', () => {
    const durations = after([0, 9e15, 9e15], [1, 9e15, 9e15]);
    expect(durations.mean).toBeLessThanOrEqual(Number.MAX_SAFE_INTEGER);
    expect(after([0, 1, 0], [1, 0, 1]).endsWithin(Infinity)).toBe(Number.MAX_SAFE_INTEGER);
  });
});
