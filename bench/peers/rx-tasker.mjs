import { lastValueFrom, range } from 'rxjs';
import { library } from '../library.mjs';
import { priorityOf } from '../measure.mjs';
import { byPromises } from './byPromises.mjs';

/** @import { Contender, CreateContender } from '../types.d.ts' */

const { createTaskManager, mergeMapLanes, queueFrom, queueOn } = library;

/** @type {CreateContender} */
export const lanes = (concurrency) => ({
  run: (count, task) =>
    lastValueFrom(range(0, count).pipe(mergeMapLanes(task, { concurrency, priority: priorityOf }))),
});

/** @param {number} concurrency */
export const createManager = (concurrency) =>
  createTaskManager({
    onCreate: () => ({}),
    onDestroy: () => undefined,
    workerCount: concurrency,
    maxWorkerCount: concurrency,
  });

/** @param {number} concurrency @returns {Promise<Contender>} */
export const queueTask = async (concurrency) => {
  const manager = await createManager(concurrency);
  return byPromises((task, priority) => manager.queueTask(task, { priority }));
};

/** @param {number} concurrency @returns {Promise<Contender>} */
export const queueOnManager = async (concurrency) => {
  const manager = await createManager(concurrency);
  return {
    run: (count, task) =>
      lastValueFrom(range(0, count).pipe(queueOn(manager, () => task, { priority: priorityOf }))),
  };
};

/** @param {number} concurrency @returns {Promise<Contender>} */
export const queueFromSource = async (concurrency) => {
  const manager = await createManager(concurrency);
  return {
    run: (count, task) =>
      lastValueFrom(queueFrom(manager, indexes(count), () => task, { priority: priorityOf })),
  };
};

/** @param {number} count */
function* indexes(count) {
  for (let index = 0; index < count; index++) yield index;
}
