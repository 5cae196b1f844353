import { Subject } from 'rxjs';
import { runTasks, type TaskEvent, type TaskRequest } from 'rx-tasker';
import type { HeapScheduler } from './HeapScheduler.js';
import type { SimulationMeter } from './Meter.js';
import type { Task } from './readTasks.js';
import { simulatedConfig } from './simulatedConfig.js';
import { SimulatedRun } from './SimulatedRun.js';
import { SimulationStalledError } from './SimulationStalledError.js';
import type { SimulationOptions } from './types.js';

/** What a simulation is made of. */
export interface SimulationParts extends Omit<SimulationOptions, 'tasks'> {
  /** In the order of arrival, with the times of `scheduler`. */
  readonly tasks: Iterator<Task, undefined>;
  /** Its time is that at which the base workers are made. */
  readonly scheduler: HeapScheduler;
  readonly meter: SimulationMeter;
  /** When tasks may arrive: all that is due until then happens before the first of them. */
  readonly from?: number;
  /** The moment before which the simulation ends. Without it, the simulation ends with the last task. */
  readonly until?: number;
}

/** After so many steps without an arrival or an end, the simulation counts as stalled. */
const GREATEST_PAUSE = 2_000_000;

/** How many steps are made at a time: some 2 ms. */
const SLICE = 200;

/**
 * Runs the engine in virtual time, in slices: it yields after so many steps. Each `next()`, and `return()`, belongs
 * into `inVirtualTime`.
 *
 * @throws what a policy, `startup` or `onEvent` throws, and `SimulationStalledError`
 */
export function* runSimulation(parts: SimulationParts): Generator<undefined, undefined> {
  const { tasks, scheduler, meter, onEvent, from, until = Infinity } = parts;
  const requests = new Subject<TaskRequest<undefined, void>>();
  let failure: { error: unknown } | undefined;
  const fail = (error: unknown): void => {
    failure ??= { error };
  };
  const throwIfFailed = (): void => {
    if (failure) throw failure.error;
  };
  const config = simulatedConfig(parts, scheduler, meter, fail);
  const events$ = requests.pipe(runTasks<undefined, void>(config));

  const ends = until === Infinity;
  let next = tasks.next().value;
  if (!next && ends) return;
  const tell = (event: TaskEvent): void => {
    meter.apply(event);
    try {
      onEvent?.(event);
    } catch (error) {
      fail(error);
    }
  };
  const engine = events$.subscribe({ next: tell, error: fail });
  try {
    if (from !== undefined) scheduler.flush(from);
    throwIfFailed();
    let pause = 0;
    let steps = 0;
    while (ends ? next || meter.unfinished > 0 : isBefore(until, next, scheduler)) {
      if (++steps % SLICE === 0) yield;
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
        if (!next && ends) requests.complete();
        pause = 0;
      } else {
        const { unfinished } = meter;
        if (nextTime === Infinity || ++pause > GREATEST_PAUSE) {
          throw new SimulationStalledError(scheduler.now(), unfinished);
        }
        if (!ends && nextTime > scheduler.now()) pause = 0; // it comes to its end
        meter.passTo(nextTime);
        scheduler.step();
        if (meter.unfinished < unfinished) pause = 0;
      }
      throwIfFailed();
    }
    if (!ends) scheduler.advanceTo(until); // the workers live until then
  } finally {
    engine.unsubscribe();
    tasks.return?.(undefined);
  }
}

/** Whether something is to happen before `until`. */
const isBefore = (until: number, next: Task | undefined, { nextTime }: HeapScheduler): boolean =>
  (next !== undefined && next.at < until) || nextTime < until;
