import * as fc from 'fast-check';
import { map, timer, type Observable } from 'rxjs';
import type { TaskEvent, TaskManagerState } from '../../src/events/events.js';
import { StatsFold, statsFold, type TaskStats } from '../../src/folds/stats.js';
import { fold as foldEvents } from '../../src/index.js';
import { virtualManager } from '../support/virtualManager.js';

const task = { time: 0, id: 1, label: undefined, attempt: 0, queuedAt: 0 };
const times = { startedAt: 0, finishedAt: 0 };
interface Task {
  priority?: number;
  direct?: boolean;
}
const base = ({ priority = 0, direct = false }: Task) => ({ ...task, priority, direct });

const arrived = (of: Task = {}): TaskEvent => ({ ...base(of), type: 'arrived' });
const started = (of: Task = {}): TaskEvent => ({
  ...base(of),
  type: 'started',
  startedAt: 0,
  worker: 1,
});
const retried = (of: Task = {}): TaskEvent => ({
  ...base({ priority: 1, ...of }),
  ...times,
  type: 'retried',
  healthy: false,
  error: 1,
});
const completed = (of: Task = {}): TaskEvent => ({
  ...base(of),
  ...times,
  type: 'completed',
  result: 1,
});
const failed = (of: Task & { abandoned?: boolean } = {}): TaskEvent => ({
  ...base(of),
  ...times,
  type: 'failed',
  error: 1,
  abandoned: of.abandoned ?? false,
});
const cancelled = (of: Task & { running: boolean; abandoned?: boolean }): TaskEvent => ({
  ...base(of),
  type: 'cancelled',
  error: 1,
  running: of.running,
  abandoned: of.abandoned ?? false,
});
const freed = (direct = false): TaskEvent => ({ type: 'workerFreed', time: 0, worker: 1, direct });
const up: TaskEvent = { type: 'workerStarted', time: 0, worker: 1 };
const down: TaskEvent = { type: 'workerStopped', time: 0, worker: 1, reason: 'scaledDown' };
const stateIs = (state: TaskManagerState): TaskEvent => ({ type: 'state', time: 0, state });

const fold = (...events: TaskEvent[]) => {
  const stats = new StatsFold(2);
  for (const event of events) stats.apply(event);
  return stats.read();
};

const none = {
  baseWorkers: 0,
  activeWorkers: 0,
  burstWorkers: 0,
  busyWorkers: 0,
  queuedTasks: 0,
  priorityTasks: 0,
  runningTasks: 0,
  delayedTasks: 0,
  availableResources: 0,
  state: 'running',
};

