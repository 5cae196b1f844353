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
  it('should start with nothing, running', () => {
    expect(fold()).toEqual(none);
  });

  it.each<[string, TaskEvent[], object]>([
    [
      'tell base from burst workers',
      [up, up, up],
      { baseWorkers: 2, activeWorkers: 3, burstWorkers: 1 },
    ],
    ['count base workers as they come', [up], { baseWorkers: 1, activeWorkers: 1 }],
    ['count workers that leave', [up, up, up, down, down], { baseWorkers: 1, activeWorkers: 1 }],
    ['count what waits', [arrived(), arrived({ priority: -1 })], { queuedTasks: 2 }],
    [
      'count what waits with priority',
      [arrived({ priority: 0.1 }), arrived({ priority: 2 })],
      { priorityTasks: 2 },
    ],
    ['count what runs', [arrived(), started()], { runningTasks: 1, busyWorkers: 1 }],
    ['count a retry as priority', [arrived(), started(), retried()], { priorityTasks: 1 }],
    [
      'count a retry that runs',
      [arrived(), started(), retried(), started({ priority: 1 })],
      { runningTasks: 1, busyWorkers: 1 },
    ],
    ['forget what completed', [arrived(), started(), completed()], {}],
    ['forget what failed', [arrived(), started(), failed()], {}],
    ['forget what was cancelled while it waited', [arrived(), cancelled({ running: false })], {}],
    [
      'forget what was cancelled while it waited with priority',
      [arrived({ priority: 3 }), cancelled({ running: false, priority: 3 })],
      {},
    ],
    [
      'forget what was cancelled while it ran',
      [arrived(), started(), cancelled({ running: true })],
      {},
    ],
    [
      'count the worker of what goes on after it was cancelled',
      [arrived(), started(), cancelled({ running: true, abandoned: true })],
      { busyWorkers: 1 },
    ],
    [
      'count the worker of what goes on after it timed out',
      [arrived(), started(), failed({ abandoned: true })],
      { busyWorkers: 1 },
    ],
    [
      'count it no more once it is freed',
      [arrived(), started(), failed({ abandoned: true }), freed()],
      {},
    ],
    ['count a runTask from its arrival', [arrived({ direct: true })], { runningTasks: 1 }],
    [
      'count a runTask once',
      [arrived({ direct: true }), started({ direct: true })],
      { runningTasks: 1 },
    ],
    [
      'forget a runTask that completed',
      [arrived({ direct: true }), started({ direct: true }), completed({ direct: true })],
      {},
    ],
    [
      'forget a runTask that timed out, and what it held',
      [arrived({ direct: true }), failed({ direct: true, abandoned: true }), freed(true)],
      {},
    ],
    [
      'forget a runTask that was cancelled',
      [arrived({ direct: true }), cancelled({ direct: true, running: true })],
      {},
    ],
    [
      'know the resources for runTask',
      [{ type: 'resources', time: 0, ready: 3, available: 2 }],
      { availableResources: 2 },
    ],
    ['know the state', [stateIs('paused'), stateIs('stopping')], { state: 'stopping' }],
    [
      'leave out what is no count',
      [{ type: 'resourceFailed', time: 0, operation: 'creation', error: 1 }],
      {},
    ],
  ])('should %s', (_title, events, counts) => {
    expect(fold(...events)).toEqual({ ...none, ...counts });
  });

  it('should be the same object until something happens, and never change', () => {
    const stats = new StatsFold(2);
    const before = stats.snapshot();
    expect(stats.snapshot()).toBe(before);
    stats.apply(up);
    expect(before).toEqual(none);
    expect(stats.snapshot()).not.toBe(before);
  });

  it('should have the same counts one by one', () => {
    const stats = new StatsFold(2);
    for (const event of [arrived(), arrived({ priority: 1 }), arrived(), started()]) {
      stats.apply(event);
    }
    expect(stats.waitingTasks).toBe(2);
    expect(stats.runningTasks).toBe(1);
    expect(stats.busyWorkers).toBe(1);
    expect(stats.state).toBe('running');
  });

  it('should be back at nothing when all tasks have ended, however they did', () => {
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
