import { InvalidConfigError } from 'rx-tasker';
import { HeapScheduler } from './HeapScheduler.js';
import { inVirtualTime } from './inVirtualTime.js';
import { Meter } from './Meter.js';
import { readTasks } from './readTasks.js';
import { runSimulation } from './runSimulation.js';
import type { SimulationOptions, SimulationReport } from './types.js';

/**
 * Runs the real engine in virtual time, with the config and the policy of a `TaskManager`. The arrival and the
 * duration of each task are known. It answers: how would tomorrow's settings have handled yesterday's traffic?
 *
 * The same options give the same report, to the bit. Memory is bounded by the tasks that wait and run at once,
 * the timeline, and 8 bytes for the wait of each task.
 *
 * Time starts with the first arrival, at which the base workers are made, and ends with the last task. A task that
 * arrives at the moment of a look at the load, or of the end of another task, comes first. During the call, RxJS's
 * `asyncScheduler` is in virtual time. So a policy may use `stabilise` or `timer` without a scheduler. A policy
 * that reads the time of the platform is not repeatable.
 *
 * @example
 * ```ts
 * import { simulate } from 'rx-tasker/simulation';
 *
 * const { wait, workerSeconds, busySeconds } = simulate({
 *   tasks: Array.from({ length: 6 }, (_, i) => ({ at: 10 * i, duration: 20 })),
 *   config: { workerCount: 1, maxWorkerCount: 1 },
 * });
 * console.log(wait.mean, wait.max); // 25 50
 * console.log(workerSeconds, busySeconds); // 0.12 0.12
 * ```
 *
 * @param options - tasks, config, startup and onEvent
 * @returns the report
 * @throws InvalidConfigError that names the field, as in `tasks[3].at`, its value and the expected value;
 * `SimulationStalledError` if tasks do not end; any error that the policy, `startup`, `onEvent` or the iterable
 * throws
 */
export const simulate = (options: SimulationOptions): SimulationReport => {
  if (typeof options !== 'object' || options === null) {
    throw new InvalidConfigError('options', options, 'an object');
  }
  const scheduler = new HeapScheduler();
  const meter = new Meter();
  const run = runSimulation({ ...options, tasks: readTasks(options.tasks), scheduler, meter });
  return inVirtualTime(scheduler, () => {
    while (run.next().done !== true);
    return meter.report(scheduler.now());
  });
};
