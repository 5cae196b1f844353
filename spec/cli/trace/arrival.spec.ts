import * as fc from 'fast-check';
import { arrivalReader, between } from '../../../cli/trace/arrival.js';
import type { Unit } from '../../../cli/durations.js';

/** The ms between two arrivals in the same format. */
const span = (from: string, to: string, unit?: Unit): number | undefined => {
  const reader = arrivalReader(from, unit);
  const [start, end] = [reader.read(from), reader.read(to)];
  return start && end && between(start, end);
};

describe('arrivalReader', () => {
  it('keeps all digits below a millisecond', () => {
    expect(span('2023-11-16 18:17:03.9799600', '2023-11-16 18:17:03.9799601')).toBeCloseTo(
      1e-4,
      12,
    );
    expect(span('2023-11-16 18:17:03.9799600', '2023-11-16 18:17:04.0319600')).toBeCloseTo(52, 9);
    expect(span('1700158623.979960', '1700158623.979961')).toBeCloseTo(1e-3, 12);
    expect(span('1700158623979.96', '1700158623979.961')).toBeCloseTo(1e-3, 12);
    expect(span('1700158623979960', '1700158623979961')).toBeCloseTo(1e-3, 12);
    expect(span('1700158623979960000', '1700158623979960001')).toBeCloseTo(1e-6, 12);
  });

  it('finds the unit of a time since 1970 by its size', () => {
    expect(span('1700158623', '1700158624')).toBe(1000);
    expect(span('1700158623979', '1700158623980')).toBe(1);
    expect(span('1700158623979000', '1700158623980000')).toBe(1);
    expect(span('1700158623979000000', '1700158623980000000')).toBe(1);
    expect(arrivalReader('1700158623', undefined).kind).toBe('time since 1970 in s');
  });

  it('takes a small number as an offset in ms', () => {
    expect(span('0', '12.5')).toBe(12.5);
    expect(span('-5', '5')).toBe(10);
    expect(arrivalReader('0', undefined).kind).toBe('offset in ms');
  });

  it('takes the given unit', () => {
    expect(span('0.5', '1.75', 's')).toBe(1250);
    expect(span('1', '2', 'm')).toBe(60_000);
    expect(span('1700158623', '1700158624', 'ms')).toBe(1);
    expect(span('1500', '3000', 'us')).toBe(1.5);
    expect(span('1500.5', '3000.75', 'us')).toBeCloseTo(1.50025, 12);
    expect(span('-1500.5', '0', 'us')).toBeCloseTo(1.5005, 12);
    expect(span('1e3', '2e3', 's')).toBe(1_000_000);
    expect(span('1e3', '2.5e3', 'ms')).toBe(1500);
  });

  it('takes a time without a zone as UTC, and obeys a zone', () => {
    expect(span('2023-11-16 18:00', '2023-11-16T18:00:00Z')).toBe(0);
    expect(span('2023-11-16 18:00', '2023-11-16T20:00:00+02:00')).toBe(0);
    expect(span('2023-11-16 18:00', '2023-11-16 13:30:00.5-0430')).toBe(500);
    expect(span('2023-11-16', '2023-11-17 00:00:00,25 UTC')).toBe(86_400_250);
  });

  it.each([
    '2023-02-30 10:00:00',
    '2023-13-01',
    '2023-11-16 24:00:00',
    '2023-11-16 10:60',
    '16.11.2023 10:00',
    'yesterday',
    '',
    '12 apples',
    'NaN',
    'Infinity',
  ])('refuses %j', (text) => {
    expect(arrivalReader('2023-11-16 10:00', undefined).read(text)).toBeUndefined();
    expect(arrivalReader('0', undefined).read(text)).toBeUndefined();
  });

  it.each([undefined, 'ns', 'us', 'ms', 's'] as const)(
    'refuses more digits than a number holds, in %s',
    (unit) => {
      const digits = '9'.repeat(400);
      expect(arrivalReader(digits, unit).read(digits)).toBeUndefined();
      expect(arrivalReader('0', unit).read(`-${digits}.5`)).toBeUndefined();
    },
  );

  it('refuses a row in another format than the first row', () => {
    expect(span('0', '2023-11-16 10:00')).toBeUndefined();
    expect(span('2023-11-16 10:00', '0')).toBeUndefined();
  });

  it('reads back any date', () => {
    const day = fc.date({
      min: new Date('1990-01-01'),
      max: new Date('2090-01-01'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(day, day, (from, to) => {
        expect(span(from.toISOString(), to.toISOString())).toBeCloseTo(
          to.getTime() - from.getTime(),
          6,
        );
      }),
    );
  });
});
