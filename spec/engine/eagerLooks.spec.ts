import { map, NEVER } from 'rxjs';
import { highest, wantEagerLooks, type ScalingPolicy } from '../../src/index.js';
import type { Load } from '../../src/scaling/Load.js';
import { eventsOf, setUp } from './setUp.js';

/** One worker for each task in the system, with a log of the looks. */
const oneEach = (isEager = true) => {
  const looks: Load[] = [];
  const scaling: ScalingPolicy = (loads) => {
    if (isEager) wantEagerLooks(loads);
    return loads.pipe(
      map((load) => {
        looks.push(load);
        return load.busy + load.queued;
      }),
    );
  };
  return { looks, scaling, burstInterval: 100, maxWorkerCount: 10 };
};

describe('engine: eager looks', () => {
  it('looks at the load at once when a task finds no idle worker', () => {
    const { looks, ...config } = oneEach();
    const { manager, task } = setUp(config);
    manager.submit(task(50)).subscribe();
    expect(looks).toHaveLength(0);
    manager.submit(task(50)).subscribe();
    expect(looks.map(({ time, queued, busy }) => [time, queued, busy])).toEqual([[0, 1, 1]]);
    expect(manager.stats()).toMatchObject({ activeWorkers: 2, busyWorkers: 2 });
  });

  it('looks eagerly for a policy among others, and not in a pause', () => {
    const { looks, scaling, ...config } = oneEach();
    const { manager } = setUp({ ...config, scaling: highest(scaling, scaling) });
    manager.pause();
    manager.submit(() => NEVER).subscribe();
    expect(looks).toHaveLength(0);
    manager.resume();
    manager.submit(() => NEVER).subscribe();
    expect(looks).toHaveLength(2);
  });

  it('looks at most every 10 ms, and once more after tasks that came in between', () => {
    const { looks, ...config } = oneEach();
    const { manager, time } = setUp(config);
    for (const at of [0, 1, 9, 10, 15, 25]) {
      time.advanceTo(at);
      for (let i = 0; i < 2; i++) manager.submit(() => NEVER).subscribe();
    }
    time.advanceTo(90);
    expect(looks.map(({ time }) => time)).toEqual([0, 10, 20, 30]);
    expect(manager.stats()).toMatchObject({ queuedTasks: 2, busyWorkers: 10 });
  });

  it('only adds workers', () => {
    const { manager, time, task, events } = setUp({
      burstInterval: 100,
      maxWorkerCount: 10,
      scaling: (loads) => {
        wantEagerLooks(loads);
        return loads.pipe(map(({ time }) => (time === 0 ? 3 : 2)));
      },
    });
    for (let i = 0; i < 9; i++) manager.submit(task(90)).subscribe();
    time.advanceTo(20);
    for (let i = 0; i < 9; i++) manager.submit(task(90)).subscribe();
    expect(eventsOf(events, 'scaled').map(({ to }) => to)).toEqual([3]);
    time.advanceTo(100);
    expect(eventsOf(events, 'scaled').map(({ to }) => to)).toEqual([3, 2]);
  });

  it('has no eager look for a policy that does not ask, nor while workers are idle', () => {
    const lazy = oneEach(false);
    const { manager } = setUp(lazy);
    for (let i = 0; i < 3; i++) manager.submit(() => NEVER).subscribe();
    expect(lazy.looks).toHaveLength(0);
    const { looks, ...config } = oneEach();
    const idle = setUp({ ...config, workerCount: 5 });
    for (let i = 0; i < 5; i++) idle.manager.submit(() => NEVER).subscribe();
    expect(looks).toHaveLength(0);
  });

  it('decides about the load after the callback that has queued', () => {
    const { looks, ...config } = oneEach();
    const { manager } = setUp(config);
    let inside: number | undefined;
    manager
      .submit(() => {
        for (let i = 0; i < 3; i++) manager.submit(() => NEVER).subscribe();
        inside = looks.length;
        return NEVER;
      })
      .subscribe();
    expect([inside, looks.length]).toEqual([0, 1]);
    expect(looks[0]).toMatchObject({ queued: 1, busy: 1 }); // the first of them has asked for it
  });
});

describe('engine: scaling to zero', () => {
  const zero = { workerCount: 0, maxWorkerCount: 2, burstInterval: 100 };

  it('is ready at once, without a worker and without a timer', async () => {
    const { manager, time } = setUp(zero);
    await manager.ready;
    expect(manager.stats()).toMatchObject({ activeWorkers: 0, baseWorkers: 0 });
    expect(time.timers).toBe(0);
  });

  it('starts a worker for the first task, and none again once that has ended', () => {
    const { manager, time, task, events, released } = setUp({ ...zero, rateWindow: 1000 });
    manager.submit(task(10)).subscribe();
    expect(manager.stats()).toMatchObject({ activeWorkers: 1, busyWorkers: 1 });
    expect(eventsOf(events, 'scaled')).toMatchObject([{ from: 0, to: 1, load: { queued: 1 } }]);
    time.advanceTo(10_000);
    expect(manager.stats()).toMatchObject({ activeWorkers: 0 });
    expect(released).toHaveLength(1);
    expect(time.timers).toBe(0);
  });

  it.each([0, 0.2, -3])('keeps a worker for what waits, though the policy says %d', (target) => {
    const { manager, time, task } = setUp({ ...zero, scaling: map(() => target) });
    for (let i = 0; i < 3; i++) manager.submit(task(250)).subscribe();
    time.advanceTo(740);
    expect(manager.stats()).toMatchObject({ activeWorkers: 1, queuedTasks: 0, busyWorkers: 1 });
    time.advanceTo(2000);
    expect(manager.stats()).toMatchObject({ activeWorkers: target > 0 ? 1 : 0, runningTasks: 0 });
  });

  it('runs what was queued in a pause, however long that was', () => {
    const { manager, time, task } = setUp({ ...zero, rateWindow: 1000 });
    manager.pause();
    const done: number[] = [];
    manager.submit(task(10)).subscribe({ complete: () => done.push(time.now()) });
    time.advanceTo(60_000);
    expect(manager.stats()).toMatchObject({ activeWorkers: 0, queuedTasks: 1 });
    manager.resume();
    time.advanceTo(61_000);
    expect(done).toEqual([60_010]);
  });

  it('stops and is killed like any other manager', async () => {
    for (const end of ['stop', 'kill'] as const) {
      const { manager } = setUp(zero);
      await manager[end]();
      expect(manager.stats().state).toBe(end === 'stop' ? 'stopped' : 'killed');
    }
  });
});
