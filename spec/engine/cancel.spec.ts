import { NEVER, Observable, range, Subject, take, timer } from 'rxjs';
import { TaskCancelledError } from '../../src/events/errors.js';
import type { TaskFunction } from '../../src/tasks/task.js';
import { Deferred } from '../support/Deferred.js';
import { into } from '../support/into.js';
import { Broken, eventsOf, raise, setUp, taskEvents } from './setUp.js';

describe('engine: cancel', () => {
  it('starts no waiting task of an aborted signal', () => {
    const { manager } = setUp();
    const controller = new AbortController();
    const { signal } = controller;
    const log: unknown[] = [];
    manager.submit(() => NEVER, { signal }).subscribe({ error: () => log.push('running') });
    const starts = (): number => log.push('starts');
    manager.submit(starts, { signal }).subscribe({ error: () => log.push('waiting') });
    controller.abort();
    expect(log).toEqual(['waiting', 'running']);
  });

  describe('by unsubscribing', () => {
    it('takes a waiting task out of the queue', () => {
      const { manager, time, task, events } = setUp();
      const log: unknown[] = [];
      manager.submit(task(10)).subscribe();
      const waiting = manager.submit(() => log.push('runs')).subscribe(into(log));
      manager.submit(() => 'next').subscribe(into(log));
      waiting.unsubscribe();
      expect(manager.stats().queuedTasks).toBe(1);
      time.advanceTo(10);
      expect(log).toEqual(['next', '|']);
      expect(eventsOf(events, 'cancelled')).toEqual([
        expect.objectContaining({ id: 2, running: false, abandoned: false }),
      ]);
    });

    it('unsubscribes from a running Observable, and frees the worker at once', () => {
      const { manager, events } = setUp();
      const source = new Subject();
      const log: unknown[] = [];
      const running = manager.submit(() => source).subscribe(into(log));
      manager.submit(() => 'next').subscribe(into(log));
      source.next(1);
      running.unsubscribe();
      expect(source.observed).toBe(false);
      expect(log).toEqual([1, 'next', '|']);
      expect(eventsOf(events, 'cancelled')).toEqual([
        expect.objectContaining({
          id: 1,
          running: true,
          abandoned: false,
          error: new TaskCancelledError(),
        }),
      ]);
    });

    it('aborts the signal of a running Promise, which keeps its worker to the end', () => {
      const { manager, time } = setUp();
      const result = new Deferred();
      const log: unknown[] = [];
      let signal: AbortSignal | undefined;
      const running = manager
        .submit((_, context) => {
          ({ signal } = context);
          return result;
        })
        .subscribe(into(log));
      manager.submit(() => 'next').subscribe(into(log));
      running.unsubscribe();
      expect(signal).toMatchObject({ aborted: true, reason: new TaskCancelledError() });
      expect(log).toEqual([]);
      expect(manager.stats()).toMatchObject({ runningTasks: 0, busyWorkers: 1 });
      result.reject('late');
      expect(log).toEqual(['next', '|']);
      expect(time.timers).toBe(0);
    });

    it('does nothing after the end', () => {
      const { manager, events } = setUp();
      const subscription = manager.submit(() => 1).subscribe();
      subscription.unsubscribe();
      expect(taskEvents(events)).toEqual(['arrived 1', 'started 1', 'completed 1']);
    });

    it.each<[string, TaskFunction<number, number>, string]>([
      ['a synchronous Observable', () => range(1, 3), 'cancelled 1'],
      ['a value', () => 1, 'completed 1'],
    ])('works in the first value of %s', (_, task, end) => {
      const { manager, events } = setUp();
      const log: unknown[] = [];
      manager.submit(task).pipe(take(1)).subscribe(into(log));
      expect(log).toEqual([1, '|']);
      expect(taskEvents(events)).toEqual(['arrived 1', 'started 1', end]);
      expect(manager.stats()).toMatchObject({ busyWorkers: 0, activeWorkers: 1 });
    });

    it('works in the first value of an Observable that takes time', () => {
      const { manager, time, events } = setUp();
      manager
        .submit(() => timer(1, 1, time))
        .pipe(take(1))
        .subscribe();
      time.advanceTo(100);
      expect(taskEvents(events)).toEqual(['arrived 1', 'started 1', 'cancelled 1']);
      expect(time.timers).toBe(0);
    });

    it('takes a task that waits for a retry out of the queue', () => {
      let broken = false;
      const { manager, events, time } = setUp({
        onCreate: () => (broken ? NEVER : 1),
      });
      broken = true;
      const subscription = manager.submit(() => raise(new Broken())).subscribe();
      expect(manager.stats().priorityTasks).toBe(1);
      subscription.unsubscribe();
      expect(manager.stats().priorityTasks).toBe(0);
      expect(taskEvents(events).at(-1)).toBe('cancelled 1');
      expect(time.timers).toBe(0);
    });

    it('queues one task for each subscription, and cancels only that task', () => {
      const { manager, events } = setUp({ workerCount: 2 });
      const task$ = manager.submit(() => NEVER);
      task$.subscribe();
      task$.subscribe().unsubscribe();
      expect(taskEvents(events)).toEqual([
        'arrived 1',
        'started 1',
        'arrived 2',
        'started 2',
        'cancelled 2',
      ]);
    });

    it('keeps the order of waiting tasks, however many leave from the middle', () => {
      const { manager } = setUp();
      const order: number[] = [];
      manager.pause();
      const subscriptions = Array.from({ length: 100 }, (_, i) =>
        manager.submit(() => order.push(i), { priority: i % 2 }).subscribe(),
      );
      subscriptions.forEach((subscription, i) => i % 10 < 8 && subscription.unsubscribe());
      expect(manager.stats()).toMatchObject({ queuedTasks: 10, priorityTasks: 10 });
      manager.resume();
      const left = subscriptions.map((_, i) => i).filter((i) => i % 10 >= 8);
      expect(order).toEqual([
        ...left.filter((i) => i % 2 === 1),
        ...left.filter((i) => i % 2 === 0),
      ]);
    });
  });

  describe('by an AbortSignal', () => {
    it('does not start a task of an aborted signal', () => {
      const { manager, events } = setUp();
      const log: unknown[] = [];
      const signal = AbortSignal.abort('why');
      manager.submit(() => log.push('runs'), { signal }).subscribe(into(log));
      expect(log).toEqual([new TaskCancelledError('why')]);
      expect((log[0] as Error).cause).toBe('why');
      expect(taskEvents(events)).toEqual(['arrived 1', 'cancelled 1']);
      expect(manager.stats()).toMatchObject({ queuedTasks: 0, runningTasks: 0 });
    });

    it('takes a waiting task out of the queue', () => {
      const { manager } = setUp();
      const controller = new AbortController();
      const log: unknown[] = [];
      manager.submit(() => NEVER).subscribe();
      manager.submit(() => 1, { signal: controller.signal }).subscribe(into(log));
      controller.abort('why');
      expect(log).toEqual([new TaskCancelledError('why')]);
      expect(manager.stats()).toMatchObject({ queuedTasks: 0, runningTasks: 1 });
    });

    it('aborts a running task through its own signal', () => {
      const { manager } = setUp();
      const controller = new AbortController();
      const log: unknown[] = [];
      let own: AbortSignal | undefined;
      manager
        .submit(
          (_, { signal }) => {
            own = signal;
            return new Observable(() => () => log.push('torn down'));
          },
          { signal: controller.signal },
        )
        .subscribe(into(log));
      controller.abort('why');
      expect(log).toEqual(['torn down', new TaskCancelledError('why')]);
      expect(own?.reason).toBe(log[1]);
    });

    it('cancels all tasks of the signal, and no others', () => {
      const { manager } = setUp({ workerCount: 2 });
      const controller = new AbortController();
      const { signal } = controller;
      const log: unknown[] = [];
      for (let i = 0; i < 3; i++) manager.submit(() => NEVER, { signal }).subscribe(into(log));
      manager.submit(() => 'other').subscribe(into(log));
      controller.abort();
      expect(log.filter((each) => each instanceof TaskCancelledError)).toHaveLength(3);
      expect(log).toContain('other');
      expect(manager.stats()).toMatchObject({ queuedTasks: 0, runningTasks: 0 });
    });

    it('leaves no listener on a shared signal, however the tasks end', () => {
      const controller = new AbortController();
      const { signal } = controller;
      const added = jest.spyOn(signal, 'addEventListener');
      const removed = jest.spyOn(signal, 'removeEventListener');
      const { manager, time } = setUp({ workerCount: 2, maxRetries: 1 });
      const ends = { error: () => undefined };
      manager.submit(() => 1, { signal }).subscribe(ends);
      manager.submit(() => raise('why'), { signal }).subscribe(ends);
      manager.submit(() => raise(new Broken()), { signal }).subscribe(ends);
      manager.submit(() => NEVER, { signal, timeout: 5 }).subscribe(ends);
      manager
        .submit(() => new Deferred(), { signal })
        .subscribe()
        .unsubscribe();
      manager.runTask(() => 1, { signal }).catch(() => undefined);
      time.advanceTo(10);
      expect(added.mock.calls.length).toBeGreaterThan(0);
      expect(removed.mock.calls).toEqual(added.mock.calls);

      for (let i = 0; i < 5; i++) manager.submit(() => NEVER, { signal }).subscribe(ends);
      void manager.kill();
      expect(removed.mock.calls).toEqual(added.mock.calls);
    });

    it('adds one listener for all tasks of the signal', () => {
      const { signal } = new AbortController();
      const added = jest.spyOn(signal, 'addEventListener');
      const { manager } = setUp();
      for (let i = 0; i < 100; i++) manager.submit(() => NEVER, { signal }).subscribe();
      expect(added).toHaveBeenCalledTimes(1);
    });
  });
});
