import * as fc from 'fast-check';
import type { TaskEvent, TaskManagerState } from '../../src/events/events.js';
import { StatsFold } from '../../src/folds/stats.js';

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
  return stats.snapshot();
};

const none = {
  baseWorkers: 0,
  activeWorkers: 0,
  burstWorkers: 0,
  busyWorkers: 0,
  queuedTasks: 0,
  priorityTasks: 0,
  runningTasks: 0,
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
    const before = stats.snapshot();
    expect(stats.snapshot()).toBe(before);
    stats.apply(up);
    expect(before).toEqual(none);
    expect(stats.snapshot()).not.toBe(before);
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
