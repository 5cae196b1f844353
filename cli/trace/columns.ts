import { isUnit, type Unit } from '../durations.js';

/** The names of a column that no flag names, without case and punctuation. */
const knownNames = {
  at: [
    ...['at', 'arrival', 'arrivaltime', 'arrived', 'arrivedat', 'queued', 'queuedat', 'enqueuedat'],
    ...[
      'submitted',
      'submittedat',
      'submittime',
      'created',
      'createdat',
      'timestamp',
      'ts',
      'time',
    ],
    ...['datetime', 'date', 'offset', 'start', 'starttime', 'started', 'startedat'],
  ],
  duration: [
    ...['duration', 'dur', 'service', 'servicetime', 'executiontime', 'exectime', 'processingtime'],
    ...['runtime', 'elapsed', 'elapsedtime', 'took', 'latency', 'responsetime'],
  ],
  priority: ['priority', 'prio', 'lane'],
} as const;

export type Role = keyof typeof knownNames;

/** @returns the index of the column that plays a role, or -1 */
export const findColumn = (header: readonly string[], role: Role): number => {
  const plain = header.map((name) =>
    splitUnit(name)
      .name.replace(/[^\p{L}\p{N}]/gu, '')
      .toLowerCase(),
  );
  for (const name of knownNames[role]) {
    const index = plain.indexOf(name);
    if (index >= 0) return index;
  }
  return -1;
};

/** @returns the index of a column by its exact name, otherwise by its name in any case, or -1 */
export const indexOfColumn = (header: readonly string[], name: string): number => {
  const exact = header.indexOf(name);
  return exact >= 0
    ? exact
    : header.findIndex((other) => other.toLowerCase() === name.trim().toLowerCase());
};

/** @returns the unit at the end of a column's name, as in `duration_ms`, `elapsed (s)`, `durationMs` */
export const unitOf = (name: string): Unit | undefined => splitUnit(name).unit;

const longNames: ReadonlyMap<string, Unit> = new Map(
  Object.entries({
    nanoseconds: 'ns',
    µs: 'us',
    microseconds: 'us',
    millis: 'ms',
    milliseconds: 'ms',
    sec: 's',
    secs: 's',
    seconds: 's',
    min: 'm',
    minutes: 'm',
  }),
);

/** The longest name of a unit is "microseconds". */
const LONGEST = 12;

/** Reads only the end of a name, since a name may be as long as a file. */
const splitUnit = (text: string): { name: string; unit: Unit | undefined } => {
  const open = /[)\]]$/.test(text.slice(-1)) ? text.slice(0, -1) : text;
  const apart = /[\s_.([-](\p{L}+)$/u.exec(open.slice(-LONGEST - 1))?.[1];
  const joined = /\p{Ll}(Ms|Seconds|Millis)$/u.exec(text.slice(-LONGEST))?.[1];
  const word = apart ?? joined ?? '';
  const written = word.toLowerCase();
  const unit = isUnit(written) ? written : longNames.get(written);
  const name = apart === undefined ? text.slice(0, -word.length) : open.slice(0, -word.length - 1);
  // A unit alone is a name.
  return unit && name !== '' ? { name, unit } : { name: text, unit: undefined };
};