describe('StatsFold', () => {
  it('starts with nothing, running', () => {
    expect(fold()).toEqual(none);
  });

  it.each<[string, TaskEvent[], object]>([
    [
      'tells base from burst workers',
      [up, up, up],
      { baseWorkers: 2, activeWorkers: 3, burstWorkers: 1 },
    ],
    ['counts base workers one by one', [up], { baseWorkers: 1, activeWorkers: 1 }],
    ['counts workers that leave', [up, up, up, down, down], { baseWorkers: 1, activeWorkers: 1 }],
    ['counts waiting tasks', [arrived(), arrived({ priority: -1 })], { queuedTasks: 2 }],
    [
      'counts waiting tasks with priority',
      [arrived({ priority: 0.1 }), arrived({ priority: 2 })],
      { priorityTasks: 2 },
    ],
    ['counts running tasks', [arrived(), started()], { runningTasks: 1, busyWorkers: 1 }],
    ['counts a retry as priority', [arrived(), started(), retried()], { priorityTasks: 1 }],
    [
      'counts a retry that runs',
      [arrived(), started(), retried(), started({ priority: 1 })],
      { runningTasks: 1, busyWorkers: 1 },
    ],
    ['forgets a completed task', [arrived(), started(), completed()], {}],
    ['forgets a failed task', [arrived(), started(), failed()], {}],
    [
      'forgets a task that was cancelled while waiting',
      [arrived(), cancelled({ running: false })],
      {},
    ],
    [
      'forgets a task that was cancelled while waiting with priority',
      [arrived({ priority: 3 }), cancelled({ running: false, priority: 3 })],
      {},
    ],
    [
      'forgets a task that was cancelled while running',
      [arrived(), started(), cancelled({ running: true })],
      {},
    ],
    [
      'counts the worker of a cancelled task that goes on',
      [arrived(), started(), cancelled({ running: true, abandoned: true })],
      { busyWorkers: 1 },
    ],
    [
      'counts the worker of a timed-out task that goes on',
      [arrived(), started(), failed({ abandoned: true })],
      { busyWorkers: 1 },
    ],
    [
      'forgets the worker of an abandoned task when freed',
      [arrived(), started(), failed({ abandoned: true }), freed()],
      {},
    ],
    ['counts a runTask from its arrival', [arrived({ direct: true })], { runningTasks: 1 }],
    [
      'counts a runTask once',
      [arrived({ direct: true }), started({ direct: true })],
      { runningTasks: 1 },
    ],
    [
      'forgets a runTask that completed',
      [arrived({ direct: true }), started({ direct: true }), completed({ direct: true })],
      {},
    ],
    [
      'forgets a runTask that timed out, and its resource',
      [arrived({ direct: true }), failed({ direct: true, abandoned: true }), freed(true)],
      {},
    ],
    [
      'forgets a runTask that was cancelled',
      [arrived({ direct: true }), cancelled({ direct: true, running: true })],
      {},
    ],
    [
      'knows the resources for runTask',
      [{ type: 'resources', time: 0, ready: 3, available: 2 }],
      { availableResources: 2 },
    ],
    ['knows the state', [stateIs('paused'), stateIs('stopping')], { state: 'stopping' }],
    [
      'ignores an event without a count',
      [{ type: 'resourceFailed', time: 0, operation: 'creation', error: 1 }],
      {},
    ],
  ])('%s', (_title, events, counts) => {
    expect(fold(...events)).toEqual({ ...none, ...counts });
  });

  it('gives the same object until an event comes, and never changes an object', () => {
    const stats = new StatsFold(2);
    const before = stats.read();
    expect(stats.read()).toBe(before);
    stats.apply(up);
    expect(before).toEqual(none);
    expect(stats.read()).not.toBe(before);
  });

  it('has the same counts one by one', () => {
    const stats = new StatsFold(2);
    for (const event of [arrived(), arrived({ priority: 1 }), arrived(), started()]) {
      stats.apply(event);
    }
    expect(stats.waitingTasks).toBe(2);
    expect(stats.runningTasks).toBe(1);
    expect(stats.busyWorkers).toBe(1);
    expect(stats.state).toBe('running');
  });

  it('returns to 0 when all tasks have ended, in any way', () => {
    const life = fc.record({
      priority: fc.integer({ min: -2, max: 2 }),
      direct: fc.boolean(),
      retries: fc.nat(3),
      end: fc.constantFrom('completed', 'failed', 'abandoned', 'waiting', 'cancelled'),
    });
    fc.assert(
      fc.property(fc.array(life), (lives) => {
        const events = lives.flatMap(({ priority, direct, retries, end }) => {
          const of = { priority, direct };
          const last = direct || retries === 0 ? of : { ...of, priority: Math.max(1, priority) };
          const again = direct
            ? []
            : Array.from({ length: retries }, () => [retried(last), started(last)]);
          const ends: Record<typeof end, TaskEvent[]> = {
            completed: [completed(last)],
            failed: [failed(last)],
            abandoned: [failed({ ...last, abandoned: true }), freed(direct)],
            waiting: direct
              ? [completed(last)]
              : [retried({ ...last, priority: 1 }), cancelled({ running: false, priority: 1 })],
            cancelled: [cancelled({ ...last, running: true })],
          };
          return [arrived(of), started(of), ...again.flat(), ...ends[end]];
        });
        expect(fold(...events)).toEqual(none);
      }),
    );
  });
});

