import genericPool from 'generic-pool';
import PQueue from 'p-queue';
import { byPromises } from './byPromises.mjs';

/** @import { Contender, CreateContender } from '../types.d.ts' */

/** @type {CreateContender} */
export const pQueue = (concurrency) => {
  const queue = new PQueue({ concurrency });
  return byPromises((task, priority) => queue.add(task, { priority }));
};

/** @param {number} concurrency @returns {Promise<Contender>} */
export const pQueueAndPool = async (concurrency) => {
  const queue = new PQueue({ concurrency });
  const pool = genericPool.createPool(
    { create: async () => ({}), destroy: async () => undefined },
    { min: concurrency, max: concurrency },
  );
  await pool.ready();
  return byPromises((task, priority) => queue.add(() => pool.use(task), { priority }));
};
