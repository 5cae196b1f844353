import type { HeapScheduler } from '../../src/simulation/HeapScheduler.js';

export interface Run {
  scheduler: HeapScheduler;
  /** What is done at the step. */
  cut: () => void;
  /** Asserts what must be so once nothing is left to do. */
  check: () => void | Promise<void>;
}

/**
 * Runs a scenario of virtual time to its end to count its steps, the actions of the scheduler; then anew for
 * each of them, cut just before it, and past the last. What Promises have to do is done between steps.
 *
 * @param start - starts the scenario anew
 * @returns how many steps there were
 */
export const cutAtEveryStep = async (start: () => Run): Promise<number> => {
  let steps = 0;
  const uncut = start();
  await settled();
  while (uncut.scheduler.step()) {
    steps++;
    await settled();
  }
  for (let at = 0; at <= steps; at++) {
    const { scheduler, cut, check } = start();
    await settled();
    for (let step = 0; step < at; step++) {
      scheduler.step();
      await settled();
    }
    cut();
    await settled();
    while (scheduler.step()) await settled();
    try {
      await check();
    } catch (error) {
      throw new Error(`Cut before step ${at} of ${steps}, at ${scheduler.now()} ms`, {
        cause: error,
      });
    }
  }
  return steps;
};

/** All that Promises had to do is done: the platform does it before the next immediate. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
