import { priorityOf } from '../measure.mjs';

/** @import { Contender, Task } from '../types.d.ts' */

/**
 * A contender that gives a Promise for each task.
 *
 * @param {(task: Task, priority: number) => PromiseLike<unknown>} submit
 * @returns {Contender}
 */
export const byPromises = (submit) => ({
  submit,
  run: (count, task) =>
    Promise.all(Array.from({ length: count }, (_, index) => submit(task, priorityOf(index)))),
});
