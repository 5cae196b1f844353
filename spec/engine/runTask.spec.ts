import { NEVER, Subject, timer } from 'rxjs';
import { ResourceCreationError, TaskCancelledError } from '../../src/events/errors.js';
import { Deferred } from '../support/Deferred.js';
import { Broken, eventsOf, raise, setUp, taskEvents } from './setUp.js';

describe('engine: runTask', () => {
  it('runs at once past the lanes, on a resource kept for runTask', async () => {
    const { manager, released } = setUp({ resourcePoolSize: 1 });
    manager.submit(() => NEVER).subscribe();
    manager.submit(() => NEVER, { priority: 9 }).subscribe();
    const outcome = manager.runTask((resource) => `used ${resource}`);
    expect(manager.stats()).toMatchObject({ availableResources: 1, runningTasks: 1 });
    await expect(outcome).resolves.toBe('used 2');
    expect(released).toEqual([]);
  });

  it('runs while the manager is paused', async () => {
    const { manager } = setUp({ resourcePoolSize: 1 });
    manager.pause();
    await expect(manager.runTask(() => 'ok')).resolves.toBe('ok');
  });

  it('makes and releases a temporary resource when all are in use', async () => {
    const { manager, events, released } = setUp({ resourcePoolSize: 1 });
    const result = new Deferred<number>();
    const first = manager.runTask(() => result);
    expect(manager.stats()).toMatchObject({ availableResources: 0, runningTasks: 1 });
    await expect(manager.runTask((resource) => resource)).resolves.toBe(3);
    expect(released).toEqual([3]);
    result.resolve(1);
    await first;
    expect(manager.stats()).toMatchObject({ availableResources: 1, runningTasks: 0 });
    expect(released).toEqual([3]);
    const counts = eventsOf(events, 'resources').map(({ ready, available }) => [ready, available]);
    expect(counts).toEqual([
      [1, 0],
      [1, 1],
    ]);
  });

  it('counts as running from its arrival, and while its resource is made', async () => {
    const resource = new Subject<number>();
    let created = 0;
    const { manager, events } = setUp({ onCreate: () => (created++ === 0 ? 1 : resource) });
    const outcome = manager.runTask((each) => each);
    expect(manager.stats()).toMatchObject({ runningTasks: 1, busyWorkers: 0, queuedTasks: 0 });
    expect(taskEvents(events)).toEqual(['arrived 1']);
    resource.next(7);
    await expect(outcome).resolves.toBe(7);
    expect(taskEvents(events)).toEqual(['arrived 1', 'started 1', 'completed 1']);
    for (const event of events) if ('attempt' in event) expect(event.direct).toBe(true);
  });

  it('delays no stop once its resource could not be made', async () => {
    const resource = new Subject<number>();
    let created = 0;
    const { manager } = setUp({ onCreate: () => (created++ === 0 ? 1 : resource) });
    const outcome = manager.runTask((each) => each);
    const stopped = manager.stop();
    resource.error('why');
    await expect(outcome).rejects.toThrow(ResourceCreationError);
    await stopped;
    expect(manager.stats().state).toBe('stopped');
  });

  it('does not count as load, since workers do not run direct tasks', () => {
    const { manager, time } = setUp({ burstInterval: 10, resourcePoolSize: 1 });
    for (let i = 0; i < 10; i++) void manager.runTask(() => NEVER);
    expect(time.timers).toBe(0);
    expect(manager.stats()).toMatchObject({ activeWorkers: 1, busyWorkers: 0, runningTasks: 10 });
  });

  it('fails when its resource cannot be made, without a retry', async () => {
    let created = 0;
    const { manager, events, time } = setUp({
      onCreate: () => (created++ === 0 ? 1 : raise('why')),
    });
    await expect(manager.runTask(() => 1)).rejects.toEqual(new ResourceCreationError('why'));
    expect(created).toBe(2);
    expect(taskEvents(events)).toEqual(['arrived 1', 'failed 1']);
    expect(eventsOf(events, 'failed')).toEqual([expect.objectContaining({ abandoned: false })]);
    expect(eventsOf(events, 'resourceFailed')).toHaveLength(1);
    expect(time.timers).toBe(0);
  });

  it.each([undefined, 5])('is never retried (maxRetries: %s)', async (maxRetries) => {
    const { manager } = setUp({ resourcePoolSize: 1 });
    const error = new Broken();
    let attempts = 0;
    const outcome = manager.runTask(
      () => {
        attempts++;
        return raise(error);
      },
      { maxRetries },
    );
    await expect(outcome).rejects.toBe(error);
    expect(attempts).toBe(1);
  });

  it('tells when and how the number of its resources changes', async () => {
    const { manager, events, time } = setUp({ resourcePoolSize: 1 });
    time.advanceTo(7);
    await expect(manager.runTask(() => raise(new Broken()))).rejects.toBeInstanceOf(Broken);
    const all = { type: 'resources', time: 7 };
    expect(eventsOf(events, 'resources')).toEqual([
      { ...all, ready: 1, available: 0 },
      { ...all, ready: 0, available: 0 },
      { ...all, ready: 1, available: 1 },
    ]);
  });

  it('replaces an unhealthy resource of the pool, and keeps a healthy one', async () => {
    const { manager, released } = setUp({ resourcePoolSize: 1 });
    await expect(manager.runTask(() => raise('healthy'))).rejects.toBe('healthy');
    expect(released).toEqual([]);
    await expect(manager.runTask(() => raise(new Broken()))).rejects.toBeInstanceOf(Broken);
    expect(released).toEqual([2]);
    expect(manager.stats().availableResources).toBe(1);
    await expect(manager.runTask((resource) => resource)).resolves.toBe(3);
  });

  it('releases an unhealthy temporary resource, without a replacement', async () => {
    const { manager, released } = setUp();
    await expect(manager.runTask(() => raise(new Broken()))).rejects.toBeInstanceOf(Broken);
    expect(released).toEqual([2]);
    expect(manager.stats().availableResources).toBe(0);
    await manager.stop();
    expect(released).toEqual([2, 1]);
  });

  it('takes the resource that came back last', async () => {
    const { manager } = setUp({ resourcePoolSize: 3 });
    const results = [new Deferred<number>(), new Deferred<number>()];
    const used: number[] = [];
    for (const result of results)
      void manager.runTask((resource) => {
        used.push(resource);
        return result;
      });
    for (const result of results) result.resolve(1);
    await manager.runTask((resource) => used.push(resource));
    expect(used[2]).toBe(used[1]);
  });

  it('gives up its resource in creation at a cancel', async () => {
    const controller = new AbortController();
    const resource = new Subject<number>();
    let created = 0;
    const { manager, released, time } = setUp({
      onCreate: () => (created++ === 0 ? 1 : resource),
    });
    const outcome = manager.runTask(() => 1, { signal: controller.signal });
    controller.abort();
    await expect(outcome).rejects.toBeInstanceOf(TaskCancelledError);
    expect(manager.stats().runningTasks).toBe(0);
    resource.next(7);
    expect(released).toEqual([7]);
    expect(time.timers).toBe(0);
  });

  it('keeps a temporary resource until a cancelled Promise settles', async () => {
    const controller = new AbortController();
    const result = new Deferred();
    const { manager, released, events } = setUp();
    const outcome = manager.runTask(() => result, { signal: controller.signal });
    controller.abort();
    await expect(outcome).rejects.toBeInstanceOf(TaskCancelledError);
    expect(released).toEqual([]);
    result.resolve(1);
    expect(released).toEqual([2]);
    expect(eventsOf(events, 'workerFreed')).toEqual([expect.objectContaining({ direct: true })]);
  });

  it('counts in the metrics', async () => {
    const { manager, time } = setUp({ resourcePoolSize: 1 });
    const outcome = manager.runTask(() => timer(10, time));
    time.advanceTo(10);
    await outcome;
    await manager.runTask(() => raise('why')).catch(() => undefined);
    expect(manager.metrics()).toMatchObject({
      totalTasksArrived: 2,
      totalTasksCompleted: 1,
      totalTasksFailed: 1,
      averageExecutionTime: 10,
    });
  });

  it('makes a resource again after a failed creation', () => {
    let broken = true;
    const { manager, time } = setUp({
      resourcePoolSize: 2,
      onCreate: () => (broken ? raise('why') : 1),
    });
    time.advanceTo(99);
    expect(manager.stats()).toMatchObject({ availableResources: 0, activeWorkers: 0 });
    broken = false;
    time.advanceTo(100);
    expect(manager.stats()).toMatchObject({ availableResources: 2, activeWorkers: 1 });
    expect(time.timers).toBe(0);
  });
});
