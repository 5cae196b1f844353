import { BehaviorSubject, map, NEVER } from 'rxjs';
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
    expect(looks[0]).toMatchObject({ queued: 3, busy: 1 });
  });

  it('does not look in a pause for a task that came before', () => {
    const { looks, ...config } = oneEach();
    const { manager, time } = setUp(config);
    for (let i = 0; i < 4; i++) manager.submit(() => NEVER).subscribe();
    manager.pause();
    time.advanceTo(50);
    expect(looks).toHaveLength(1);
    manager.resume();
    expect(looks.map(({ time }) => time)).toEqual([0, 50]);
  });

  it('keeps no timer, and does not look, once nothing waits or runs', () => {
    const { looks, ...config } = oneEach();
    const { manager, time, task } = setUp({ ...config, maxWorkerCount: 1 });
    for (let i = 0; i < 3; i++) manager.submit(task(2)).subscribe();
    time.advanceTo(6);
    expect(time.timers).toBe(0);
    time.advanceTo(50);
    expect(looks).toHaveLength(1);
  });

  it('looks at most every 10 ms for tasks that a look has led to', () => {
    const { looks, ...config } = oneEach();
    const { manager, time } = setUp(config);
    manager.events$.subscribe(({ type }) => {
      if (type === 'scaled') for (let i = 0; i < 2; i++) manager.submit(() => NEVER).subscribe();
    });
    for (let i = 0; i < 2; i++) manager.submit(() => NEVER).subscribe();
    time.advanceTo(35);
    expect(looks.map(({ time }) => time)).toEqual([0, 10, 20, 30]);
  });

  it('does not look for a task that only the limit of starts holds back', () => {
    const { looks, ...config } = oneEach();
    const { manager } = setUp({ ...config, workerCount: 4, concurrency: 2 });
    for (let i = 0; i < 5; i++) manager.submit(() => NEVER).subscribe();
    expect(looks).toHaveLength(0);
  });

  it('looks at once when a higher limit leaves tasks without a worker', () => {
    const { looks, ...config } = oneEach();
    const limits = new BehaviorSubject(1);
    const { manager } = setUp({ ...config, concurrency: limits });
    for (let i = 0; i < 5; i++) manager.submit(() => NEVER).subscribe();
    expect(looks).toHaveLength(0);
    limits.next(3);
    expect(looks).toMatchObject([{ queued: 4, busy: 1 }]);
    expect(manager.stats()).toMatchObject({ busyWorkers: 3 });
  });

  it('shows a look to both policies before anything that the first leads to', () => {
    const { looks, ...config } = oneEach();
    const { manager, time } = setUp({
      ...config,
      workerCount: 2,
      concurrency: map(({ time }) => (time < 200 ? 1 : 5)),
    });
    const queueMore = () => {
      for (let i = 0; i < 3; i++) manager.submit(() => NEVER).subscribe();
      return NEVER;
    };
    manager.submit(() => NEVER).subscribe();
    time.advanceTo(150);
    manager.submit(queueMore).subscribe();
    time.advanceTo(200);
    expect(looks.map(({ queued, busy }) => queued + busy)).toEqual([1, 2, 5]);
  });
});
