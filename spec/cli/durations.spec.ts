import * as fc from 'fast-check';
import {
  formatClock,
  formatDuration,
  plural,
  formatNumber,
  parseDuration,
} from '../../cli/durations.js';

describe('parseDuration', () => {
  it.each([
    ['2s', 2000],
    ['150ms', 150],
    ['150', 150],
    ['1m', 60_000],
    ['1.5h', 5_400_000],
    ['.5s', 500],
    ['250 us', 0.25],
    [' 3s ', 3000],
    ['0', 0],
  ])('reads %j', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each([
    '',
    's',
    '-1s',
    '2 weeks',
    '1s1',
    'NaN',
    'Infinity',
    '1e3',
    '1,5s',
    '2toString',
    '9'.repeat(400),
  ])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0 ms'],
    [0.25, '0.25 ms'],
    [12.345, '12.3 ms'],
    [999.4, '999 ms'],
    [999.6, '1 s'],
    [1940, '1.94 s'],
    [59_940, '59.9 s'],
    [59_960, '1:00 min'],
    [3_453_331, '57:33 min'],
    [3_905_000, '1:05:05 h'],
  ])('writes %d as %j', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('loses less than a hundredth below a minute', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 59_000, noNaN: true }), (ms) => {
        const read = parseDuration(formatDuration(ms))!;
        expect(Math.abs(read - ms)).toBeLessThanOrEqual(0.01 * ms);
      }),
    );
  });
});

describe('formatClock', () => {
  it.each([
    [0, '0:00'],
    [65, '1:05'],
    [3600, '1:00:00'],
    [90_061, '25:01:01'],
  ])('writes %d s as %j', (seconds, text) => {
    expect(formatClock(seconds)).toBe(text);
  });
});

describe('formatNumber', () => {
  it.each([
    [0, '0'],
    [7, '7'],
    [12_345, '12,345'],
    [12_345.6, '12,346'],
    [1.23456, '1.23'],
    [0.0001, '0'],
    [0.012345, '0.0123'],
  ])('writes %d as %j', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });
});

describe('plural', () => {
  it('adds an s except for one', () => {
    expect([0, 1, 2000].map((count) => plural(count, 'task'))).toEqual([
      '0 tasks',
      '1 task',
      '2,000 tasks',
    ]);
  });
});
