import { NEVER, of, startWith, Subject, throwError, timer } from 'rxjs';
import { MaxRetriesExceededError, ResourceCreationError } from '../../src/events/errors.js';
import { usingResource } from '../../src/operators/usingResource.js';
import type { TaskOptions } from '../../src/tasks/task.js';
import { into } from '../support/into.js';
import { Broken, eventsOf, raise, setUp, taskEvents } from './setUp.js';

describe('engine: health and retries', () => {
  it('takes all errors as healthy by default', () => {
    const { manager, released } = setUp({ checkHealth: undefined });
    const log: unknown[] = [];
    manager.submit(() => raise(new Broken('as thrown'))).subscribe(into(log));
    expect(log).toEqual([new Broken('as thrown')]);
    expect(released).toEqual([]);
  });

  it('keeps the worker after a healthy error, and passes on the same error', () => {
    const { manager, events, released } = setUp();
    const error = { any: 'thing' };
    const log: unknown[] = [];
    manager.submit(() => throwError(() => error)).subscribe(into(log));
    expect(log[0]).toBe(error);
    expect(taskEvents(events)).toEqual(['arrived 1', 'started 1', 'failed 1']);
    expect(released).toEqual([]);
  });

  it('releases and replaces the worker after an unhealthy error, and retries', () => {
    const { manager, events, released } = setUp();
    const used: number[] = [];
    const log: unknown[] = [];
    manager
      .submit((resource, { attempt }) => {
        used.push(resource);
        return attempt < 2 ? raise(new Broken()) : 'ok';
      })
      .subscribe(into(log));
    expect(log).toEqual(['ok', '|']);
    expect(used).toEqual([1, 2, 3]);
    expect(released).toEqual([1, 2]);
    expect(taskEvents(events)).toEqual([
      'arrived 1',
      'started 1',
      'retried 1',
      'started 1',
      'retried 1',
      'started 1',
      'completed 1',
    ]);
    expect(eventsOf(events, 'workerStopped').map(({ reason }) => reason)).toEqual([
      'unhealthy',
      'unhealthy',
    ]);
  });

  it.each<[string, number | undefined, TaskOptions, number]>([
    ['3 times by default', undefined, {}, 3],
    ['as often as the config says', 1, {}, 1],
    ['as often as the task says', 1, { maxRetries: 2 }, 2],
  ])('retries %s, and then gives the last error as a cause', (_, maxRetries, options, retries) => {
    const { manager, released } = setUp({ maxRetries });
    const error = new Broken('last');
    const attempts: number[] = [];
    const log: unknown[] = [];
    manager
      .submit((_resource, { attempt }) => {
        attempts.push(attempt);
        return raise(attempt === retries ? error : new Broken('earlier'));
      }, options)
      .subscribe(into(log));
    expect(attempts).toHaveLength(retries + 1);
    expect(log).toEqual([new MaxRetriesExceededError(retries, error)]);
    expect((log[0] as Error).cause).toBe(error);
    expect(released).toHaveLength(retries + 1);
    expect(manager.stats()).toMatchObject({ activeWorkers: 1, busyWorkers: 0 });
  });

  it.each<[string, number | undefined, TaskOptions]>([
    ['the config has none', 0, {}],
    ['the task has none', undefined, { maxRetries: 0 }],
    ['the task is `once`', undefined, { once: true }],
    ['the task is `once`, whatever its `maxRetries`', undefined, { once: true, maxRetries: 5 }],
  ])('does not retry where %s, and passes on the same error', (_, maxRetries, options) => {
    const { manager, released } = setUp({ maxRetries });
    const error = new Broken();
    const log: unknown[] = [];
    manager.submit(() => raise(error), options).subscribe(into(log));
    expect(log[0]).toBe(error);
    expect(released).toEqual([1]);
    expect(manager.stats().activeWorkers).toBe(1);
  });

  it('keeps the pool alive beside a task that always fails', () => {
    const { manager, time, task } = setUp({ workerCount: 2 });
    const log: unknown[] = [];
    for (let i = 0; i < 20; i++) {
      manager
        .submit(() => timer(1, time).pipe(() => throwError(() => new Broken())))
        .subscribe({ error: () => undefined });
      manager.submit(task(1, i)).subscribe((value) => log.push(value));
    }
    time.advanceTo(1000);
    expect(log).toHaveLength(20);
    expect(manager.stats()).toMatchObject({ activeWorkers: 2, busyWorkers: 0, queuedTasks: 0 });
    expect(time.timers).toBe(0);
  });

  it('tells of the lost worker, of the failed release and of the new worker', () => {
    const { manager, events, time } = setUp({ onDestroy: () => raise('why') });
    time.advanceTo(7);
    manager.submit(() => raise(new Broken()), { once: true }).subscribe(into([]));
    expect(events.slice(3)).toEqual([
      {
        type: 'workerStopped',
        time: 7,
        worker: 1,
        reason: 'unhealthy',
        task: 1,
        error: new Broken(),
      },
      { type: 'resourceFailed', time: 7, operation: 'release', error: 'why' },
      { type: 'workerStarted', time: 7, worker: 2 },
    ]);
  });

  it('continues after the loss of all resources', async () => {
    const { manager, events, released } = setUp({ resourcePoolSize: 1 });
    const lose = (): never => raise(new Broken());
    manager.submit(lose, { once: true }).subscribe(into([]));
    await expect(manager.runTask(lose)).rejects.toBeInstanceOf(Broken);
    expect(released).toEqual([1, 2]);
    await expect(manager.queueTask((resource) => resource)).resolves.toBe(3);
    await expect(manager.runTask((resource) => resource)).resolves.toBe(4);
    expect(eventsOf(events, 'completed')).toHaveLength(2);
  });

  it('continues on another worker during the replacement of a lost one', () => {
    const creations = [of(1), of(2), NEVER];
    const { manager } = setUp({ workerCount: 2, onCreate: () => creations.shift()! });
    const used: number[] = [];
    manager
      .submit((resource, { attempt }) => {
        used.push(resource);
        return attempt === 0 ? raise(new Broken()) : 'ok';
      })
      .subscribe();
    expect(used).toEqual([2, 1]);
    expect(manager.stats().activeWorkers).toBe(1);
  });

  it('replaces a lost worker by one, even while others are starting', () => {
    const creations: Subject<number>[] = [];
    const { manager } = setUp({
      workerCount: 3,
      onCreate: () => {
        const creation = new Subject<number>();
        creations.push(creation);
        return creation;
      },
    });
    creations[0]!.next(1);
    manager.submit(() => raise(new Broken()), { once: true }).subscribe(into([]));
    expect(creations).toHaveLength(4);
    creations.slice(1).forEach((creation, i) => creation.next(i));
    expect(manager.stats()).toMatchObject({ activeWorkers: 3, busyWorkers: 0 });
  });

  it('lets the retried task wait for a late worker, and loses no task', () => {
    let created = 0;
    const { manager, time, task } = setUp({
      onCreate: () => (created++ === 0 ? 1 : timer(50, time)),
    });
    const log: unknown[] = [];
    manager
      .submit((_, { attempt }) => (attempt === 0 ? raise(new Broken()) : 'retried'))
      .subscribe(into(log));
    manager.submit(task(0, 'next')).subscribe(into(log));
    expect(manager.stats()).toMatchObject({ priorityTasks: 1, queuedTasks: 1, activeWorkers: 0 });
    time.advanceTo(49);
    expect(log).toEqual([]);
    time.advanceTo(51);
    expect(log).toEqual(['retried', '|', 'next', '|']);
  });

  it('replaces a lost worker even when the creation fails for a while', () => {
    let broken = false;
    const attempts: number[] = [];
    const { manager, time, events } = setUp({
      onCreate: () => {
        if (!broken) return 1;
        attempts.push(time.now());
        return raise(new Error('no resource'));
      },
    });
    const log: unknown[] = [];
    broken = true;
    manager
      .submit((_, { attempt }) => (attempt === 0 ? raise(new Broken()) : 'retried'))
      .subscribe(into(log));
    time.advanceTo(5000);
    expect(attempts).toEqual([0, 100, 300, 700, 1500, 3100]);
    expect(eventsOf(events, 'resourceFailed')).toHaveLength(6);
    expect(eventsOf(events, 'resourceFailed')[0]).toMatchObject({
      operation: 'creation',
      error: new ResourceCreationError(new Error('no resource')),
    });
    expect(manager.stats()).toMatchObject({ priorityTasks: 1, activeWorkers: 0 });
    broken = false;
    time.advanceTo(6300);
    expect(log).toEqual(['retried', '|']);
    expect(time.timers).toBe(0);
  });

  it('does not spin when a creation rejects at once', async () => {
    let attempts = 0;
    const { manager, time } = setUp({
      onCreate: () => {
        attempts++;
        return Promise.reject(new Error('no resource'));
      },
    });
    for (let i = 0; i < 20; i++) await Promise.resolve();
    expect(attempts).toBe(1);
    expect(time.timers).toBe(1);
    void manager.kill();
    expect(time.timers).toBe(0);
  });

  it('asks about the error of each attempt', () => {
    const asked: unknown[] = [];
    const { manager } = setUp({ checkHealth: (error) => asked.push(error) > 2 });
    manager
      .submit((_, { attempt }) => raise(attempt))
      .subscribe({ error: (error: unknown) => asked.push(`fails: ${String(error)}`) });
    expect(asked).toEqual([0, 1, 2, 'fails: 2']);
  });

  it('passes on the values of an attempt before its retry', () => {
    const { manager, events } = setUp();
    const log: unknown[] = [];
    const source = new Subject<string>();
    manager
      .submit((_, { attempt }) => (attempt === 0 ? source : NEVER.pipe(() => of())))
      .subscribe(into(log));
    source.next('early');
    source.error(new Broken());
    expect(log).toEqual(['early', '|']);
    expect(eventsOf(events, 'completed')).toEqual([expect.objectContaining({ result: undefined })]);
  });

  describe('of a resource that an Observable gives', () => {
    it('keeps the resource in use until its release', () => {
      let made = 0;
      const open = new Set<number>();
      const { manager } = setUp({
        onCreate: () =>
          usingResource(
            () => {
              open.add(++made);
              return made;
            },
            (resource) => void open.delete(resource),
          ),
      });
      const log: unknown[] = [];
      manager.submit((resource) => open.has(resource)).subscribe(into(log));
      expect(log).toEqual([true, '|']);
      void manager.stop();
      expect(open.size).toBe(0);
    });

    it('replaces an idle resource that fails, and tells the reason', () => {
      const connections: Subject<number>[] = [];
      const { manager, events, released } = setUp({
        onCreate: () => {
          const connection = new Subject<number>();
          return connection.pipe(startWith(connections.push(connection)));
        },
      });
      manager.submit((resource) => resource).subscribe();
      connections[0]!.error('closed');
      const log: unknown[] = [];
      manager.submit((resource) => resource).subscribe(into(log));
      expect(log).toEqual([2, '|']);
      expect(released).toEqual([1]);
      expect(eventsOf(events, 'workerStopped')).toEqual([
        { type: 'workerStopped', time: 0, worker: 1, reason: 'unhealthy', error: 'closed' },
      ]);
      expect(eventsOf(events, 'resourceFailed')).toEqual([]);
    });

    it('lets a task end on a failed resource, and gives the next task another', () => {
      const connections: Subject<number>[] = [];
      const { manager, events, released } = setUp({
        onCreate: () => {
          const connection = new Subject<number>();
          return connection.pipe(startWith(connections.push(connection)));
        },
      });
      const work = new Subject<string>();
      const log: unknown[] = [];
      manager.submit(() => work).subscribe(into(log));
      manager.submit((resource) => resource).subscribe(into(log));
      connections[0]!.error('closed');
      work.next('goes on');
      expect(released).toEqual([]);
      work.complete();
      expect(log).toEqual(['goes on', '|', 2, '|']);
      expect(released).toEqual([1]);
      expect(eventsOf(events, 'completed')).toHaveLength(2);
    });

    it('replaces a failed idle resource of runTask', async () => {
      const connections: Subject<number>[] = [];
      const { manager, released } = setUp({
        resourcePoolSize: 1,
        onCreate: () => {
          const connection = new Subject<number>();
          return connection.pipe(startWith(connections.push(connection)));
        },
      });
      await manager.runTask((resource) => resource);
      connections[1]!.error('closed');
      expect(released).toEqual([2]);
      expect(manager.stats().availableResources).toBe(1);
      await expect(manager.runTask((resource) => resource)).resolves.toBe(3);
    });
  });
});