describe('statsFold', () => {
  it('folds as the engine does', () => {
    const stats = statsFold({ workerCount: 2 });
    expect(stats.read()).toEqual(none);
    for (const event of [up, up, up, arrived(), arrived(), started()]) stats.apply(event);
    expect(stats.read()).toEqual({
      ...none,
      ...{ baseWorkers: 2, activeWorkers: 3, burstWorkers: 1 },
      ...{ busyWorkers: 1, queuedTasks: 1, runningTasks: 1 },
    });
  });

  it('misses what was there before, without a seed', () => {
    const late = statsFold({ workerCount: 1 });
    late.apply(completed());
    expect(late.read()).toMatchObject({ activeWorkers: 0, busyWorkers: -1, runningTasks: -1 });
  });

  it('begins with its seed, and does not change the seed', () => {
    const seed: TaskStats = {
      ...{ baseWorkers: 2, activeWorkers: 5, burstWorkers: 3, busyWorkers: 4 },
      ...{ queuedTasks: 7, priorityTasks: 6, runningTasks: 9, delayedTasks: 3 },
      availableResources: 8,
      state: 'paused',
    };
    const before = { ...seed };
    const stats = statsFold({ workerCount: 2, seed });
    expect(stats.read()).toEqual(seed);
    stats.apply(down);
    stats.apply(completed());
    expect(stats.read()).toEqual({
      ...seed,
      ...{ activeWorkers: 4, burstWorkers: 2, busyWorkers: 3, runningTasks: 8 },
    });
    expect(seed).toEqual(before);
  });

  it('is right whenever the fold begins, with the stats of that moment', () => {
    const run = fc.record({
      at: fc.nat(100),
      duration: fc.nat(60),
      priority: fc.integer({ min: -1, max: 1 }),
      end: fc.constantFrom('well', 'badly', 'unhealthy', 'late', 'direct'),
    });
    const property = fc.property(fc.array(run, { maxLength: 20 }), fc.nat(120), (runs, begin) => {
      const { manager, time, task } = virtualManager({
        ...{ workerCount: 2, maxWorkerCount: 4, burstInterval: 10, resourcePoolSize: 2 },
        checkHealth: (error) => error !== 'unhealthy',
      });
      let last: TaskStats | undefined;
      let listened = 0;
      for (let at = 0; at <= 300; at++) {
        time.advanceTo(at);
        if (at === begin) {
          last = manager.stats();
          manager.events$
            .pipe(foldEvents(() => statsFold({ workerCount: 2, seed: manager.stats() })))
            .subscribe((stats) => {
              last = stats;
              listened++;
            });
        }
        for (const { duration, priority, end, ...each } of runs) {
          if (each.at !== at) continue;
          const fails = (): Observable<never> =>
            timer(duration, time).pipe(
              map(() => {
                throw end;
              }),
            );
          const what = end === 'badly' || end === 'unhealthy' ? fails : task(duration);
          const options = { priority, ...(end === 'late' && { timeout: 5 }) };
          const done =
            end === 'direct' ? manager.runTask(what) : manager.queueTask<void>(what, options);
          done.catch(() => undefined);
        }
        if (at === begin + 40) manager.pause();
        if (at === begin + 60) manager.resume();
        if (last) expect(last).toEqual(manager.stats());
      }
      expect(listened).toBeGreaterThan(0);
      void manager.kill();
      expect(last).toEqual(manager.stats());
    });
    fc.assert(property);
  });

  it('is right when the fold begins in a listener, which causes further events', async () => {
    const { manager, time, task } = virtualManager({ maxWorkerCount: 3, burstInterval: 10 });
    const latest: TaskStats[] = [];
    let toQueue = 20;
    manager.events$.subscribe(({ type }) => {
      if (type === 'completed' && toQueue-- > 0) void manager.queueTask(task(toQueue));
      const index = latest.push(manager.stats()) - 1;
      manager.events$
        .pipe(foldEvents(() => statsFold({ workerCount: 1, seed: manager.stats() })))
        .subscribe((stats) => (latest[index] = stats));
    });
    for (let i = 0; i < 5; i++) void manager.queueTask(task(5 * i));
    time.advanceTo(5000);
    await manager.stop();
    expect(toQueue).toBeLessThanOrEqual(0);
    expect(latest.length).toBeGreaterThan(75); // three events of each task
    for (const stats of latest) expect(stats).toEqual(manager.stats());
  });
});
