import { units, type Unit } from '../durations.js';
import { visibleLine } from '../visible.js';
import { findColumn, indexOfColumn, unitOf, type Role } from './columns.js';
import { parseLinear } from './linear.js';

/** The format of a trace. Missing options are found by the header and the first row. */
export interface TraceOptions {
  readonly at?: string | undefined;
  readonly atUnit?: Unit | undefined;
  /** A column, or a sum of columns with factors. */
  readonly duration?: string | undefined;
  readonly durationUnit?: Unit | undefined;
  readonly priority?: string | undefined;
  /** Whether rows may come in any order. */
  readonly sort?: boolean | undefined;
}

export type Row = readonly string[];
export type Fail = (what: string) => never;

/** A number in each row. */
interface NumberField {
  /** The source of the number, for a reader. */
  readonly source: string;
  readonly read: (row: Row, fail: Fail) => number;
}

export interface Fields {
  readonly at: { readonly index: number; readonly name: string; readonly unit: Unit | undefined };
  readonly duration: NumberField;
  readonly priority: NumberField | undefined;
}

/** Finds the fields of a trace in its header. */
export const findFields = (header: Row, options: TraceOptions, fail: Fail): Fields => {
  const find = (role: Role, name: string | undefined): number => {
    const index = name === undefined ? findColumn(header, role) : indexOfColumn(header, name);
    if (index >= 0 || (name === undefined && role === 'priority')) return index;
    const there = `the columns are ${header.map(quote).join(', ')}`;
    return name === undefined
      ? fail(`there is no column for the ${nouns[role]}: name one by --${role}; ${there}`)
      : fail(`--${role} names the column ${quote(name)}; ${there}`);
  };

  const at = find('at', options.at);
  const priority = find('priority', options.priority);
  return {
    at: { index: at, name: header[at]!, unit: options.atUnit ?? unitOf(header[at]!) },
    duration: durationField(header, options, (name) => find('duration', name)),
    priority:
      priority < 0
        ? undefined
        : {
            source: quote(header[priority]!),
            // An empty field is a task of no special priority.
            read: (row, failRow) =>
              row[priority]!.trim() === '' ? 0 : readNumber(header, row, priority, failRow),
          },
  };
};

/** Quotes a text in one line for a reader. A long text is shortened. */
export const quote = (text: string): string =>
  `"${visibleLine(text.length > 200 ? `${text.slice(0, 200)}…` : text)}"`;

const nouns: Readonly<Record<Role, string>> = {
  at: 'arrival',
  duration: 'duration',
  priority: 'priority',
};

const durationField = (
  header: Row,
  { duration, durationUnit }: TraceOptions,
  find: (name: string | undefined) => number,
): NumberField => {
  const terms = duration === undefined ? undefined : parseLinear(duration);
  const isColumn = !terms || indexOfColumn(header, duration!) >= 0;
  const index = isColumn ? find(duration) : -1;
  const unit = durationUnit ?? (isColumn ? unitOf(header[index]!) : undefined) ?? 'ms';
  const parts = isColumn
    ? [{ factor: 1, index }]
    : terms.map(({ factor, column }) => ({
        factor,
        index: column === undefined ? -1 : find(column),
      }));
  return {
    source: `${isColumn ? quote(header[index]!) : duration!} in ${unit}`,
    read: (row, fail) => {
      let sum = 0;
      for (const part of parts) {
        sum += part.factor * (part.index < 0 ? 1 : readNumber(header, row, part.index, fail));
      }
      if (sum < 0) fail(`the duration should be >= 0, got ${sum}`);
      const time = sum * units[unit];
      // Beyond this limit, a clock in doubles stands still.
      if (time > Number.MAX_SAFE_INTEGER) fail(`the duration is too long: ${sum} ${unit}`);
      return time;
    },
  };
};

const readNumber = (header: Row, row: Row, index: number, fail: Fail): number => {
  const written = row[index]!.trim();
  const value = written === '' ? NaN : Number(written);
  return Number.isFinite(value)
    ? value
    : fail(`${quote(header[index]!)} should be a number, got ${quote(written)}`);
};
