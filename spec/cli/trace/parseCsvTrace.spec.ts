import { constants } from 'node:buffer';
import { FileError } from '../../../cli/errors.js';
import type { TraceOptions } from '../../../cli/trace/fields.js';
import { parseCsvTrace } from '../../../cli/trace/parseCsvTrace.js';

const read = (text: string, options?: TraceOptions) =>
  parseCsvTrace(Buffer.from(text), 'trace.csv', options);

const errorOf = (text: string, options?: TraceOptions): string => {
  try {
    read(text, options);
  } catch (error) {
    expect(error).toBeInstanceOf(FileError);
    return (error as FileError).message;
  }
  throw new Error('nothing was thrown');
};

describe('parseCsvTrace', () => {
  it('finds the columns by the header, and counts from the first arrival', () => {
    const { tasks, columns } = read('id,arrival,Duration (s),priority\n1,1000,2,0\n2,1500,0.5,3\n');
    expect(tasks).toEqual([
      { at: 0, duration: 2000, priority: 0 },
      { at: 500, duration: 500, priority: 3 },
    ]);
    expect(columns).toBe(
      'arrival "arrival" as offset in ms, duration "Duration (s)" in s, priority "priority"',
    );
  });

  it('takes the named columns and units', () => {
    const options: TraceOptions = {
      ...{ at: 'when', atUnit: 's', duration: 'work', durationUnit: 'm', priority: 'class' },
    };
    const { tasks } = read('duration,at,when,work,class\n9,9,1,2,5\n9,9,3,1,\n', options);
    expect(tasks).toEqual([
      { at: 0, duration: 120_000, priority: 5 },
      { at: 2000, duration: 60_000, priority: 0 },
    ]);
  });

  it('takes the sum of columns as the duration', () => {
    const { tasks, columns } = read(
      'TIMESTAMP,ContextTokens,GeneratedTokens\n' +
        '2023-11-16 18:17:03.9799600,4808,10\n2023-11-16 18:17:04.0319600,3180,8\n',
      { duration: '0.3*ContextTokens + 30*GeneratedTokens' },
    );
    expect(tasks[0]!.duration).toBeCloseTo(1742.4, 9);
    expect(tasks[1]!.duration).toBeCloseTo(1194, 9);
    expect(tasks[1]!.at).toBeCloseTo(52, 9);
    expect(columns).toContain('duration 0.3*ContextTokens + 30*GeneratedTokens in ms');
  });

  it('prefers a column to a sum of the same name', () => {
    expect(read('at,a,a+b\n0,1,7\n', { duration: 'a+b' }).tasks[0]!.duration).toBe(7);
  });

  it('reads quoted fields, CRLF, a byte order mark, empty lines and other separators', () => {
    const expected = [
      { at: 0, duration: 2, priority: 0 },
      { at: 1, duration: 3, priority: 0 },
    ];
    expect(
      read('\ufeff"at","note","duration"\r\n5,"a ""b"",\r\nc",2\r\n\r\n6,,3\r\n').tasks,
    ).toEqual(expected);
    expect(read('at;duration\n5;2\n6;3').tasks).toEqual(expected);
    expect(read('\nat\tduration\n5\t2\n6\t3').tasks).toEqual(expected);
    const utf16 = Buffer.from('\ufeffat,duration\n5,2\n6,3', 'utf16le');
    expect(parseCsvTrace(utf16, 'trace.csv').tasks).toEqual(expected);
  });

  it('reads the output of recordTrace', () => {
    const text = 'id,at,duration,priority,fails\n2,1010.5,5,0,\n1,1000.25,30,1,TimeoutError\n';
    expect(read(text, { sort: true }).tasks).toEqual([
      { at: 0, duration: 30, priority: 1 },
      { at: 10.25, duration: 5, priority: 0 },
    ]);
  });

  it('sorts rows on request, and keeps the order within one moment', () => {
    const { tasks } = read('at,duration\n7,1\n5,2\n7,3\n', { sort: true });
    expect(tasks.map(({ at, duration }) => [at, duration])).toEqual([
      [0, 2],
      [2, 1],
      [2, 3],
    ]);
  });

  it('names the line of a row that is out of order, and the flag that helps', () => {
    expect(errorOf('at,duration\n5,1\n\n4,1\n')).toBe(
      'trace.csv:4: this row is earlier than the row before; --sort sorts the rows',
    );
  });

  it.each([
    ['', 'trace.csv is empty'],
    [' \n\n', 'trace.csv is empty'],
    ['at,duration\n', 'trace.csv has a header and no rows below it'],
    ['at,duration\n0,-1\n', 'trace.csv:2: the duration should be >= 0, got -1'],
    ['at,duration\n0,1\n1,x\n', 'trace.csv:3: "duration" should be a number, got "x"'],
    ['at,duration\n0,\n', 'trace.csv:2: "duration" should be a number, got ""'],
    ['at,duration\n0,Infinity\n', 'trace.csv:2: "duration" should be a number, got "Infinity"'],
    ['at,duration,priority\n0,1,high\n', 'trace.csv:2: "priority" should be a number, got "high"'],
    ['at,duration\n0,1\n?,1\n', 'trace.csv:3: "at" should be a number, or a date and time'],
    ['at,duration\n2023-11-16,1\n5,1\n', 'trace.csv:3: "at" should be a date and time as in'],
    ['at,duration\n0,1\n0,1,1\n', 'trace.csv:3: Invalid Record Length'],
    ['at,duration\n0,"1\n', 'trace.csv:2: Quote Not Closed'],
    ['at,work\n0,1\n', 'trace.csv:1: there is no column for the duration: name one by --duration'],
    ['when,duration\n0,1\n', 'trace.csv:1: there is no column for the arrival: name one by --at'],
  ])('says what is wrong with %j', (text, message) => {
    expect(errorOf(text)).toContain(message);
  });

  it('names the existing columns', () => {
    const there = 'the columns are "at", "a b"';
    expect(errorOf('at,a b\n0,1\n')).toContain(there);
    expect(errorOf('at,a b\n0,1\n', { duration: 'c' })).toBe(
      `trace.csv:1: --duration names the column "c"; ${there}`,
    );
    expect(errorOf('at,a b\n0,1\n', { duration: '2*c' })).toContain(there);
    expect(errorOf('at,a b\n0,1\n', { duration: '[a b]', priority: 'p' })).toContain(there);
  });

  it('refuses a file that is no text in UTF-8', () => {
    expect(() => parseCsvTrace(Uint8Array.of(0x61, 0xff, 0x0a), 'trace.csv')).toThrow(
      'trace.csv is not text in UTF-8',
    );
  });

  it('reads a hundred thousand rows', () => {
    const rows = Array.from({ length: 100_000 }, (_, index) => `${index},1`);
    const { tasks } = read(`at,duration\n${rows.join('\n')}\n`);
    expect(tasks).toHaveLength(100_000);
    expect(tasks.at(-1)!.at).toBe(99_999);
  });

  it('refuses times that no clock can count', () => {
    expect(errorOf('at,duration_h\n0,1e308\n')).toBe(
      'trace.csv:2: the duration is too long: 1e+308 h',
    );
    const sum = { duration: 'a + b' };
    expect(errorOf('at,a,b\n0,1e308,1e308\n', sum)).toBe(
      'trace.csv:2: the duration is too long: Infinity ms',
    );
    expect(errorOf('at_ms,duration\n-1e308,1\n1e308,1\n')).toBe(
      'trace.csv:3: this row is too far from the first to be counted',
    );
    expect(errorOf('at,duration_ms\n0,1e300\n')).toBe(
      'trace.csv:2: the duration is too long: 1e+300 ms',
    );
    expect(errorOf(`at,duration\n${'9'.repeat(400)},1\n`)).toContain('"at" should be ');
  });

  it('takes a column that ends with the name of a method as one without a unit', () => {
    expect(
      read('at,duration_constructor\n0,7\n', { duration: 'duration_constructor' }).tasks,
    ).toEqual([{ at: 0, duration: 7, priority: 0 }]);
  });

  it('quotes text of the file in one line, and shortens long text', () => {
    expect(errorOf('at,duration\n0,"\u001b[2J\nx"\n')).toBe(
      'trace.csv:3: "duration" should be a number, got "\\u001b[2J\\u000ax"',
    );
    expect(errorOf(`at,duration\n0,${'x'.repeat(1000)}\n`)).toBe(
      `trace.csv:2: "duration" should be a number, got "${'x'.repeat(200)}…"`,
    );
  });

  it('says that a file is too long, not that a file is no text', () => {
    let message = '';
    try {
      parseCsvTrace(Buffer.alloc(constants.MAX_STRING_LENGTH + 1), 'long.csv');
    } catch (error) {
      message = String(error);
    }
    expect(message).toMatch(/long\.csv has \d+ MB, and up to \d+ MB can be read/);
  });
});
