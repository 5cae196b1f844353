import { into } from '../support/into.js';
import { Deferred } from '../support/Deferred.js';
import { Broken, eventsOf, raise, setUp } from './setUp.js';

describe('engine: pause', () => {
  it('starts nothing from the lanes, and still accepts tasks', () => {
    const { manager } = setUp({ workerCount: 2 });
    const log: unknown[] = [];
    manager.pause();
    manager.submit(() => 'normal').subscribe(into(log));
    manager.submit(() => 'priority', { priority: 1 }).subscribe(into(log));
    expect(log).toEqual([]);
    expect(manager.stats()).toMatchObject({ state: 'paused', queuedTasks: 1, priorityTasks: 1 });
    manager.resume();
    expect(log).toEqual(['priority', '|', 'normal', '|']);
    expect(manager.stats().state).toBe('running');
  });

  it('lets a running task continue, and starts nothing after its end', () => {
    const { manager } = setUp();
    const result = new Deferred();
    const log: unknown[] = [];
    manager.submit(() => result).subscribe(into(log));
    manager.submit(() => 2).subscribe(into(log));
    manager.pause();
    result.resolve(1);
    expect(log).toEqual([1, '|']);
    manager.resume();
    expect(log).toEqual([1, '|', 2, '|']);
  });

  it('holds retries and new workers too', () => {
    const { manager } = setUp();
    const result = new Deferred();
    const log: unknown[] = [];
    manager.submit((_, { attempt }) => (attempt === 0 ? result : 'retried')).subscribe(into(log));
    manager.pause();
    result.reject(new Broken());
    expect(manager.stats()).toMatchObject({ activeWorkers: 1, priorityTasks: 1 });
    expect(log).toEqual([]);
    manager.resume();
    expect(log).toEqual(['retried', '|']);
  });

  it('tells of each change once', () => {
    const { manager, events } = setUp();
    manager.resume();
    manager.pause();
    manager.pause();
    manager.resume();
    manager.resume();
    expect(eventsOf(events, 'state').map(({ state }) => state)).toEqual(['paused', 'running']);
  });

  it('needs no timer, and looks at the load again after the resume', () => {
    const { manager, time } = setUp({ burstInterval: 10 });
    manager.pause();
    for (let i = 0; i < 5; i++) manager.submit(() => new Deferred()).subscribe();
    expect(time.timers).toBe(0);
    time.advanceTo(100);
    expect(manager.stats().activeWorkers).toBe(1);
    manager.resume();
    time.advanceTo(110);
    expect(manager.stats()).toMatchObject({ activeWorkers: 2, runningTasks: 2 });
  });

  it('ends with a kill, which rejects the waiting tasks', () => {
    const { manager } = setUp();
    const log: unknown[] = [];
    manager.pause();
    manager.submit(() => raise('it ran')).subscribe(into(log));
    void manager.kill();
    expect(String(log[0])).toMatch('TaskManagerStoppedError');
    manager.resume();
    expect(manager.stats().state).toBe('killed');
  });
});
