// A file of a user. main.mjs checks the file against the types of the installed package.
import { merge, of, range, type Observable } from 'rxjs';
import {
  createTaskManager,
  queueOn,
  TaskTimeoutError,
  type TaskManager,
  type TaskManagerConfig,
  type TaskStats,
} from 'rx-tasker';
import { eventLoopDelay, memoryUse, type MemoryUseOptions } from 'rx-tasker/node';
import { mergeMapLanes, rate, type MergeMapLanesOptions } from 'rx-tasker/operators';
import { simulate, type SimulatedTask, type SimulationReport } from 'rx-tasker/simulation';

class Session {
  length(text: string): Promise<number> {
    return Promise.resolve(text.length);
  }
}

const config: TaskManagerConfig<Session> = {
  onCreate: () => of(new Session()),
  onDestroy: () => undefined,
  workerCount: 2,
  checkHealth: (error) => !(error instanceof TaskTimeoutError),
};

export const lengths = (manager: TaskManager<Session>): Observable<number> =>
  range(1, 3).pipe(queueOn(manager, (x) => (session) => session.length(String(x))));

const options: MergeMapLanesOptions<number> = { concurrency: of(2), priority: (x) => x };
export const perSecond: Observable<number> = range(1, 3).pipe(
  mergeMapLanes((x) => of(x), options),
  rate({ window: 1000 }),
);

export const main = async (): Promise<TaskStats> => {
  const manager = await createTaskManager(config);
  const length: number = await manager.queueTask((session) => session.length('one'));
  // @ts-expect-error -- a session measures texts; `any` would measure all
  await manager.queueTask((session) => session.length(1));
  for await (const { state } of manager.watchStats()) if (state === 'running') break;
  await manager.stop({ timeout: length });
  return manager.stats$.value;
};

const often: MemoryUseOptions = { interval: 100 };
export const health: Observable<number> = merge(eventLoopDelay(), memoryUse(often));

const tasks: SimulatedTask[] = [{ at: 0, duration: 10 }];
export const rehearsal: SimulationReport = simulate({ tasks, config, startup: (n) => n });
