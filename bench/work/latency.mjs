import { nothing } from '../measure.mjs';
import { createQueue } from '../peers/index.mjs';
import { quantile } from '../statistics.mjs';

/** @import { Task } from '../types.d.ts' */
/** @typedef {(task: Task, priority: number) => PromiseLike<unknown>} Submit */

/**
 * One task at a time, when nothing else is there.
 *
 * @param {Submit} submit
 * @param {number} samples
 */
const idle = async (submit, samples) => {
  /** @type {number[]} */
  const times = [];
  for (let i = 0; i < samples; i++) {
    const submitted = performance.now();
    await submit(() => {
      times.push(performance.now() - submitted);
      return nothing();
    }, 1);
  }
  return times;
};

/**
 * A task with priority now and then, given by one of those that it overtakes: while these run, no timer does.
 *
 * @param {Submit} submit
 * @param {number} waiting
 * @param {number} samples
 */
const behind = async (submit, waiting, samples) => {
  /** @type {number[]} */
  const times = [];
  /** @type {PromiseLike<unknown>[]} */
  const tasks = [];
  const every = Math.floor(waiting / samples);
  let started = 0;
  const ordinary = async () => {
    // While at least half of them still wait.
    if (started++ > waiting / 2 || started % every !== 0) return;
    const submitted = performance.now();
    tasks.push(
      submit(() => {
        times.push(performance.now() - submitted);
        return nothing();
      }, 1),
    );
  };
  for (let i = 0; i < waiting; i++) tasks.push(submit(ordinary, 0));
  // Not Promise.all: tasks are added meanwhile.
  for (const task of tasks) await task;
  return times;
};

/** @type {import('../types.d.ts').Section} */
export const section = {
  title: 'Latency',
  about:
    'µs from giving a task with priority to its start: on idle workers, and while ten workers are busy and ' +
    'so many tasks without priority wait.',
  reference: 'queueTask',
  column: (size) => (size === 0 ? 'idle' : `${size.toLocaleString('en')} waiting`),

  cases: (smoke) =>
    (smoke ? [0, 1_000] : [0, 100_000, 1_000_000]).flatMap((size) =>
      ['queueTask', 'p-queue', 'p-queue and generic-pool', 'async.priorityQueue'].map(
        (contender) => ({ contender, size, smoke }),
      ),
    ),

  measure: async ({ contender, size, smoke }) => {
    const submit = await createQueue(contender, 10);
    await idle(submit, smoke ? 10 : 20_000); // to warm up
    const samples = smoke ? 10 : size === 0 ? 50_000 : 2_000;
    const times = await (size === 0 ? idle(submit, samples) : behind(submit, size, samples));
    return { 'p50 µs': quantile(times, 0.5) * 1000, 'p99 µs': quantile(times, 0.99) * 1000 };
  },
};
