import { RunningMean } from '../../src/measures/RunningMean.js';

const meanOf = (memory: number, ...values: number[]): number => {
  const mean = new RunningMean(memory);
  for (const value of values) mean.add(value);
  return mean.mean;
};

describe('RunningMean', () => {
  it('is 0 before the first value', () => {
    expect(meanOf(5)).toBe(0);
  });

  it('is the mean of all values as far as the memory goes', () => {
    expect(meanOf(3, 10)).toBe(10);
    expect(meanOf(3, 10, 20, 60)).toBe(30);
  });

  it('gives each further value the weight of one in the memory', () => {
    expect(meanOf(3, 30, 30, 30, 60)).toBe(40);
    expect(meanOf(3, 30, 30, 30, 60, 70)).toBe(50);
    expect(meanOf(3, 30, ...Array<number>(100).fill(5))).toBeCloseTo(5, 10);
  });
});
