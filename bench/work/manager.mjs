import { timePerTask } from '../measure.mjs';
import { createContender } from '../peers/index.mjs';

const small = 2_000;
const sizes = [20_000, 100_000];

/** @type {Record<string, number[]>} */
const contenders = {
  queueTask: [small, ...sizes, 1_000_000],
  queueOn: [small, ...sizes, 1_000_000],
  queueFrom: [small, ...sizes, 1_000_000],
  'p-queue': [small, ...sizes],
  'p-queue and generic-pool': [small, ...sizes],
  'fastq.promise': [small, ...sizes],
  'p-limit': [small, ...sizes],
  'async.priorityQueue': [small, ...sizes],
  'Effect, Pool and Semaphore': [small, ...sizes],
  bottleneck: [small],
};

/** @type {import('../types.d.ts').Section} */
export const section = {
  title: 'Task manager',
  about:
    'µs per task when all tasks are given at once and ten workers run `async () => 1`. Every other task has ' +
    'priority, except in fastq, p-limit and Effect, which have none; only rx-tasker, generic-pool and Effect ' +
    'give a task a resource. `queueFrom` takes its tasks as they can be run.',
  reference: 'queueTask',
  column: (size) => `${size.toLocaleString('en')} tasks`,

  cases: (smoke) =>
    Object.entries(contenders).flatMap(([contender, all]) =>
      (smoke ? [100] : all).map((size) => ({ contender, size, smoke })),
    ),

  measure: async (what) => ({
    µs: await timePerTask(await createContender(what.contender, 10), what),
  }),
};
