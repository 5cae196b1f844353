import { NEVER, of, Subject, timer } from 'rxjs';
import { ResourceReleaseTimeoutError, TaskManagerStoppedError } from '../../src/events/errors.js';
import { fixed } from '../../src/index.js';
import { Deferred } from '../support/Deferred.js';
import { into } from '../support/into.js';
import { Broken, eventsOf, raise, setUp, taskEvents } from './setUp.js';

describe('engine: stop', () => {
  it('refuses new tasks of all kinds', async () => {
    const { manager, events } = setUp();
    manager.submit(() => NEVER).subscribe();
    void manager.stop();
    const log: unknown[] = [];
    manager.submit(() => 1).subscribe(into(log));
    manager.queueTaskWithCallback(
      () => 1,
      (error) => log.push(error),
    );
    manager.queueTaskAsync(() => 1).subscribe(into(log));
    expect(log).toHaveLength(3);
    for (const error of log) expect(error).toBeInstanceOf(TaskManagerStoppedError);
    await expect(manager.runTask(() => 1)).rejects.toBeInstanceOf(TaskManagerStoppedError);
    await expect(manager.queueTask(() => 1)).rejects.toBeInstanceOf(TaskManagerStoppedError);
    expect(taskEvents(events)).toEqual(['arrived 1', 'started 1']);
  });

  it('gives running, queued and retried tasks a signal that is not aborted', () => {
    const { manager, time, events } = setUp({ maxRetries: 1 });
    const aborted: string[] = [];
    const log: unknown[] = [];
    for (const name of ['running', 'queued']) {
      manager
        .submit((_, { signal, attempt }) => {
          signal.addEventListener('abort', () => aborted.push(name));
          if (signal.aborted) aborted.push(name);
          return timer(10, time).pipe(() =>
            attempt === 0 ? timer(10, time).pipe(() => raise(new Broken())) : of(name),
          );
        })
        .subscribe(into(log));
    }
    void manager.stop();
    time.advanceTo(100);
    expect(aborted).toEqual([]);
    expect(log).toEqual(['running', '|', 'queued', '|']);
    expect(eventsOf(events, 'retried')).toHaveLength(2);
    expect(manager.stats().state).toBe('stopped');
  });

  it('retries on a replaced worker while stopping', () => {
    const { manager, released } = setUp();
    const source = new Subject<never>();
    const log: unknown[] = [];
    manager
      .submit((resource, { attempt }) => (attempt === 0 ? source : resource))
      .subscribe(into(log));
    void manager.stop();
    source.error(new Broken());
    expect(log).toEqual([2, '|']);
    expect(released).toEqual([1, 2]);
  });

  it('runs waiting tasks even when paused before', () => {
    const { manager } = setUp();
    const log: unknown[] = [];
    manager.pause();
    manager.submit(() => 1).subscribe(into(log));
    void manager.stop();
    expect(log).toEqual([1, '|']);
    expect(manager.stats().state).toBe('stopped');
  });

  it('ignores pause and resume', () => {
    const { manager } = setUp();
    const result = new Deferred();
    const log: unknown[] = [];
    manager.submit(() => result).subscribe(into(log));
    manager.submit(() => 2).subscribe(into(log));
    void manager.stop();
    manager.pause();
    expect(manager.stats().state).toBe('stopping');
    manager.resume();
    result.resolve(1);
    expect(log).toEqual([1, '|', 2, '|']);
  });

  it('tells of the stop once, and does not take over from a kill', () => {
    const controller = new AbortController();
    const { manager, time, events } = setUp({
      signal: controller.signal,
      onDestroy: () => timer(10, time),
    });
    manager.submit(() => NEVER).subscribe({ error: () => undefined });
    controller.abort();
    void manager.stop();
    void manager.kill();
    void manager.stop();
    void manager.kill();
    time.advanceTo(10);
    expect(eventsOf(events, 'state').map(({ state }) => state)).toEqual(['stopping', 'killed']);

    const second = setUp({ onDestroy: () => timer(10, second.time) });
    void second.manager.kill();
    void second.manager.stop();
    second.time.advanceTo(10);
    expect(eventsOf(second.events, 'state').map(({ state }) => state)).toEqual(['killed']);
  });

  it('resolves after the last release, with the same end for all callers', async () => {
    const { manager, time } = setUp({
      workerCount: 2,
      resourcePoolSize: 1,
      onDestroy: (resource) => timer(resource * 10, time),
    });
    const log: string[] = [];
    const stops = [manager.stop(), manager.stop(), manager.kill()].map((end, i) =>
      end.then(() => log.push(`end ${i}`)),
    );
    time.advanceTo(29);
    await Promise.resolve();
    expect(log).toEqual([]);
    expect(manager.stats().state).toBe('killed');
    time.advanceTo(30);
    await Promise.all(stops);
    expect(log).toHaveLength(3);
    await manager.stop();
    await manager[Symbol.asyncDispose]();
    expect(time.timers).toBe(0);
  });

  it('waits for a task whose worker cannot be made yet', () => {
    let broken = true;
    const { manager, time } = setUp({ onCreate: () => (broken ? raise('no resource') : 1) });
    const log: unknown[] = [];
    manager.submit(() => 'done').subscribe(into(log));
    void manager.stop();
    time.advanceTo(1000);
    expect(log).toEqual([]);
    broken = false;
    time.advanceTo(1500);
    expect(log).toEqual(['done', '|']);
    expect(manager.stats().state).toBe('stopped');
    expect(time.timers).toBe(0);
  });

  it('waits for a direct task, even while its resource is made', async () => {
    const resource = new Subject<number>();
    const { manager, released } = setUp({ resourcePoolSize: 0 });
    const { manager: slow, released: releasedSlowly } = setUp({ onCreate: () => resource });
    const outcome = slow.runTask((each) => each);
    void slow.stop();
    expect(slow.stats()).toMatchObject({ state: 'stopping', runningTasks: 1 });
    resource.next(7);
    await expect(outcome).resolves.toBe(7);
    expect(slow.stats().state).toBe('stopped');
    expect(releasedSlowly).toContain(7);
    void manager.stop();
    expect(released).toEqual([1]);
  });

  describe('a timeout', () => {
    it('becomes a kill', () => {
      const { manager, time } = setUp();
      const log: unknown[] = [];
      manager.submit(() => NEVER).subscribe(into(log));
      void manager.stop({ timeout: 50 });
      time.advanceTo(49);
      expect(log).toEqual([]);
      time.advanceTo(50);
      expect(log).toEqual([expect.any(TaskManagerStoppedError)]);
      expect(manager.stats().state).toBe('killed');
      expect(time.timers).toBe(0);
    });

    it('leaves no timer when the stop is faster', () => {
      const { manager, time, task } = setUp();
      manager.submit(task(10)).subscribe();
      void manager.stop({ timeout: 50 });
      time.advanceTo(10);
      expect(manager.stats().state).toBe('stopped');
      expect(time.timers).toBe(0);
    });

    it('applies from a later call too', () => {
      const { manager, time } = setUp();
      manager.submit(() => NEVER).subscribe({ error: () => undefined });
      void manager.stop();
      void manager.stop({ timeout: 5 });
      time.advanceTo(5);
      expect(manager.stats().state).toBe('killed');
      expect(time.timers).toBe(0);
    });
  });

  describe('onDestroy', () => {
    it.each<[string, () => unknown]>([
      ['throws', () => raise('why')],
      ['gives an Observable that fails', () => new Subject().pipe(() => raise('why'))],
    ])('is reported and delays nothing when the call %s', (_, onDestroy) => {
      const { manager, events, time } = setUp({ workerCount: 2, onDestroy });
      void manager.stop();
      expect(eventsOf(events, 'resourceFailed')).toEqual([
        expect.objectContaining({ operation: 'release', error: 'why' }),
        expect.objectContaining({ operation: 'release', error: 'why' }),
      ]);
      expect(manager.stats().state).toBe('stopped');
      expect(time.timers).toBe(0);
    });

    it('is reported when the Promise rejects', async () => {
      const { manager, events, time } = setUp({
        onDestroy: () => Promise.reject(new Error('why')),
      });
      await manager.stop();
      expect(eventsOf(events, 'resourceFailed')).toEqual([
        expect.objectContaining({ operation: 'release', error: new Error('why') }),
      ]);
      expect(time.timers).toBe(0);
    });

    it('is awaited no longer than releaseTimeout', () => {
      const { manager, events, time } = setUp({ onDestroy: () => NEVER, releaseTimeout: 40 });
      void manager.stop();
      time.advanceTo(39);
      expect(manager.stats().state).toBe('stopping');
      time.advanceTo(40);
      expect(manager.stats().state).toBe('stopped');
      expect(eventsOf(events, 'resourceFailed')).toEqual([
        expect.objectContaining({
          operation: 'release',
          error: new ResourceReleaseTimeoutError(40),
        }),
      ]);
      expect(time.timers).toBe(0);
    });
  });

  describe('the config signal', () => {
    it('starts the stop', () => {
      const controller = new AbortController();
      const { manager, time, task } = setUp({ signal: controller.signal });
      const log: unknown[] = [];
      let aborted: boolean | undefined;
      manager.submit(task(10, 'done')).subscribe(into(log));
      manager
        .submit((_, { signal }) => {
          aborted = signal.aborted;
        })
        .subscribe(into(log));
      controller.abort();
      manager.submit(() => 1).subscribe(into(log));
      expect(log).toEqual([new TaskManagerStoppedError()]);
      time.advanceTo(10);
      expect(log.slice(1)).toEqual(['done', '|', undefined, '|']);
      expect(aborted).toBe(false);
      expect(manager.stats().state).toBe('stopped');
    });

    it('answers every caller when aborted from the start', async () => {
      let created = 0;
      const { manager } = setUp({ signal: AbortSignal.abort(), onCreate: () => ++created });
      const log: unknown[] = [];
      manager.submit(() => 1).subscribe(into(log));
      expect(log).toEqual([new TaskManagerStoppedError()]);
      await expect(manager.runTask(() => 1)).rejects.toBeInstanceOf(TaskManagerStoppedError);
      await expect(manager.ready).rejects.toBeInstanceOf(TaskManagerStoppedError);
      await manager.stop();
      await manager.kill();
      expect(manager.stats().state).toBe('stopped');
      expect(created).toBe(0);
    });

    it('stops the manager when onCreate aborts the signal', () => {
      const controller = new AbortController();
      const { manager, released } = setUp({
        signal: controller.signal,
        workerCount: 2,
        resourcePoolSize: 1,
        onCreate: () => {
          controller.abort();
          return 1;
        },
      });
      expect(manager.stats()).toMatchObject({ state: 'stopped', activeWorkers: 0 });
      expect(released).toEqual([1]);
    });
  });

  it('scales no more during the releases', () => {
    const targets = new Subject<number>();
    for (const scaling of [undefined, () => targets, fixed(2)]) {
      const { manager, time, events } = setUp({ burstInterval: 10, scaling });
      manager
        .submit(() => new Deferred())
        .subscribe()
        .unsubscribe();
      void manager.stop();
      expect(time.timers).toBe(1); // the grace of the Promise
      time.advanceTo(1000);
      targets.next(2);
      expect(eventsOf(events, 'scaled')).toEqual([]);
    }
  });

  it('does not scale after onCreate has stopped the manager', () => {
    const controller = new AbortController();
    const lines: unknown[] = [];
    const log = (line: string): number => lines.push(line);
    setUp({
      burstInterval: 10,
      scaling: fixed(2),
      signal: controller.signal,
      logger: { debug: log, info: log, warn: log, error: log },
      onCreate: () => {
        controller.abort();
        return NEVER;
      },
    });
    expect(lines).toEqual(['the manager is stopping']);
  });

  it('answers callers that submit from the callbacks of the stop', () => {
    const set = setUp({
      onDestroy: () => {
        submit();
      },
    });
    const { manager, events } = set;
    const log: unknown[] = [];
    const submit = (): void => {
      manager.submit(() => 1).subscribe(into(log));
    };
    const result = new Deferred();
    manager.submit(() => result).subscribe({ complete: submit });
    manager.events$.subscribe(({ type }) => {
      if (type === 'state' || type === 'workerStopped' || type === 'completed') submit();
    });
    void manager.stop();
    result.resolve(1);
    // in the states, the end of the task (event and callback), the stop of the worker, and onDestroy
    expect(log).toHaveLength(6);
    for (const error of log) expect(error).toBeInstanceOf(TaskManagerStoppedError);
    expect(eventsOf(events, 'arrived')).toHaveLength(1);
  });

  it('works from a task, which ends well', () => {
    const { manager, released } = setUp();
    const log: unknown[] = [];
    manager
      .submit(() => {
        void manager.stop();
        return 1;
      })
      .subscribe(into(log));
    expect(log).toEqual([1, '|']);
    expect(manager.stats().state).toBe('stopped');
    expect(released).toEqual([1]);
  });
});
