import { Heap } from '../internal/Heap.js';
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
  const open = new Heap<Lane>((a, b) => a.priority > b.priority);
  return {
    open: (lane) => open.push(lane),
    close: (lane) => open.remove(lane),
    next: () => open.peek() as Lane,
    served: () => undefined,
  };
};
