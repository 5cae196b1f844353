import { first, map, of, type Observable } from 'rxjs';
import type { Settings } from '../engine/config.js';
import { TaskManagerStoppedError } from '../events/errors.js';
import type { TaskEvent } from '../events/events.js';
import type { StatsFold } from '../folds/stats.js';

/**
 * Emits once when the base workers and the resources for `runTask` are up. Its error is that of the first
 * creation that fails before, or a `TaskManagerStoppedError` if the manager is stopped first.
 *
 * @param events$ - of the manager, to be subscribed to once
 * @param stats - the fold of these events
 * @internal
 */
export const whenReady = (
  events$: Observable<TaskEvent>,
  stats: StatsFold,
  { workerCount, resourcePoolSize }: Pick<Settings<never>, 'workerCount' | 'resourcePoolSize'>,
): Observable<void> => {
  if (workerCount + resourcePoolSize === 0) return of(undefined);
  let resources = 0; // those in use, too, which the stats do not count
  return events$.pipe(
    first((event) => {
      if (event.type === 'resources') resources = event.ready;
      if (event.type === 'resourceFailed' && event.operation === 'creation') throw event.error;
      const { state, activeWorkers } = stats.read();
      if (state !== 'running' && state !== 'paused') throw new TaskManagerStoppedError();
      return activeWorkers >= workerCount && resources >= resourcePoolSize;
    }),
    map(() => undefined),
  );
};
