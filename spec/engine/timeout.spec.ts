import { NEVER, Observable, Subject, timer } from 'rxjs';
import { MaxRetriesExceededError, TaskTimeoutError } from '../../src/events/errors.js';
import { Deferred } from '../support/Deferred.js';
import { into } from '../support/into.js';
import { eventsOf, setUp, taskEvents } from './setUp.js';

describe('engine: timeout and abortGrace', () => {
  it('ends a task that takes too long, aborts its signal and unsubscribes', () => {
    const { manager, time, released } = setUp();
    const log: unknown[] = [];
    let signal: AbortSignal | undefined;
    manager
      .submit(
        (_, context) => {
          ({ signal } = context);
          return new Observable(() => () => log.push('torn down'));
        },
        { timeout: 10 },
      )
      .subscribe(into(log));
    time.advanceTo(9);
    expect(log).toEqual([]);
    time.advanceTo(10);
    expect(log).toEqual(['torn down', new TaskTimeoutError(10)]);
    expect(signal?.reason).toBe(log[1]);
    expect(released).toEqual([]);
    expect(manager.stats()).toMatchObject({ busyWorkers: 0, activeWorkers: 1 });
    expect(time.timers).toBe(0);
  });

  it('counts from the start of the attempt', () => {
    const { manager, time, task } = setUp();
    const log: unknown[] = [];
    manager.submit(task(50)).subscribe();
    manager.submit(task(9, 'in time'), { timeout: 10 }).subscribe(into(log));
    time.advanceTo(59);
    expect(log).toEqual(['in time', '|']);
    expect(time.timers).toBe(0);
  });

  it('leaves no timer when the task completes, fails or is cancelled', () => {
    const { manager, time } = setUp();
    const options = { timeout: 1000 };
    manager.submit(() => 1, options).subscribe();
    manager
      .submit(() => {
        throw 'why';
      }, options)
      .subscribe({ error: () => undefined });
    manager
      .submit(() => NEVER, options)
      .subscribe()
      .unsubscribe();
    expect(time.timers).toBe(0);
  });

  it('takes Infinity, and a time beyond the longest timer, as none', () => {
    const { manager, time, task } = setUp();
    const log: unknown[] = [];
    for (const timeout of [Infinity, 2 ** 31])
      manager.submit(task(1, timeout), { timeout }).subscribe(into(log));
    time.advanceTo(10);
    expect(log).toEqual([Infinity, '|', 2 ** 31, '|']);
  });

  it('goes through checkHealth and the retries, with a timeout for each attempt', () => {
    const { manager, time, released, events } = setUp({
      checkHealth: (error) => !(error instanceof TaskTimeoutError),
      maxRetries: 1,
    });
    const log: unknown[] = [];
    const starts: number[] = [];
    manager
      .submit(
        () => {
          starts.push(time.now());
          return NEVER;
        },
        { timeout: 10 },
      )
      .subscribe(into(log));
    time.advanceTo(100);
    expect(starts).toEqual([0, 10]);
    expect(log).toEqual([new MaxRetriesExceededError(1, new TaskTimeoutError(10))]);
    expect(released).toEqual([1, 2]);
    expect(taskEvents(events)).toEqual([
      'arrived 1',
      'started 1',
      'retried 1',
      'started 1',
      'failed 1',
    ]);
    expect(time.timers).toBe(0);
  });

  it('ignores a result that an attempt gives after its timeout', () => {
    const { manager, time, events } = setUp({ checkHealth: () => false });
    const first = new Deferred();
    const second = new Subject<never>();
    const log: unknown[] = [];
    manager
      .submit((_, { attempt }) => (attempt === 0 ? first : second), { timeout: 10 })
      .subscribe(into(log));
    time.advanceTo(10);
    first.resolve('late');
    second.complete();
    expect(log).toEqual(['|']);
    expect(eventsOf(events, 'completed')).toEqual([
      expect.objectContaining({ attempt: 1, result: undefined }),
    ]);
  });

  it('releases the worker of a Promise at once when the timeout is unhealthy', () => {
    const { manager, time, released } = setUp({ checkHealth: () => false });
    const result = new Deferred();
    const log: unknown[] = [];
    manager.submit(() => result, { timeout: 10, once: true }).subscribe(into(log));
    time.advanceTo(10);
    expect(released).toEqual([1]);
    expect(manager.stats()).toMatchObject({ activeWorkers: 1, busyWorkers: 0 });
    result.resolve('late');
    expect(log).toEqual([new TaskTimeoutError(10)]);
    expect(time.timers).toBe(0);
  });

  describe('a Promise that goes on', () => {
    const abandon = (how: 'timeout' | 'cancel', abortGrace?: number) => {
      const set = setUp({ abortGrace });
      const result = new Deferred();
      const subscription = set.manager
        .submit(() => result, { timeout: how === 'timeout' ? 10 : Infinity })
        .subscribe({ error: () => undefined });
      set.time.advanceTo(10);
      if (how === 'cancel') subscription.unsubscribe();
      const next: unknown[] = [];
      set.manager.submit((resource) => resource).subscribe(into(next));
      return { ...set, result, next };
    };

    it.each(['timeout', 'cancel'] as const)(
      'keeps its worker until the Promise settles (after a %s)',
      (how) => {
        const { manager, events, time, result, next, released } = abandon(how);
        expect(manager.stats()).toMatchObject({ runningTasks: 0, busyWorkers: 1, queuedTasks: 1 });
        time.advanceTo(5009);
        expect(next).toEqual([]);
        result.resolve('late');
        expect(next).toEqual([1, '|']);
        expect(released).toEqual([]);
        expect(events.find((event) => 'abandoned' in event)).toMatchObject({ abandoned: true });
        expect(eventsOf(events, 'workerFreed')).toEqual([
          expect.objectContaining({ worker: 1, direct: false }),
        ]);
        expect(time.timers).toBe(0);
      },
    );

    it.each(['timeout', 'cancel'] as const)(
      'loses its worker, which is replaced, after abortGrace (after a %s)',
      (how) => {
        const { manager, events, time, result, next, released } = abandon(how);
        time.advanceTo(5010);
        expect(released).toEqual([1]);
        expect(next).toEqual([2, '|']);
        expect(eventsOf(events, 'workerStopped')).toEqual([
          expect.objectContaining({ worker: 1, reason: 'unhealthy' }),
        ]);
        result.reject('late');
        expect(eventsOf(events, 'workerFreed')).toHaveLength(1);
        expect(manager.stats()).toMatchObject({ busyWorkers: 0, activeWorkers: 1 });
        expect(time.timers).toBe(0);
      },
    );

    it('has as much grace as the config says', () => {
      const { time, next } = abandon('timeout', 20);
      time.advanceTo(29);
      expect(next).toEqual([]);
      time.advanceTo(30);
      expect(next).toEqual([2, '|']);
    });

    it('delays the releases of a stop, and no longer than abortGrace', () => {
      const { manager, time, released } = abandon('timeout', 20);
      void manager.stop();
      expect(manager.stats().state).toBe('stopping');
      expect(released).toEqual([]);
      time.advanceTo(30);
      expect(manager.stats().state).toBe('stopped');
      expect(released).toEqual([1, 2]);
      expect(time.timers).toBe(0);
    });

    it.each(['submit', 'runTask'] as const)(
      'delays the releases even when nothing more is left to do (%s)',
      (method) => {
        const { manager, time, released } = setUp({ resourcePoolSize: 1 });
        const result = new Deferred();
        const options = { timeout: 10 };
        if (method === 'submit') manager.submit(() => result, options).subscribe(into([]));
        else manager.runTask(() => result, options).catch(() => undefined);
        time.advanceTo(10);
        void manager.stop();
        expect(manager.stats().state).toBe('stopping');
        expect(released).toEqual([method === 'submit' ? 2 : 1]);
        result.resolve('late');
        expect(manager.stats().state).toBe('stopped');
        expect(released.toSorted()).toEqual([1, 2]);
        expect(time.timers).toBe(0);
      },
    );

    it('does not delay a kill', () => {
      const { manager, time, released } = abandon('timeout');
      void manager.kill();
      expect(manager.stats()).toMatchObject({ state: 'killed', busyWorkers: 0 });
      expect(released).toEqual([1]);
      expect(time.timers).toBe(0);
    });

    it('never ends twice', () => {
      const { manager, time, result, events } = abandon('timeout');
      result.reject('late');
      time.advanceTo(10_000);
      expect(taskEvents(events).filter((event) => event.endsWith(' 1'))).toEqual([
        'arrived 1',
        'started 1',
        'failed 1',
      ]);
      expect(manager.stats().busyWorkers).toBe(0);
    });
  });

  it('applies to runTask too', async () => {
    const { manager, time } = setUp({ resourcePoolSize: 1 });
    const result = new Deferred();
    const outcome = manager.runTask(() => result, { timeout: 10 });
    time.advanceTo(10);
    await expect(outcome).rejects.toEqual(new TaskTimeoutError(10));
    expect(manager.stats()).toMatchObject({ availableResources: 0, runningTasks: 0 });
    result.resolve(1);
    expect(manager.stats()).toMatchObject({ availableResources: 1, busyWorkers: 0 });
    expect(time.timers).toBe(0);
  });

  it('lets a task end on the abort within the grace', () => {
    const { manager, time } = setUp();
    const log: unknown[] = [];
    manager
      .submit(
        (_, { signal }) => {
          const result = new Deferred();
          signal.addEventListener('abort', () => {
            timer(3, time).subscribe(() => result.resolve(1));
          });
          return result;
        },
        { timeout: 10 },
      )
      .subscribe(into(log));
    time.advanceTo(12);
    expect(manager.stats().busyWorkers).toBe(1);
    time.advanceTo(13);
    expect(manager.stats().busyWorkers).toBe(0);
    expect(log).toEqual([new TaskTimeoutError(10)]);
    expect(time.timers).toBe(0);
  });
});
