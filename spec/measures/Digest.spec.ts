import fc from 'fast-check';
import { Digest } from '../../src/measures/Digest.js';
import { exponential, uniform } from '../support/random.js';

const digestOf = (values: Iterable<number>): Digest => {
  const digest = new Digest();
  for (const value of values) digest.add(value);
  return digest;
};

/** Without -0, which equals 0. */
const someValues = fc.array(
  fc.double({ min: -1e300, max: 1e300, noNaN: true }).map((value) => value + 0),
  {
    minLength: 1,
    maxLength: 50,
  },
);
const p = fc.integer({ min: 0, max: 1000 }).map((each) => each / 1000);

describe('Digest', () => {
  it('is all 0 before the first number', () => {
    const digest = new Digest();
    expect([digest.count, digest.mean, digest.min, digest.max]).toEqual([0, 0, 0, 0]);
    expect([0, 0.5, 1].map((each) => digest.quantile(each))).toEqual([0, 0, 0]);
  });

  it('has the exact count, mean and extremes', () => {
    fc.assert(
      fc.property(someValues, (all) => {
        const digest = digestOf(all);
        expect(digest.count).toBe(all.length);
        expect(digest.mean).toBe(all.reduce((sum, value) => sum + value, 0) / all.length);
        expect(digest.min).toBe(Math.min(...all));
        expect(digest.max).toBe(Math.max(...all));
      }),
    );
  });

  it('has the exact extremes of many numbers', () => {
    const random = uniform(1);
    const all = Float64Array.from({ length: 50_000 }, () => exponential(random, 100));
    const digest = digestOf(all);
    const ascending = all.toSorted();
    expect(digest.count).toBe(50_000);
    expect(digest.min).toBe(ascending[0]);
    expect(digest.max).toBe(ascending[49_999]);
  });

  it('takes a quantile of few numbers in proportion between the two that are nearest', () => {
    const digest = digestOf([40, 10, 20]); // at the ranks 2.5, 0.5 and 1.5
    const quantiles = [0, 1 / 6, 1 / 3, 1 / 2, 2 / 3, 5 / 6, 1].map((each) =>
      digest.quantile(each),
    );
    expect(quantiles.map((each) => Number(each.toFixed(9)))).toEqual([10, 10, 15, 20, 30, 40, 40]);
  });

  it('has quantiles that rise with `p`, between the extremes', () => {
    fc.assert(
      fc.property(someValues, p, p, (all, a, b) => {
        const digest = digestOf(all);
        const low = digest.quantile(Math.min(a, b));
        const high = digest.quantile(Math.max(a, b));
        expect(digest.min).toBeLessThanOrEqual(low);
        expect(low).toBeLessThanOrEqual(high);
        expect(high).toBeLessThanOrEqual(digest.max);
      }),
    );
  });

  it('gives two equal numbers unchanged at the middle of both', () => {
    fc.assert(
      fc.property(someValues, (all) => {
        const digest = digestOf([...all, ...all]);
        const ascending = all.sort((a, b) => a - b);
        const middles = ascending.map((_, index) => digest.quantile((index + 0.5) / all.length));
        expect(middles).toEqual(ascending);
      }),
    );
  });

  it('is exact among equal numbers, few or many', () => {
    const of = fc.array(fc.tuple(fc.constantFrom(0, 0.1, 3, 4e-9, 1e9), fc.nat(3000)), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(of, p, (parts, each) => {
        const all = parts.flatMap(([value, count]) => Array<number>(count + 1).fill(value));
        const ascending = [...all].sort((x, y) => x - y);
        const rank = each * all.length - 0.5;
        const below = ascending[Math.max(0, Math.floor(rank))]!;
        const above = ascending[Math.min(all.length - 1, Math.ceil(rank))]!;
        const quantile = digestOf(all).quantile(each);
        expect(quantile).toBeGreaterThanOrEqual(below);
        expect(quantile).toBeLessThanOrEqual(above);
      }),
      { numRuns: 50 },
    );
  });

  it('is exact up to the edge between many equal numbers and many others', () => {
    const digest = digestOf(Array.from({ length: 10_000 }, (_, i) => (i % 10 < 7 ? 0 : 5)));
    expect([0.1, 0.5, 0.6999, 0.7001, 0.9].map((each) => digest.quantile(each))).toEqual([
      0, 0, 0, 5, 5,
    ]);
  });

  it('has nearly the same quantiles when a caller reads often', () => {
    const random = uniform(2);
    const read = new Digest();
    const unread = new Digest();
    const all: number[] = [];
    for (let i = 0; i < 20_000; i++) {
      const value = exponential(random, 100);
      all.push(value);
      read.add(value);
      unread.add(value);
      if (i % 7 === 0) read.quantile(0.5);
    }
    all.sort((a, b) => a - b);
    for (const digest of [read, unread]) {
      for (const each of [0.01, 0.25, 0.5, 0.75, 0.99]) {
        const quantile = digest.quantile(each);
        expect(quantile).toBeGreaterThan(all[Math.floor((each - 0.002) * 20_000)]!);
        expect(quantile).toBeLessThan(all[Math.ceil((each + 0.002) * 20_000)]!);
      }
    }
  });

  it.each([
    ['tiny', 5e-324],
    ['huge', 1e300],
  ])('bears numbers that are %s', (_title, value) => {
    const digest = digestOf(Array<number>(5000).fill(value));
    expect([digest.min, digest.quantile(0.5), digest.max]).toEqual([value, value, value]);
  });
});
