import { units, type Unit } from '../durations.js';

/**
 * A moment in ms, in two parts, so that the difference of two moments keeps all digits of the trace. One number
 * cannot hold less than a quarter of a microsecond for a time of our days.
 */
export interface Moment {
  readonly whole: number;
  readonly fraction: number;
}

/** @returns ms from one moment to another */
export const between = (from: Moment, to: Moment): number =>
  to.whole - from.whole + (to.fraction - from.fraction);

/** Reads the arrivals of a trace, which all have the same format. */
export interface ArrivalReader {
  /** The format, for a reader. */
  readonly kind: string;
  /** The expected format, for the message about a wrong arrival. */
  readonly expected: string;
  readonly read: (text: string) => Moment | undefined;
}

/**
 * @param sample - the first arrival, which shows the format of all
 * @param unit - the unit of numbers, if known
 */
export const arrivalReader = (sample: string, unit: Unit | undefined): ArrivalReader => {
  if (parseIso(sample)) {
    return {
      kind: 'date and time',
      expected: 'a date and time as in 2023-11-16T18:17:03.979Z',
      read: parseIso,
    };
  }
  const size = Math.abs(Number(sample));
  const unitRead = unit ?? guessUnit(size);
  return {
    kind: `${isEpoch(size * units[unitRead]) ? 'time since 1970' : 'offset'} in ${unitRead}`,
    expected: unit
      ? `a number of ${unit}`
      : 'a number, or a date and time as in 2023-11-16T18:17:03.979Z',
    read: (text) => parseCount(text, unitRead),
  };
};

/** Whether ms are more than 19 years. Offsets are shorter, and times since 1970 are longer. */
const isEpoch = (ms: number): boolean => ms >= 6e11;

/** In our days, a time since 1970 has 10 digits in s, 13 in ms, 16 in µs and 19 in ns. */
const guessUnit = (size: number): Unit => {
  if (size >= 1e17) return 'ns';
  if (size >= 1e14) return 'us';
  if (size >= 1e11) return 'ms';
  return size >= 6e8 ? 's' : 'ms';
};

const isoPattern =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*(?:Z|UTC|([+-])(\d\d):?(\d\d)?)?)?$/i;

/** @returns the moment of a date and time, in UTC if the text names no zone; `undefined` for other text */
const parseIso = (text: string): Moment | undefined => {
  const match = isoPattern.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const date = new Date(Date.UTC(year!, month! - 1, day, hour, minute, second));
  // `Date` takes a 30th of February for the 2nd of March, and 24:00 for the next day.
  const named = date.toISOString().slice(0, 19).replace('T', ' ').split(/\D/).map(Number);
  const same = [year, month, day, hour, minute, second].every(
    (part, index) => part === named[index],
  );
  if (!same) return undefined;
  const [sign, zoneHour, zoneMinute] = match.slice(8);
  const zone = (Number(zoneHour ?? 0) * 60 + Number(zoneMinute ?? 0)) * (sign === '-' ? -1 : 1);
  return { whole: date.getTime() - zone * 60_000, fraction: Number(`0.${match[7] ?? '0'}`) * 1000 };
};

/** @returns the moment of a number in a unit; `undefined` for other text */
const parseCount = (text: string, unit: Unit): Moment | undefined => {
  const match = /^([+-]?)(\d+)(?:\.(\d*))?$/.exec(text);
  if (!match) {
    const value = text === '' ? NaN : Number(text) * units[unit];
    return Number.isFinite(value) ? { whole: value, fraction: 0 } : undefined;
  }
  const sign = match[1] === '-' ? -1 : 1;
  const fraction = Number(`0.${match[3] ?? ''}0`) * units[unit];
  if (units[unit] >= 1) {
    return finite({ whole: sign * Number(match[2]) * units[unit], fraction: sign * fraction });
  }
  // A time since 1970 in ns has more digits than a number holds.
  const perMs = unit === 'ns' ? 1_000_000n : 1000n;
  const count = BigInt(match[2]!);
  const rest = Number(count % perMs) * units[unit];
  return finite({ whole: sign * Number(count / perMs), fraction: sign * (rest + fraction) });
};

/** Hundreds of digits overflow to Infinity. */
const finite = (moment: Moment): Moment | undefined =>
  Number.isFinite(moment.whole) ? moment : undefined;
