import async from 'async';
import { byPromises } from './byPromises.mjs';

/** @import { CreateContender, Task } from '../types.d.ts' */

/** @type {CreateContender} */
export const asyncPriorityQueue = (concurrency) => {
  const queue = async.priorityQueue(async (/** @type {Task} */ task) => task(), concurrency);
  // The lowest number comes first there.
  return byPromises((task, priority) => queue.pushAsync(task, -priority));
};
