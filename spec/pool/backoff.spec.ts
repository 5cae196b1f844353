import { backoff } from '../../src/pool/backoff.js';

describe('backoff', () => {
  it('doubles from 100 ms up to 10 s', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8, 9].map(backoff)).toEqual([
      100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000,
    ]);
  });

  it('stays at 10 s, however many failures there were', () => {
    expect(backoff(5000)).toBe(10_000);
  });
});
