import { SteadyTime } from '../../src/measures/SteadyTime.js';

const steadyTimesOf = (times: readonly number[], tolerance?: number): number[] => {
  const steady = new SteadyTime(tolerance);
  return times.map((time) => steady.at(time));
};

describe('SteadyTime', () => {
  it('gives the times of a clock that goes forward unchanged', () => {
    const times = [5, 5, 7.5, 1000];
    expect(steadyTimesOf(times)).toEqual(times);
    expect(steadyTimesOf(times, 3)).toEqual(times);
  });

  it('continues from the latest time when the clock is set back', () => {
    expect(steadyTimesOf([100, 110, 10, 15, 110, 0, 1])).toEqual([
      100, 110, 110, 115, 210, 210, 211,
    ]);
  });

  it('gives the latest time for a time that is earlier within the tolerance', () => {
    expect(steadyTimesOf([100, 97, 99, 101, 97], 3)).toEqual([100, 100, 100, 101, 101]);
  });
});
