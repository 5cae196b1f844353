import type { HeapScheduler } from '../../src/simulation/HeapScheduler.js';

export interface Run {
  scheduler: HeapScheduler;
  /** The cut at the step. */
  cut: () => void;
  /** Asserts the invariants after the end of all actions. */
  check: () => void | Promise<void>;
}

/**
 * Runs a scenario of virtual time to its end, and counts its steps, which are the actions of the scheduler. Then
 * runs it again for each step with a cut just before that step, and once with a cut after the last step. All
 * reactions of Promises run between steps.
 *
 * @param start - starts a new run of the scenario
 * @returns the number of steps
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

/** Waits until all reactions of Promises have run: the platform runs these before the next immediate. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
