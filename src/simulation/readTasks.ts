import { InvalidConfigError } from 'rx-tasker';
import type { SimulatedTask } from './types.js';

/** A checked task, with the time since the first arrival as `at`. */
export type Task = Required<SimulatedTask>;

/**
 * Checks tasks one at a time. It copies each task, since a generator may give the same object many times.
 *
 * @throws InvalidConfigError that names the task by its index, the field, its value and the expected value
 */
export function* readTasks(tasks: Iterable<SimulatedTask>): Generator<Task, undefined> {
  if (typeof tasks !== 'object' || tasks === null || !(Symbol.iterator in tasks)) {
    throw new InvalidConfigError('tasks', tasks, 'iterable');
  }
  let index = 0;
  let first = 0;
  let latest = -Infinity;
  for (const task of tasks) {
    if (typeof task !== 'object' || task === null) throw wrong(index, '', task, 'an object');
    const { at, duration, priority = 0, fails } = task;
    if (!Number.isFinite(at)) throw wrong(index, '.at', at, 'a finite number of ms');
    if (at < latest) {
      throw wrong(index, '.at', at, `>= that of the task before (${latest}); sort by \`at\``);
    }
    if (!Number.isFinite(duration) || duration < 0) {
      throw wrong(index, '.duration', duration, 'a finite number of ms >= 0');
    }
    if (!Number.isFinite(priority)) {
      throw wrong(index, '.priority', priority, 'a finite number, or left out');
    }
    if (index === 0) first = at;
    latest = at;
    index++;
    yield { at: at - first, duration, priority, fails };
  }
  return undefined;
}

const wrong = (index: number, field: string, value: unknown, expected: string): Error =>
  new InvalidConfigError(`tasks[${index}]${field}`, value, expected);
