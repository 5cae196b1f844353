import { constants } from 'node:buffer';
import { parse } from 'csv-parse/sync';
import { FileError } from '../errors.js';
import { arrivalReader, between, type ArrivalReader, type Moment } from './arrival.js';
import {
  findFields,
  quote,
  type Fail,
  type Fields,
  type Row,
  type TraceOptions,
} from './fields.js';

/** A row of a trace. */
export interface TraceTask {
  /** The time of arrival, in ms from the first arrival. */
  readonly at: number;
  /** The time on a worker, in ms. */
  readonly duration: number;
  readonly priority: number;
}

export interface Trace {
  /** In the order of arrival; at least one. */
  readonly tasks: readonly TraceTask[];
  /** The columns and their formats, for a reader. */
  readonly columns: string;
}

/**
 * Reads the CSV of a trace. Commas, semicolons or tabs separate the fields.
 *
 * @param bytes - the file's contents, in UTF-8, or in UTF-16 with a byte order mark
 * @param file - the file's name, for messages
 * @throws FileError that names the file, the line and the mistake
 */
export const parseCsvTrace = (
  bytes: Uint8Array,
  file: string,
  options: TraceOptions = {},
): Trace => {
  const text = decode(bytes, file);
  if (text.trim() === '') throw new FileError(`${file} is empty`);

  let fields: Fields | undefined;
  let arrival: ArrivalReader | undefined;
  let first: Moment | undefined;
  let latest = -Infinity;
  const tasks: TraceTask[] = [];

  readRows(text, file, (row, fail) => {
    if (!fields) {
      fields = findFields(row, options, fail);
      return;
    }
    const { at, duration, priority } = fields;
    const written = row[at.index]!.trim();
    arrival ??= arrivalReader(written, at.unit);
    const moment = arrival.read(written);
    if (!moment)
      return fail(`${quote(at.name)} should be ${arrival.expected}, got ${quote(written)}`);
    first ??= moment;
    const time = between(first, moment);
    if (!Number.isFinite(time)) return fail('this row is too far from the first to be counted');
    if (time < latest && !options.sort) {
      fail('this row is earlier than the row before; --sort sorts the rows');
    }
    latest = time;
    tasks.push({
      at: time,
      duration: duration.read(row, fail),
      priority: priority?.read(row, fail) ?? 0,
    });
  });

  if (!fields || !arrival) throw new FileError(`${file} has a header and no rows below it`);
  return {
    tasks: options.sort ? inOrder(tasks) : tasks,
    columns: [
      `arrival ${quote(fields.at.name)} as ${arrival.kind}`,
      `duration ${fields.duration.source}`,
      ...(fields.priority ? [`priority ${fields.priority.source}`] : []),
    ].join(', '),
  };
};

const decode = (bytes: Uint8Array, file: string): string => {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8';
  try {
    // The decoder leaves out a byte order mark.
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    if (bytes.length > constants.MAX_STRING_LENGTH) {
      const size = (length: number): string => `${Math.floor(length / 2 ** 20)} MB`;
      throw new FileError(
        `${file} has ${size(bytes.length)}, and up to ${size(constants.MAX_STRING_LENGTH)} can be read: leave out columns or rows`,
      );
    }
    throw new FileError(`${file} is not text in UTF-8: save it as a CSV file in UTF-8`);
  }
};

const readRows = (text: string, file: string, read: (row: Row, fail: Fail) => void): void => {
  try {
    parse(text, {
      delimiter: delimiterOf(text),
      skip_empty_lines: true,
      on_record: (row: Row, { lines }: { lines: number }) => {
        read(row, (what) => {
          throw new FileError(`${file}:${lines}: ${what}`);
        });
        // The parser does not keep the row.
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof Error) || error instanceof FileError) throw error;
    const { lines } = error as { lines?: number };
    throw new FileError(`${file}${lines === undefined ? '' : `:${lines}`}: ${error.message}`);
  }
};

/** The most frequent separator of the header. */
const delimiterOf = (text: string): string => {
  const header = /^.*/.exec(text.trimStart())![0];
  const count = (delimiter: string): number => header.split(delimiter).length;
  return [',', ';', '\t'].reduce((most, other) => (count(other) > count(most) ? other : most));
};

const inOrder = (tasks: readonly TraceTask[]): TraceTask[] => {
  const sorted = tasks.toSorted((a, b) => a.at - b.at);
  const start = sorted[0]!.at;
  return sorted.map((task) => ({ ...task, at: task.at - start }));
};
