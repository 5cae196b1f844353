import type { ScalingPolicy } from 'rx-tasker';
import type { HeapScheduler } from './HeapScheduler.js';
import type { Task } from './readTasks.js';
import type { RecordedWindow } from './Recording.js';
import { runSimulation } from './runSimulation.js';
import { ShadowMeter } from './ShadowMeter.js';
import type { ShadowFigures } from './shadowTypes.js';
import type { SimulationConfig } from './types.js';

/**
 * Simulates a window of live traffic with a policy, in slices as `runSimulation`. The base workers are made so long
 * before the window that they are up when it begins. So all workers have the same startup time, and policies see it.
 */
export function* simulateWindow(
  window: RecordedWindow,
  tasks: readonly Task[],
  config: SimulationConfig & { readonly scaling: ScalingPolicy },
  scheduler: HeapScheduler,
): Generator<undefined, ShadowFigures> {
  const { from, to, startup } = window;
  const meter = new ShadowMeter(window, config.workerCount);
  scheduler.advanceTo(from - startup);
  yield* runSimulation({
    tasks: tasks[Symbol.iterator](),
    config,
    startup: (n) => (n < config.workerCount ? from - scheduler.now() : startup),
    scheduler,
    meter,
    from,
    until: to,
  });
  return meter.read();
}

/**
 * The tasks of a window as a simulation takes them. Each has one attempt, as long as all its attempts together. A task
 * that has not ended takes as long as a task takes on average, but at least as long as it has taken so far.
 */
export const tasksOf = ({ carried, tasks, from, to }: RecordedWindow): Task[] => {
  const ended = [...carried, ...tasks].filter(({ hasEnded }) => hasEnded);
  const mean = ended.reduce((sum, { spent }) => sum + spent, 0) / (ended.length || 1);
  let latest = from;
  return [...carried, ...tasks].map((task, i) => {
    const soFar = task.workUntil(to);
    const work = task.hasEnded ? soFar : Math.max(mean, soFar);
    const before = i < carried.length ? task.workBefore(from, soFar) : 0;
    latest = Math.max(latest, task.queuedAt);
    const { priority, fails } = task;
    return { at: latest, duration: Math.max(0, work - before), priority, fails };
  });
};
