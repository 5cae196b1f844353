import { first, map, scan, type Observable } from 'rxjs';
import type { Settings } from './config.js';
import { TaskManagerStoppedError } from './errors.js';
import type { TaskEvent } from './events.js';

/**
 * Emits once the base workers and the resources for `runTask` are up; an error if a creation fails or the
 * manager stops before.
 *
 * @internal
 */
export const whenReady = (
  events$: Observable<TaskEvent>,
  { workerCount, resourcePoolSize }: Pick<Settings<never>, 'workerCount' | 'resourcePoolSize'>,
): Observable<void> =>
  events$.pipe(
    scan(
      (up, event) => {
        switch (event.type) {
          case 'workerStarted':
            return { ...up, workers: up.workers + 1 };
          case 'workerStopped':
            return { ...up, workers: up.workers - 1 };
          case 'resources':
            return { ...up, resources: event.ready };
          case 'resourceFailed':
            if (event.operation === 'creation') throw event.error;
            return up;
          case 'state':
            if (event.state === 'running' || event.state === 'paused') return up;
            throw new TaskManagerStoppedError();
          default:
            return up;
        }
      },
      { workers: 0, resources: 0 },
    ),
    first((up) => up.workers >= workerCount && up.resources >= resourcePoolSize),
    map(() => undefined),
  );
