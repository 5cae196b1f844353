import { BehaviorSubject, map, NEVER, Subject, timer } from 'rxjs';
import { justInTimeStaffing, type ScalingPolicy, type TaskFunction } from '../../src/index.js';
import { into } from '../support/into.js';
import { Broken, eventsOf, raise, setUp } from './setUp.js';

const silent: ScalingPolicy = () => NEVER;

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

  it('starts a worker at once when a callback ends the pause', () => {
    const { manager, events } = setUp({ ...zero, resourcePoolSize: 1, scaling: silent });
    manager.pause();
    manager.submit(() => NEVER).subscribe();
    void manager.runTask(() => manager.resume());
    expect(eventsOf(events, 'scaled')).toMatchObject([{ from: 0, to: 1 }]);
  });

  it('starts no worker while the limit of starts is 0, and one when that rises', () => {
    const limits = new BehaviorSubject(0);
    const { manager, events, time } = setUp({ ...zero, scaling: silent, concurrency: limits });
    manager.submit(() => NEVER).subscribe();
    time.advanceTo(1000);
    expect(eventsOf(events, 'scaled')).toEqual([]);
    limits.next(1);
    expect(manager.stats()).toMatchObject({ activeWorkers: 1, busyWorkers: 1 });
  });

  it.each(['cancel', 'kill'])('starts no worker for a task that ends by a %s at once', (end) => {
    const { manager, events } = setUp({ ...zero, resourcePoolSize: 1 });
    void manager
      .runTask(() => {
        const waiting = manager.submit(() => NEVER).subscribe({ error: () => undefined });
        if (end === 'cancel') waiting.unsubscribe();
        else void manager.kill();
      })
      .catch(() => undefined);
    expect(eventsOf(events, 'cancelled').length).toBeGreaterThan(0);
    expect(eventsOf(events, 'scaled')).toEqual([]);
  });

  it('starts a worker for a task that is to be retried when no worker is wanted', () => {
    const targets = new Subject<number>();
    const errors: unknown[] = [];
    const { manager, time, events } = setUp({
      ...zero,
      scaling: () => targets,
      concurrency: map((load) => errors.push(load.errors) && 1),
    });
    const log: unknown[] = [];
    const task: TaskFunction<number, string> = (_, { attempt }) =>
      attempt === 0
        ? timer(10, time).pipe(map(() => raise(new Broken())))
        : timer(150, time).pipe(map(() => 'done'));
    manager.submit(task).subscribe(into(log));
    targets.next(0);
    time.advanceTo(1000);
    expect(eventsOf(events, 'scaled').map(({ to }) => to)).toEqual([1, 0, 1, 0]);
    expect(log).toEqual(['done', '|']);
    expect(errors[0]).toEqual([expect.any(Broken)]); // and the policies are told of its error
  });

  it('gives up the last spare worker of a wait below the startup time', () => {
    const { manager, time, task } = setUp({
      ...zero,
      onCreate: () => timer(20, time).pipe(map(() => 1)),
      scaling: justInTimeStaffing({ wait: 1 }),
    });
    manager.submit(task(10)).subscribe();
    time.advanceTo(10_000);
    expect(manager.stats()).toMatchObject({ activeWorkers: 1 });
    time.advanceTo(60_000);
    expect(manager.stats()).toMatchObject({ activeWorkers: 0 });
    expect(time.timers).toBe(0);
  });
});
