import { Subject } from 'rxjs';
import { InvalidConfigError, runTasks, type TaskEvent, type TaskRequest } from 'rx-tasker';
import { HeapScheduler } from './HeapScheduler.js';
import { inVirtualTime } from './inVirtualTime.js';
import { Meter } from './Meter.js';
import { readTasks, type Task } from './readTasks.js';
import { simulatedConfig } from './simulatedConfig.js';
import { SimulatedRun } from './SimulatedRun.js';
import { SimulationStalledError } from './SimulationStalledError.js';
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
  return inVirtualTime(scheduler, () => run(options, scheduler));
};

/** After so many steps of virtual time without an arrival or an end, the simulation counts as stalled. */
const GREATEST_PAUSE = 2_000_000;

const run = (options: SimulationOptions, scheduler: HeapScheduler): SimulationReport => {
  const meter = new Meter();
  const requests = new Subject<TaskRequest<undefined, void>>();
  let failure: { error: unknown } | undefined;
  const fail = (error: unknown): void => {
    failure ??= { error };
  };
  const config = simulatedConfig(options, scheduler, meter, fail);
  const events$ = requests.pipe(runTasks<undefined, void>(config));

  const tasks = readTasks(options.tasks);
  let next = tasks.next().value;
  if (!next) return meter.report(0);
  const tell = (event: TaskEvent): void => {
    meter.apply(event);
    try {
      options.onEvent?.(event);
    } catch (error) {
      fail(error);
    }
  };
  const engine = events$.subscribe({ next: tell, error: fail });
  try {
    let pause = 0;
    while (next || meter.unfinished > 0) {
      const { nextTime } = scheduler;
      if (next && next.at <= nextTime) {
        const task: Task = next;
        meter.passTo(task.at);
        scheduler.advanceTo(task.at);
        meter.addWork(task.duration);
        requests.next({
          run: () => new SimulatedRun(task, scheduler),
          priority: task.priority,
        });
        next = tasks.next().value;
        if (!next) requests.complete();
        pause = 0;
      } else {
        const { unfinished } = meter;
        if (nextTime === Infinity || ++pause > GREATEST_PAUSE) {
          throw new SimulationStalledError(scheduler.now(), unfinished);
        }
        meter.passTo(nextTime);
        scheduler.step();
        if (meter.unfinished < unfinished) pause = 0;
      }
      if (failure) throw failure.error;
    }
    return meter.report(scheduler.now());
  } finally {
    engine.unsubscribe();
    tasks.return(undefined);
  }
};
