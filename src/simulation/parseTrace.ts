import { InvalidConfigError } from 'rx-tasker';
import type { SimulatedTask } from './types.js';

/** The columns of a trace. */
const COLUMNS = ['id', 'at', 'duration', 'priority', 'fails'] as const;

/** The first line of a trace. */
export const traceHeader = COLUMNS.join(',');

/**
 * Reads the lines of `recordTrace`, and sorts the tasks in the order of arrival.
 *
 * The `fails` of a failed task is the name of its error. A simulation passes this name to `checkHealth`.
 *
 * @example
 * ```ts
 * import { parseTrace } from 'rx-tasker/simulation';
 *
 * const lines = ['id,at,duration,priority,fails', '2,1010,5,0,', '1,1000,30,1,TimeoutError'];
 * for (const { at, duration, priority, fails } of parseTrace(lines)) {
 *   console.log(at, duration, priority, fails); // 1000 30 1 TimeoutError, 1010 5 0 undefined
 * }
 * ```
 *
 * @param lines - the header and the lines, without line ends; empty lines are ignored
 * @returns the tasks
 * @throws InvalidConfigError that names the line, its value and the expected form
 */
export const parseTrace = (lines: Iterable<string>): SimulatedTask[] => {
  const rows: { id: number; task: SimulatedTask }[] = [];
  let number = -1;
  for (const line of lines) {
    number++;
    if (line === '') continue;
    if (number > 0) rows.push(parseRow(line, number));
    else if (line !== traceHeader) {
      throw new InvalidConfigError('lines[0]', line, `the header ${traceHeader}`);
    }
  }
  return rows.sort((a, b) => a.task.at - b.task.at || a.id - b.id).map(({ task }) => task);
};

const parseRow = (line: string, number: number): { id: number; task: SimulatedTask } => {
  const cells = line.split(',');
  const [id, at, duration, priority] = cells.slice(0, 4).map((cell) => Number(cell || NaN));
  const fails = cells[4] === '' ? undefined : cells[4];
  const isRight =
    cells.length === COLUMNS.length && [id, at, duration, priority].every(Number.isFinite);
  if (isRight)
    return { id: id!, task: { at: at!, duration: duration!, priority: priority!, fails } };
  throw new InvalidConfigError(
    `lines[${number}]`,
    line,
    `a line with numbers for ${COLUMNS.slice(0, 4).join(', ')}, and fails`,
  );
};
