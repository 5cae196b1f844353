import type { TaskManagerConfig } from '../engine/config.js';
import { TaskManager } from './TaskManager.js';

/**
 * Makes a `TaskManager` and waits until its base workers and the resources for `runTask` are up.
 *
 * How many workers there are beyond `workerCount` is decided by `justInTimeStaffing()`. It is the cheapest of the policies,
 * and makes use of the time that a worker takes to come up: one task in a hundred waits about as long as that, or longer.
 * Give `scaling: squareRootStaffing()` where tasks must start sooner, and pay for spare workers. Take a higher `workerCount`
 * where the first tasks of a burst must not wait. A first burst, before any task has ended, orders a worker for each task, up
 * to `maxWorkerCount`.
 *
 * @example
 * ```ts
 * import { createTaskManager } from 'rx-tasker';
 *
 * const manager = await createTaskManager({
 *   onCreate: async () => ({ name: 'a connection' }),
 *   onDestroy: () => undefined,
 *   workerCount: 2,
 * });
 * console.log(manager.stats().activeWorkers); // 2
 * await manager.stop();
 * ```
 *
 * @param config - how the manager is set up
 * @returns the manager
 * @throws InvalidConfigError at the call; the Promise rejects with `ResourceCreationError` if the first
 * creation fails, once what was created has been released
 */
export const createTaskManager = <R>(config: TaskManagerConfig<R>): Promise<TaskManager<R>> => {
  const manager = new TaskManager(config);
  return manager.ready.then(
    () => manager,
    (error: unknown) =>
      manager.kill().then(() => {
        throw error;
      }),
  );
};
