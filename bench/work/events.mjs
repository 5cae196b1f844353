import { byPromises } from '../peers/byPromises.mjs';
import { timePerTask } from '../measure.mjs';
import { createManager } from '../peers/rx-tasker.mjs';

/** @import { Values } from '../types.d.ts' */
/** @typedef {Awaited<ReturnType<typeof createManager>>} Manager */

/** @type {Record<string, (manager: Manager) => void>} */
const listeners = {
  nobody: () => undefined,
  '1 subscriber of stats$': (manager) => void manager.stats$.subscribe(),
  '10 subscribers of stats$': (manager) => {
    for (let i = 0; i < 10; i++) manager.stats$.subscribe();
  },
  '1 subscriber of metrics$': (manager) => void manager.metrics$.subscribe(),
  '1 subscriber of events$': (manager) => void manager.events$.subscribe(),
};

const reader = 'metrics()';

/** @type {import('../types.d.ts').Section} */
export const section = {
  title: 'Events, stats and metrics',
  about: 'µs per task of `queueTask` while somebody listens, and µs per call of `metrics()`.',
  reference: 'nobody',
  column: () => '',

  cases: (smoke) =>
    [...Object.keys(listeners), reader].map((contender) => ({
      contender,
      size: smoke ? 100 : 20_000,
      smoke,
    })),

  measure: async (what) => {
    const { contender } = what;
    const manager = await createManager(10);
    const tasks = byPromises((task, priority) => manager.queueTask(task, { priority }));
    listeners[contender]?.(manager);
    /** @type {Values} */
    const values = { 'µs per task': await timePerTask(tasks, what) };
    if (contender !== reader) return values;

    const reads = {
      run: async (/** @type {number} */ count) => {
        for (let i = 0; i < count; i++) manager.metrics();
      },
    };
    return { 'µs per read': await timePerTask(reads, what) };
  },
};
