import { createSteadyTime } from '../../src/measures/createSteadyTime.js';

describe('createSteadyTime', () => {
  it('should give the times of a clock that goes forward as they are', () => {
    const times = [5, 5, 7.5, 1000];
    expect(times.map(createSteadyTime())).toEqual(times);
    expect(times.map(createSteadyTime(3))).toEqual(times);
  });

  it('should go on from the latest when the clock is set back', () => {
    expect([100, 110, 10, 15, 110, 0, 1].map(createSteadyTime())).toEqual([
      100, 110, 110, 115, 210, 210, 211,
    ]);
  });

  it('should take what is within the tolerance for the latest, without setting anything back', () => {
    expect([100, 97, 99, 101, 97].map(createSteadyTime(3))).toEqual([100, 100, 100, 101, 101]);
  });
});
