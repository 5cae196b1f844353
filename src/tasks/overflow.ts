import type { WaitingTask } from './waiting.js';

/** The tasks that wait when one more comes than may wait. It may be asked only by the `overflow` that it is given to. */
export interface Waiting extends Iterable<WaitingTask> {
  /** How many there are. */
  readonly count: number;
  /** The one that arrived first; of tasks that are to be tried again, none. */
  oldest(): WaitingTask | undefined;
  /** The one that came last among those of the lowest priority. */
  newestOfLowest(): WaitingTask | undefined;
}

/**
 * Chooses the task that is not to wait: the incoming one, or one that waits. The incoming one has no `id` yet: it is 0.
 * It must answer at once, and must not call the manager.
 */
export type Overflow = (incoming: WaitingTask, waiting: Waiting) => WaitingTask;

/**
 * Refuses the task that comes when as many wait as may: the default. Its caller knows at once, and can come again later.
 *
 * @example
 * ```ts
 * import { QueueFullError, rejectNew, TaskManager } from 'rx-tasker';
 *
 * const manager = new TaskManager({
 *   onCreate: () => ({}), onDestroy: () => undefined, workerCount: 1, maxWorkerCount: 1,
 *   queueLimit: 1, overflow: rejectNew,
 * });
 * const tasks = [1, 2, 3].map((x) => manager.queueTask(async () => x));
 * tasks[2]!.catch((error) => console.log(error instanceof QueueFullError)); // true
 * await manager.stop();
 * ```
 *
 * @see {@link dropOldest}, {@link dropLowest}
 */
export const rejectNew: Overflow = (incoming) => incoming;

/**
 * Drops the task that has waited for the longest: for readings and previews, of which the latest counts. A task that is to
 * be tried again is not dropped; if nothing else waits, the new one is refused.
 *
 * @see {@link rejectNew}, {@link dropLowest}
 */
export const dropOldest: Overflow = (incoming, waiting) => waiting.oldest() ?? incoming;

/**
 * Drops the newest task of the lowest priority, or refuses the incoming one if it is that: for a manager that must keep
 * room for what is urgent.
 *
 * @see {@link rejectNew}, {@link dropOldest}
 */
export const dropLowest: Overflow = (incoming, waiting) => {
  const lowest = waiting.newestOfLowest();
  return lowest && lowest.priority < incoming.priority ? lowest : incoming;
};
