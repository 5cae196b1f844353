import fc from 'fast-check';
import { sorted } from '../../src/measures/sorted.js';
import { exponential, uniform } from '../support/random.js';

const random = uniform(11);
const COUNT = 2048;
const make = (next: (index: number) => number): Float64Array =>
  Float64Array.from({ length: COUNT }, (_, index) => next(index));

const expectSorted = (numbers: Float64Array): void => {
  const expected = numbers.toSorted();
  expect(sorted(numbers.slice())).toEqual(expected);
};

describe('sorted', () => {
  it.each<[string, (index: number) => number]>([
    ['uniform', random],
    ['exponential', () => exponential(random, 100)],
    ['equal', () => 42],
    ['ascending', (index) => index],
    ['descending', (index) => COUNT - index],
    ['within a billionth', () => 1e9 + random()],
    ['within a few bits of the lower half', () => 1 + random() * 2 ** -40],
    ['often 0', () => (random() < 0.5 ? 0 : random())],
    ['of all magnitudes', () => 10 ** (600 * random() - 300)],
    ['tiny', () => random() * 2 ** -1060],
    ['negative', () => random() - 0.5],
    ['sometimes infinite', () => (random() < 0.1 ? Infinity : random())],
  ])('sorts numbers that are %s', (_title, next) => {
    expectSorted(make(next));
  });

  it.each<[string, 0 | 1, (index: number) => number]>([
    ['uniform', 0, random],
    ['exponential', 0, () => exponential(random, 100)],
    ['descending', 0, (index) => COUNT - index],
    ['narrow', 0, () => 100 + random() / 2],
    ['often 0', 0, () => (random() < 0.5 ? 0 : 100 + random())],
    ['of all magnitudes', 0, () => 10 ** (600 * random() - 300)],
    ['within a billionth', 1, () => 1e9 + random()],
    ['negative', 1, () => random() - 0.5],
  ])('sorts numbers that are %s with %d calls of the platform', (_title, calls, next) => {
    const platform = jest.spyOn(Float64Array.prototype, 'sort');
    try {
      sorted(make(next));
      expect(platform).toHaveBeenCalledTimes(calls);
    } finally {
      platform.mockRestore();
    }
  });

  it('sorts as the platform does, few numbers and many', () => {
    const numbers = fc.double({ noNaN: true }).map((number) => number + 0); // no -0: it equals 0
    const some = fc.oneof(
      fc.array(numbers, { maxLength: 10 }),
      fc.array(numbers, { minLength: 390, maxLength: 600 }),
    );
    fc.assert(fc.property(some, (values) => expectSorted(Float64Array.from(values))));
  });

  it('sorts a part of an array, and leaves the rest', () => {
    const descending = (from: number, count: number): Float64Array =>
      Float64Array.from({ length: count }, (_, index) => from - index);
    const all = descending(2000, 2000);
    expect(sorted(all.subarray(500, 1500))).toEqual(descending(1500, 1000).reverse());
    expect(all.subarray(0, 500)).toEqual(descending(2000, 500));
    expect(all.subarray(1500)).toEqual(descending(500, 500));
  });
});
