import { median } from './statistics.mjs';

/** @import { Contender, Task } from './types.d.ts' */

/** What is timed is what is done around a task, so the task does nothing. */
export const nothing = async () => 1;

/** @param {number} index */
export const priorityOf = (index) => index & 1;

const clockTime = () => performance.now();

const processorTime = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/**
 * How long it takes, in ms.
 *
 * @param {() => unknown} action
 */
export const timeOf = async (action, now = clockTime) => {
  const started = now();
  await action();
  return now() - started;
};

/**
 * The time that a task takes when `size` of them are given at once, in µs. The runs follow one another as in a
 * program that goes on: a forced collection between them makes V8 shrink its young generation to the smallest,
 * and to grow it again then takes several times as long as what is to be measured.
 *
 * @param {Contender} contender
 * @param {{ size: number, smoke: boolean, cpu?: boolean, task?: Task }} options
 */
export const timePerTask = async (contender, { size, smoke, cpu = false, task = nothing }) => {
  const warmUp = Math.min(size, 2000);
  const warm = performance.now() + (smoke ? 0 : 1000);
  let runs = 0;
  do await contender.run(warmUp, task);
  while (++runs < 20 && performance.now() < warm);
  if (!smoke && size > warmUp) await contender.run(size, task); // the heap grows to what that takes

  /** @type {number[]} */
  const times = [];
  const end = performance.now() + (smoke ? 0 : 1000);
  do {
    times.push(await timeOf(() => contender.run(size, task), cpu ? processorTime : undefined));
  } while (performance.now() < end);
  return (median(times) * 1000) / size;
};

/** The heap in use, in bytes, when all that can be has been freed. */
export const heapInUse = async () => {
  // What the loop still holds goes first.
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc?.();
  }
  return process.memoryUsage().heapUsed;
};
