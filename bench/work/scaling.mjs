import { byPromises } from '../peers/byPromises.mjs';
import { timePerTask } from '../measure.mjs';
import { library } from '../library.mjs';

/** @import { Contender } from '../types.d.ts' */

const { createTaskManager, justInTimeStaffing, squareRootStaffing } = library;

const workerCount = 10;

/** The first looks at once when a task finds no idle worker, the second does not. */
const policies = { justInTimeStaffing, squareRootStaffing };

/** As many tasks as there are workers, and then the next. @param {Contender} contender @returns {Contender} */
const onIdleWorkers = (contender) => ({
  run: async (count, task) => {
    for (let left = count; left > 0; left -= workerCount) {
      await contender.run(Math.min(left, workerCount), task);
    }
  },
});

/** @type {Record<string, (contender: Contender) => Contender>} */
const loads = { 'idle workers': onIdleWorkers, backlog: (contender) => contender };

/** @param {string} policy @param {string} load */
const nameOf = (policy, load) => `${policy}, ${load}`;

const contenders = Object.entries(policies).flatMap(([policy, scaling]) =>
  Object.entries(loads).map(([load, under]) => ({ name: nameOf(policy, load), scaling, under })),
);

/** @type {import('../types.d.ts').Section} */
export const section = {
  title: 'Eager looks',
  about:
    'µs per task of `queueTask` on ten workers: with `justInTimeStaffing`, which looks at the load at once when a ' +
    'task finds no idle worker, and with `squareRootStaffing`, which does not. The tasks come ten by ten, on idle ' +
    'workers, or all at once.',
  column: (size) => `${size.toLocaleString('en')} tasks`,

  cases: (smoke) =>
    contenders.map(({ name }) => ({ contender: name, size: smoke ? 100 : 20_000, smoke })),

  measure: async (what) => {
    const contender = contenders.find(({ name }) => name === what.contender);
    if (!contender) throw new Error(`no contender ${what.contender}`);
    const manager = await createTaskManager({
      onCreate: () => ({}),
      onDestroy: () => undefined,
      workerCount,
      maxWorkerCount: workerCount,
      scaling: contender.scaling(),
    });
    const tasks = byPromises((task, priority) => manager.queueTask(task, { priority }));
    return { µs: await timePerTask(contender.under(tasks), what) };
  },
};
