import { TaskDurations } from '../../src/scaling/TaskDurations.js';

/** Looks that each have so many new ends, and ms of busy time since the last look. */
const after = (...looks: [ends: number, busyTime: number][]): TaskDurations => {
  const durations = new TaskDurations();
  for (const [ends, busyTime] of looks) durations.look(ends, busyTime);
  return durations;
};

describe('TaskDurations', () => {
  it('knows nothing before the first end', () => {
    const durations = after([0, 300], [0, 300]);
    expect([durations.hasEnds, durations.mean, durations.endsWithin(1000)]).toEqual([false, 1, 0]);
  });

  it('divides busy time by ends, tasks that run included', () => {
    const durations = after([0, 200], [0, 200], [1, 100]);
    expect(durations.hasEnds).toBe(true);
    expect(durations.mean).toBeCloseTo(500 * 0.98, 10);
    expect(durations.endsWithin(980)).toBeCloseTo(2, 10);
    durations.look(0, 100);
    expect(durations.mean).toBeCloseTo(500 * 0.98 + 100, 10);
  });

  it('forgets what is more than about fifty ends ago', () => {
    const durations = after(...Array<[number, number]>(300).fill([1, 1000]));
    expect(durations.mean).toBeCloseTo(980, 0);
    for (let i = 0; i < 50; i++) durations.look(1, 10);
    expect(durations.mean).toBeCloseTo(980 / Math.E, -1.5);
    for (let i = 0; i < 500; i++) durations.look(1, 10);
    expect(durations.mean).toBeCloseTo(9.8, 1);
  });

  it('is at least 1', () => {
    expect(after([0, 0.1], [100, 0.1]).mean).toBe(1);
  });

  it('stays finite', () => {
    const durations = after([0, 9e30], [1, 9e30]);
    expect(durations.mean).toBeLessThanOrEqual(Number.MAX_SAFE_INTEGER);
    expect(after([0, 0], [1, 0]).endsWithin(Infinity)).toBe(Number.MAX_SAFE_INTEGER);
  });
});
