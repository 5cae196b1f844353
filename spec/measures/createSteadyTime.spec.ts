import { createSteadyTime } from '../../src/measures/createSteadyTime.js';

describe('createSteadyTime', () => {
  it('gives the times of a clock that goes forward unchanged', () => {
    const times = [5, 5, 7.5, 1000];
    expect(times.map(createSteadyTime())).toEqual(times);
    expect(times.map(createSteadyTime(3))).toEqual(times);
  });

  it('continues from the latest time when the clock is set back', () => {
    expect([100, 110, 10, 15, 110, 0, 1].map(createSteadyTime())).toEqual([
      100, 110, 110, 115, 210, 210, 211,
    ]);
  });

  it('gives the latest time for a time that is earlier within the tolerance', () => {
    expect([100, 97, 99, 101, 97].map(createSteadyTime(3))).toEqual([100, 100, 100, 101, 101]);
  });
});
