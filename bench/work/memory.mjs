import { PerformanceObserver } from 'node:perf_hooks';
import { heapInUse, nothing, timeOf } from '../measure.mjs';
import { createContender, createQueue } from '../peers/index.mjs';

const endless = () => new Promise(() => undefined);

/**
 * @param {string} name
 * @param {number} count
 */
const bytesPerWaitingTask = async (name, count) => {
  const submit = await createQueue(name, 1);
  void submit(endless, 1);
  /** @type {(PromiseLike<unknown> | undefined)[]} */
  const tasks = Array.from({ length: count });
  const before = await heapInUse();
  for (let i = 0; i < count; i++) tasks[i] = submit(nothing, 0);
  const after = await heapInUse();
  // What is used below has not been collected above.
  void submit(nothing, 0);
  return (after - before) / tasks.length;
};

/**
 * @param {string} name
 * @param {number} count
 */
const afterMany = async (name, count) => {
  const batch = Math.min(count, 20_000);
  const contender = await createContender(name, 10);
  await contender.run(batch, nothing);
  const before = await heapInUse();

  let collecting = 0;
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) collecting += duration;
  });
  observer.observe({ entryTypes: ['gc'] });
  const took = await timeOf(async () => {
    for (let done = 0; done < count; done += batch) {
      await contender.run(batch, nothing);
      await new Promise((resolve) => setImmediate(resolve)); // lets the observer be told
    }
  });
  observer.disconnect();

  return {
    [`MB of heap before ${count.toLocaleString('en')} tasks`]: before / 1e6,
    'MB after': (await heapInUse()) / 1e6,
    '% of the time collecting garbage': (100 * collecting) / took,
  };
};

/** @type {import('../types.d.ts').Section} */
export const section = {
  title: 'Memory',
  about:
    'Bytes of the heap for each waiting task, its Promise included; and the heap before and after very many ' +
    'tasks, given in batches, with the share of the time that went to garbage collection.',
  column: () => '',

  cases: (smoke) => [
    ...['queueTask', 'p-queue', 'fastq.promise', 'p-limit', 'async.priorityQueue'].map(
      (contender) => ({ contender, size: smoke ? 1_000 : 200_000, smoke }),
    ),
    ...['queueTask', 'fastq.promise', 'p-limit'].map((contender) => ({
      contender,
      size: smoke ? 2_000 : 10_000_000,
      smoke,
      heavy: true,
      limit: 180_000,
    })),
  ],

  measure: async ({ contender, size, heavy }) =>
    heavy
      ? afterMany(contender, size)
      : { 'bytes per waiting task': await bytesPerWaitingTask(contender, size) },
};
