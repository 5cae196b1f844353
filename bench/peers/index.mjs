// All contenders by their names. Only the one that is measured is loaded.
/** @import { CreateContender } from '../types.d.ts' */

/** @type {Record<string, () => Promise<CreateContender>>} */
const contenders = {
  mergeMapLanes: async () => (await import('./rx-tasker.mjs')).lanes,
  queueTask: async () => (await import('./rx-tasker.mjs')).queueTask,
  queueOn: async () => (await import('./rx-tasker.mjs')).queueOnManager,
  queueFrom: async () => (await import('./rx-tasker.mjs')).queueFromSource,
  mergeMap: async () => (await import('./rxjs.mjs')).mergeMap,
  'Effect.forEach': async () => (await import('./effect.mjs')).forEach,
  'Effect, Pool and Semaphore': async () => (await import('./effect.mjs')).poolAndSemaphore,
  'p-map': async () => (await import('./p-map.mjs')).pMap,
  'p-queue': async () => (await import('./p-queue.mjs')).pQueue,
  'p-queue and generic-pool': async () => (await import('./p-queue.mjs')).pQueueAndPool,
  'fastq.promise': async () => (await import('./fastq.mjs')).fastqPromise,
  'p-limit': async () => (await import('./p-limit.mjs')).pLimit,
  'async.priorityQueue': async () => (await import('./async.mjs')).asyncPriorityQueue,
  bottleneck: async () => (await import('./bottleneck.mjs')).bottleneck,
  'loops by hand': async () => (await import('./loops.mjs')).loops,
};

/**
 * @param {string} name
 * @param {number} concurrency
 */
export const createContender = async (name, concurrency) => {
  const load = contenders[name];
  if (!load) throw new Error(`no contender ${name}`);
  const create = await load();
  return create(concurrency);
};

/**
 * For those that take one task at a time.
 *
 * @param {string} name
 * @param {number} concurrency
 */
export const createQueue = async (name, concurrency) => {
  const { submit } = await createContender(name, concurrency);
  if (!submit) throw new Error(`${name} takes no single tasks`);
  return submit;
};
