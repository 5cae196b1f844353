import { createHeap } from '../collections/createHeap.js';
import type { Lane, LaneDiscipline } from './LaneDiscipline.js';

/**
 * The lane of the highest priority is served first: no value starts while one of a higher priority waits.
 * A lane that never empties starves those below it; where that must not be, take `weighted`.
 *
 * @example
 * ```ts
 * import { from, of } from 'rxjs';
 * import { mergeMapLanes, strict } from 'rx-tasker/operators';
 *
 * from([{ p: 0 }, { p: 0 }, { p: 2 }])
 *   .pipe(mergeMapLanes((job) => of(job), { priority: (job) => job.p, discipline: strict() }))
 *   .subscribe();
 * ```
 *
 * @returns the discipline, for the `discipline` option of `mergeMapLanes` and of the manager
 */
export const strict = (): LaneDiscipline => () => {
  const open = createHeap<Lane>((a, b) => a.priority > b.priority);
  return { open: open.push, close: open.remove, next: open.peek as () => Lane };
};
