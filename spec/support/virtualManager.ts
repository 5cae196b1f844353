import { map, timer, type Observable } from 'rxjs';
import type { TaskManagerConfig } from '../../src/engine/config.js';
import type { TaskEvent } from '../../src/events/events.js';
import { TaskManager } from '../../src/manager/TaskManager.js';
import { squareRootStaffing } from '../../src/scaling/squareRootStaffing.js';
import { VirtualTime } from './VirtualTime.js';

/**
 * A manager of one worker in virtual time, whose resources are the numbers from 1. More workers come at a look every
 * 100 ms only.
 */
export const virtualManager = (
  config: Partial<TaskManagerConfig<number>> = {},
  time = new VirtualTime(),
) => {
  let created = 0;
  const released: number[] = [];
  const manager = new TaskManager<number>({
    onCreate: () => ++created,
    onDestroy: (resource) => {
      released.push(resource);
    },
    workerCount: 1,
    scaling: config.burstTaskThreshold ? undefined : squareRootStaffing(),
    resourcePoolSize: 0,
    scheduler: time,
    ...config,
  });
  const events: TaskEvent[] = [];
  manager.events$.subscribe((event) => events.push(event));

  return {
    time,
    manager,
    events,
    released,
    /** A task that takes `ms` ms. */
    task:
      <E = void>(ms: number, result?: E) =>
      (): Observable<E> =>
        timer(ms, time).pipe(map(() => result as E)),
  };
};
