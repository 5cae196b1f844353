import { NEVER, of } from 'rxjs';
import {
  InvalidConfigError,
  TaskCancelledError,
  TaskManagerStoppedError,
  type TaskStats,
  type WaitingTask,
} from '../../src/index.js';
import { virtualManager } from '../support/virtualManager.js';

const isIdle = ({ queuedTasks, runningTasks }: TaskStats): boolean =>
  queuedTasks + runningTasks === 0;

describe('when', () => {
  it('resolves at once where the stats are so already', async () => {
    const { manager } = virtualManager();
    await expect(manager.when(isIdle)).resolves.toEqual(manager.stats());
  });

  it('resolves with the first stats that are so', async () => {
    const { manager, time, task } = virtualManager();
    for (let i = 0; i < 3; i++) void manager.queueTask(task(10));
    const below = manager.when(({ queuedTasks }) => queuedTasks < 2);
    const idle = manager.when(isIdle);
    time.advanceTo(30);
    await expect(below).resolves.toMatchObject({ queuedTasks: 1, runningTasks: 1 });
    await expect(idle).resolves.toMatchObject({ queuedTasks: 0, runningTasks: 0, busyWorkers: 0 });
  });

  it('rejects when the manager ends before, and looks at its last stats', async () => {
    const { manager } = virtualManager();
    const never = manager.when(() => false);
    const stopped = manager.when(({ state }) => state === 'stopped');
    await manager.stop();
    await expect(never).rejects.toThrow(TaskManagerStoppedError);
    await expect(stopped).resolves.toMatchObject({ state: 'stopped' });
    await expect(manager.when(({ state }) => state === 'stopped')).resolves.toBeDefined();
    await expect(manager.when(({ state }) => state === 'running')).rejects.toThrow(
      TaskManagerStoppedError,
    );
  });

  it('rejects with the reason of its signal, and leaves no subscriber', async () => {
    const { manager } = virtualManager();
    const reason = new Error('no time');
    const controller = new AbortController();
    const waits = manager.when(() => false, { signal: controller.signal });
    controller.abort(reason);
    await expect(waits).rejects.toBe(reason);
    const aborted = { signal: AbortSignal.abort(reason) };
    await expect(manager.when(() => true, aborted)).rejects.toBe(reason);
    expect((manager.stats$ as unknown as { observed: boolean }).observed).toBe(false);
  });

  it('rejects with what its function throws', async () => {
    const { manager } = virtualManager();
    const wrong = new Error('wrong');
    const fails = (): never => {
      throw wrong;
    };
    await expect(manager.when(fails)).rejects.toBe(wrong);
  });

  it('refuses what is no function, no object and no signal', () => {
    const { manager } = virtualManager();
    expect(() => manager.when('idle' as never)).toThrow(InvalidConfigError);
    expect(() => manager.when(isIdle, 3 as never)).toThrow(InvalidConfigError);
    expect(() => manager.when(isIdle, { signal: {} as never })).toThrow('signal');
  });
});

describe('cancelWaiting', () => {
  /** One task that runs and three that wait, with their ends. */
  const setUp = () => {
    const virtual = virtualManager();
    const { manager } = virtual;
    const ends: unknown[] = [];
    const options = [
      {},
      { label: 'a' },
      { label: 'b', priority: 2 },
      { label: 'c', key: 7, cost: 3 },
    ];
    options.forEach((each, i) => {
      manager
        .queueTask(() => NEVER, each)
        .catch((error: unknown) => ends.push([i + 1, (error as Error).name]));
    });
    return { ...virtual, ends };
  };

  it('cancels all tasks that wait, in their order, and none that runs', async () => {
    const { manager, events, ends } = setUp();
    expect(manager.cancelWaiting()).toBe(3);
    await Promise.resolve();
    expect(ends).toEqual([2, 3, 4].map((id) => [id, 'TaskCancelledError']));
    expect(events.filter(({ type }) => type === 'cancelled')).toMatchObject([
      { id: 2, running: false, error: expect.any(TaskCancelledError) as unknown },
      { id: 3, running: false },
      { id: 4, running: false },
    ]);
    expect(manager.stats()).toMatchObject({ queuedTasks: 0, priorityTasks: 0, runningTasks: 1 });
    expect(manager.cancelWaiting()).toBe(0);
  });

  it('shows each task that waits, and cancels the chosen ones', () => {
    const { manager, time } = setUp();
    time.advanceTo(40);
    const seen: WaitingTask[] = [];
    const isB = (task: WaitingTask): boolean => {
      seen.push(task);
      return task.label === 'b';
    };
    expect(manager.cancelWaiting(isB)).toBe(1);
    const none = {
      priority: 0,
      attempt: 0,
      queuedAt: 0,
      key: undefined,
      cost: 1,
      deadline: Infinity,
    };
    expect(seen).toEqual([
      { ...none, id: 2, label: 'a' },
      { ...none, id: 3, label: 'b', priority: 2 },
      { ...none, id: 4, label: 'c', key: 7, cost: 3 },
    ]);
    expect(manager.stats()).toMatchObject({ queuedTasks: 2, priorityTasks: 0 });
  });

  it('passes on what its function throws, and cancels none then', () => {
    const { manager } = setUp();
    const fails = ({ id }: WaitingTask): boolean => {
      if (id === 3) throw new Error('wrong');
      return true;
    };
    expect(() => manager.cancelWaiting(fails)).toThrow('wrong');
    expect(manager.stats()).toMatchObject({ queuedTasks: 2, priorityTasks: 1 });
    expect(() => manager.cancelWaiting(3 as never)).toThrow(InvalidConfigError);
  });

  it('cancels nothing once the manager has ended', async () => {
    const { manager } = setUp();
    await manager.kill();
    expect(manager.cancelWaiting()).toBe(0);
  });
});

describe('stop with waiting', () => {
  it("lets what runs end, and ends what waits, with 'cancel'", async () => {
    const { manager, time, task, events } = virtualManager();
    const ran = manager.queueTask(task(10, 'ran'));
    const waited = manager.queueTask(task(10, 'waited'));
    const stopped = manager.stop({ waiting: 'cancel' });
    await expect(waited).rejects.toMatchObject({ name: 'TaskManagerStoppedError', started: false });
    expect(events.some(({ type }) => type === 'completed')).toBe(false);
    time.advanceTo(10);
    await expect(ran).resolves.toBe('ran');
    await stopped;
    expect(manager.stats().state).toBe('stopped');
  });

  it('says of a task that is to be tried again that an attempt has started', async () => {
    const resources = [of(1), NEVER]; // the task waits for the second one
    const { manager } = virtualManager({
      checkHealth: () => false,
      onCreate: () => resources.shift()!,
    });
    const tried = manager.queueTask(() => Promise.reject(new Error('broken')));
    await manager.when(({ queuedTasks, priorityTasks }) => queuedTasks + priorityTasks === 1);
    void manager.stop({ waiting: 'cancel' });
    await expect(tried).rejects.toMatchObject({ name: 'TaskManagerStoppedError', started: true });
    void manager.kill();
  });

  it("takes a second stop with 'cancel', and refuses another word", async () => {
    const { manager, time, task } = virtualManager();
    const ran = manager.queueTask(task(10));
    const waited = manager.queueTask(task(10));
    const first = manager.stop();
    const second = manager.stop({ waiting: 'cancel' });
    await expect(waited).rejects.toThrow(TaskManagerStoppedError);
    time.advanceTo(10);
    await Promise.all([ran, first, second]);
    expect(() => manager.stop({ waiting: 'drop' as never })).toThrow("'run' or 'cancel'");
  });
});
