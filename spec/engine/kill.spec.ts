import { NEVER, Observable, Subject, timer } from 'rxjs';
import { TaskCancelledError, TaskManagerStoppedError } from '../../src/events/errors.js';
import type { LaneSchedule } from '../../src/lanes/LaneDiscipline.js';
import { Deferred } from '../support/Deferred.js';
import { into } from '../support/into.js';
import { unhandledErrors } from '../support/unhandledErrors.js';
import { Broken, eventsOf, raise, setUp, taskEvents } from './setUp.js';

describe('engine: kill', () => {
  it('aborts running tasks, rejects all tasks, and then releases', () => {
    const log: unknown[] = [];
    const { manager, events, time } = setUp({
      workerCount: 2,
      onDestroy: (resource) => {
        log.push(`release ${resource}`);
      },
    });
    const signals: AbortSignal[] = [];
    manager
      .submit((_, { signal }) => {
        signals.push(signal);
        return new Observable(() => () => log.push('torn down'));
      })
      .subscribe(into(log));
    manager
      .submit((_, { signal }) => {
        signals.push(signal);
        return new Deferred();
      })
      .subscribe(into(log));
    manager.submit(() => 1).subscribe(into(log));
    void manager.kill();
    const error: unknown = expect.any(TaskManagerStoppedError);
    expect(log).toEqual(['torn down', error, error, error, 'release 2', 'release 1']);
    expect(signals.map(({ reason }): unknown => reason)).toEqual([error, error]);
    expect(eventsOf(events, 'cancelled')).toHaveLength(3);
    expect(manager.stats()).toMatchObject({ state: 'killed', busyWorkers: 0, runningTasks: 0 });
    expect(time.timers).toBe(0);
  });

  it('tells each task, running or waiting, that the manager was killed', () => {
    const { manager } = setUp();
    const log: unknown[] = [];
    manager.submit(() => NEVER).subscribe(into(log));
    manager.submit(() => 1).subscribe(into(log));
    void manager.kill();
    const message = 'The task manager was killed before the task ended';
    expect(log).toEqual([
      new TaskManagerStoppedError(message),
      new TaskManagerStoppedError(message),
    ]);
  });

  it('ends the tasks in the order of their arrival', () => {
    const { manager, events } = setUp();
    manager.pause();
    for (const priority of [0, 1, 0]) {
      manager.submit(() => NEVER, { priority }).subscribe({ error: () => undefined });
    }
    manager.resume();
    expect(taskEvents(events).at(-1)).toBe('started 2');
    void manager.kill();
    expect(taskEvents(events).slice(-3)).toEqual(['cancelled 1', 'cancelled 2', 'cancelled 3']);
  });

  it('waits neither for Promises nor for their grace', async () => {
    const { manager, released } = setUp({ resourcePoolSize: 1 });
    manager.submit(() => new Deferred()).subscribe({ error: () => undefined });
    const direct = manager.runTask(() => new Deferred());
    await manager.kill();
    expect(released.toSorted()).toEqual([1, 2]);
    await expect(direct).rejects.toBeInstanceOf(TaskManagerStoppedError);
  });

  it('takes over from a stop', async () => {
    const { manager } = setUp();
    const log: unknown[] = [];
    manager.submit(() => NEVER).subscribe(into(log));
    const stop = manager.stop();
    expect(log).toEqual([]);
    await manager.kill();
    await stop;
    expect(log).toEqual([expect.any(TaskManagerStoppedError)]);
    expect(manager.stats().state).toBe('killed');
  });

  it('changes nothing after the stop', async () => {
    const { manager, events } = setUp();
    await manager.stop();
    const { length } = events;
    await manager.kill();
    expect(manager.stats().state).toBe('stopped');
    expect(events).toHaveLength(length);
  });

  it('waits for a pending onCreate, and releases its resource', () => {
    const resources = [new Subject<number>(), new Subject<number>(), new Subject<number>()];
    let next = 0;
    const { manager, released, time } = setUp({
      resourcePoolSize: 1,
      onCreate: () => resources[next++]!,
    });
    const log: unknown[] = [];
    manager.runTask(() => 1).catch((error: unknown) => log.push(error));
    let done = false;
    manager.events$.subscribe({ complete: () => (done = true) });
    void manager.kill();
    resources[0]?.next(1);
    resources[1]?.next(2);
    expect(done).toBe(false);
    resources[2]?.next(3);
    expect(done).toBe(true);
    expect(released).toEqual([1, 2, 3]);
    expect(time.timers).toBe(0);
  });

  it('does not wait longer than releaseTimeout for a pending onCreate', () => {
    const { manager, time } = setUp({ onCreate: () => NEVER, releaseTimeout: 20 });
    let done = false;
    manager.events$.subscribe({ complete: () => (done = true) });
    void manager.kill();
    time.advanceTo(19);
    expect(done).toBe(false);
    time.advanceTo(20);
    expect(done).toBe(true);
    expect(time.timers).toBe(0);
  });

  it('drops a task that waits for a retry', () => {
    let broken = false;
    const { manager, events, time } = setUp({ onCreate: () => (broken ? raise('why') : 1) });
    broken = true;
    const log: unknown[] = [];
    manager.submit(() => raise(new Broken())).subscribe(into(log));
    expect(time.timers).toBe(1);
    void manager.kill();
    expect(log).toEqual([expect.any(TaskManagerStoppedError)]);
    expect(taskEvents(events).at(-1)).toBe('cancelled 1');
    expect(time.timers).toBe(0);
  });

  it('resolves when the last release is done', () => {
    const { manager, time } = setUp({ onDestroy: () => timer(10, time) });
    let done = false;
    manager.events$.subscribe({ complete: () => (done = true) });
    void manager.kill();
    time.advanceTo(9);
    expect(done).toBe(false);
    time.advanceTo(10);
    expect(done).toBe(true);
  });

  it('ignores the later results of killed tasks', () => {
    const { manager, events } = setUp();
    const result = new Deferred();
    const log: unknown[] = [];
    manager.submit(() => result).subscribe(into(log));
    void manager.kill();
    const { length } = events;
    result.resolve(1);
    expect(log).toEqual([expect.any(TaskManagerStoppedError)]);
    expect(events).toHaveLength(length);
  });

  it('kills when a discipline throws, and reports the error', async () => {
    const log: unknown[] = [];
    let set: ReturnType<typeof setUp> | undefined;
    const errors = unhandledErrors(() => {
      const discipline = (): LaneSchedule => ({
        open: () => raise('why'),
        close: () => undefined,
        next: () => raise('why'),
      });
      set = setUp({ discipline });
      set.manager.submit(() => NEVER).subscribe(into(log));
      set.manager.submit(() => 1).subscribe(into(log));
      set.manager.submit(() => 2).subscribe(into(log));
    });
    expect(errors).toEqual(['why']);
    expect(log).toHaveLength(3);
    for (const error of log) expect(error).toBeInstanceOf(TaskManagerStoppedError);
    await set?.manager.stop();
    expect(set?.manager.stats().state).toBe('killed');
    expect(set?.released).toEqual([1]);
  });

  it('kills when a discipline throws at the cancel of a waiting task', () => {
    const log: unknown[] = [];
    const signal = new AbortController();
    let set: ReturnType<typeof setUp> | undefined;
    const errors = unhandledErrors(() => {
      const discipline = (): LaneSchedule => ({
        open: () => undefined,
        close: () => raise('why'),
        next: () => raise('never asked'),
      });
      set = setUp({ discipline });
      set.manager.submit(() => NEVER).subscribe(into(log));
      set.manager.submit(() => 1, { signal: signal.signal }).subscribe(into(log));
      signal.abort();
    });
    expect(errors).toEqual(['why']);
    expect(log).toEqual([expect.any(TaskCancelledError), expect.any(TaskManagerStoppedError)]);
    expect(taskEvents(set?.events ?? [])).toEqual([
      'arrived 1',
      'started 1',
      'arrived 2',
      'cancelled 2',
      'cancelled 1',
    ]);
    expect(set?.manager.stats().state).toBe('killed');
  });

  it('works from onDestroy', () => {
    const set = setUp({
      workerCount: 2,
      onDestroy: (resource) => {
        destroyed.push(resource);
        void set.manager.kill();
      },
    });
    const destroyed: number[] = [];
    const log: unknown[] = [];
    set.manager.submit(() => raise(new Broken()), { once: true }).subscribe(into(log));
    set.manager.submit(() => 1).subscribe(into(log));
    expect(log).toEqual([new Broken(), expect.any(TaskManagerStoppedError)]);
    expect(destroyed.toSorted()).toEqual([1, 2]);
    expect(set.manager.stats()).toMatchObject({ state: 'killed', activeWorkers: 0 });
  });
});
