import {
  defer,
  EMPTY,
  filter,
  finalize,
  ignoreElements,
  NEVER,
  Observable,
  of,
  range,
  Subject,
  take,
  tap,
  timer,
} from 'rxjs';
import {
  ResourceCreationError,
  TaskCancelledError,
  TaskManagerStoppedError,
  TaskTimeoutError,
} from '../../src/events/errors.js';
import type { TaskEvent } from '../../src/events/events.js';
import type { TaskManager } from '../../src/manager/TaskManager.js';
import type { LaneSchedule } from '../../src/lanes/LaneDiscipline.js';
import { Deferred } from '../support/Deferred.js';
import { heapUsed } from '../support/heap.js';
import { into } from '../support/into.js';
import { unhandledErrors } from '../support/unhandledErrors.js';
import { eventsOf, raise, setUp, taskEvents } from './setUp.js';

const unhealthy = { checkHealth: () => false };
const on = (manager: TaskManager<number>, type: TaskEvent['type'], act: () => void): void => {
  manager.events$
    .pipe(
      filter((event) => event.type === type),
      take(1),
    )
    .subscribe(act);
};

describe('engine: callbacks that call the engine', () => {
  describe('a kill', () => {
    it('ends a runTask from the event that hands over its resource', async () => {
      const { manager, events } = setUp({ resourcePoolSize: 1 });
      on(manager, 'resources', () => void manager.kill());
      const run = jest.fn(() => 1);
      await expect(manager.runTask(run)).rejects.toBeInstanceOf(TaskManagerStoppedError);
      expect(run).not.toHaveBeenCalled();
      expect(taskEvents(events)).toEqual(['arrived 1', 'started 1', 'cancelled 1']);
    });

    it.each(['arrived', 'started', 'completed', 'failed', 'retried', 'cancelled'] as const)(
      'answers every caller when a listener of `%s` kills',
      (type) => {
        const { manager, events, released, time } = setUp({
          ...unhealthy,
          maxRetries: 1,
          workerCount: 2,
        });
        on(manager, type, () => void manager.kill());
        const logs: unknown[][] = Array.from({ length: 5 }, () => []);
        const tasks = [() => NEVER, () => EMPTY, () => raise(new Error('broken')), () => NEVER];
        const subscriptions = tasks.map((task, i) =>
          manager.submit(task).subscribe(into(logs[i]!)),
        );
        subscriptions[3]!.unsubscribe();
        void manager.kill();
        manager.submit(() => 1).subscribe(into(logs[4]!));

        expect(logs.map((log) => log.length)).toEqual([1, 1, 1, type === 'cancelled' ? 0 : 1, 1]);
        const ends = events.filter(({ type: end }) =>
          ['completed', 'failed', 'cancelled'].includes(end),
        );
        const arrivals = events.filter(({ type: end }) => end === 'arrived');
        expect(ends).toHaveLength(arrivals.length);
        expect(manager.stats()).toMatchObject({
          state: 'killed',
          activeWorkers: 0,
          busyWorkers: 0,
          runningTasks: 0,
          queuedTasks: 0,
          priorityTasks: 0,
        });
        expect(new Set(released).size).toBe(released.length);
        expect(time.timers).toBe(0);
      },
    );

    it('answers the caller of a task that kills from its own body', () => {
      const { manager, released, events } = setUp();
      const log: unknown[] = [];
      manager
        .submit(() => {
          void manager.kill();
          return 1;
        })
        .subscribe(into(log));
      expect(log).toEqual([expect.any(TaskManagerStoppedError)]);
      expect(released).toEqual([1]);
      expect(taskEvents(events)).toEqual(['arrived 1', 'started 1', 'cancelled 1']);
    });

    it('subscribes to no Observable of a task that has killed', () => {
      const { manager } = setUp();
      let subscribed = false;
      manager
        .submit(() => {
          void manager.kill();
          return defer(() => {
            subscribed = true;
            return EMPTY;
          });
        })
        .subscribe(into([]));
      expect(subscribed).toBe(false);
    });

    it('ends a task once when the task kills at its abort', () => {
      const { manager, events, time } = setUp();
      const log: unknown[] = [];
      manager
        .submit(
          (_, { signal }) => {
            signal.addEventListener('abort', () => void manager.kill());
            return new Deferred();
          },
          { timeout: 10 },
        )
        .subscribe(into(log));
      time.advanceTo(10);
      expect(log).toEqual([expect.any(TaskManagerStoppedError)]);
      expect(taskEvents(events)).toEqual(['arrived 1', 'started 1', 'cancelled 1']);
      expect(time.timers).toBe(0);
    });

    it('tells of the end of a cancelled task that kills at its abort', () => {
      const { manager, events } = setUp();
      manager
        .submit((_, { signal }) => {
          signal.addEventListener('abort', () => void manager.kill());
          return new Deferred();
        })
        .subscribe(into([]))
        .unsubscribe();
      expect(taskEvents(events)).toEqual(['arrived 1', 'started 1', 'cancelled 1']);
      expect(manager.stats()).toMatchObject({ busyWorkers: 0, runningTasks: 0 });
    });

    it('ends a task once when checkHealth kills at the error', () => {
      const { manager, events } = setUp({
        checkHealth: () => {
          void manager.kill();
          return false;
        },
      });
      const log: unknown[] = [];
      manager.submit(() => raise(new Error('broken'))).subscribe(into(log));
      expect(log).toEqual([expect.any(TaskManagerStoppedError)]);
      expect(taskEvents(events)).toEqual(['arrived 1', 'started 1', 'cancelled 1']);
    });

    it.each(['failed', 'cancelled'] as const)(
      'gives up a Promise that goes on when a listener of `%s` kills',
      (type) => {
        const { manager, events, time } = setUp();
        on(manager, type, () => void manager.kill());
        const subscription = manager
          .submit(() => new Deferred(), { timeout: type === 'failed' ? 10 : 20 })
          .subscribe(into([]));
        time.advanceTo(10);
        subscription.unsubscribe();
        expect(manager.stats()).toMatchObject({ state: 'killed', busyWorkers: 0 });
        expect(events.at(-1)).toMatchObject({ type: 'workerStopped', reason: 'stopped' });
        expect(time.timers).toBe(0);
      },
    );

    it('gives up a Promise that goes on when the caller of its task kills', () => {
      const { manager, time } = setUp();
      manager
        .submit(() => new Deferred(), { timeout: 10 })
        .subscribe({ error: () => void manager.kill() });
      time.advanceTo(10);
      expect(manager.stats()).toMatchObject({ state: 'killed', busyWorkers: 0 });
      expect(time.timers).toBe(0);
    });

    it('gives up a Promise once that a listener settles during the kill', () => {
      const { manager, events, time } = setUp({ workerCount: 2 });
      const results = [new Deferred(), new Deferred()];
      for (const result of results) {
        manager.submit(() => result, { timeout: 10 }).subscribe(into([]));
      }
      time.advanceTo(10);
      on(manager, 'workerFreed', () => results[1]!.resolve(1));
      void manager.kill();
      expect(eventsOf(events, 'workerFreed').map(({ worker }) => worker)).toEqual([2, 1]);
      expect(manager.stats()).toMatchObject({ state: 'killed', busyWorkers: 0 });
    });

    it('leaves no listener on the signal when a listener of `arrived` kills', () => {
      const { manager } = setUp();
      const { signal } = new AbortController();
      const listeners = jest.spyOn(signal, 'addEventListener');
      const removals = jest.spyOn(signal, 'removeEventListener');
      on(manager, 'arrived', () => void manager.kill());
      manager.submit(() => NEVER, { signal }).subscribe(into([]));
      expect(listeners.mock.calls).toEqual(removals.mock.calls);
    });

    it('releases the resource that onCreate gives after killing', () => {
      let kill = (): void => undefined;
      const released: number[] = [];
      const { manager, time } = setUp({
        onCreate: () => {
          kill();
          return 7;
        },
        onDestroy: (resource) => {
          released.push(resource);
        },
        checkHealth: () => false,
        maxRetries: 0,
      });
      kill = () => void manager.kill();
      const logs: unknown[][] = [[], []];
      manager.submit(() => raise(new Error('broken'))).subscribe(into(logs[0]!));
      manager.submit(() => 1).subscribe(into(logs[1]!));
      expect(logs).toEqual([[new Error('broken')], [expect.any(TaskManagerStoppedError)]]);
      expect(released).toEqual([7, 7]);
      expect(manager.stats()).toMatchObject({ state: 'killed', activeWorkers: 0 });
      expect(time.timers).toBe(0);
    });

    it.each(['open', 'next'] as const)(
      'reports the error of the discipline first when a listener cancels (%s)',
      (method) => {
        const log: unknown[] = [];
        const errors = unhandledErrors(() => {
          const discipline = (): LaneSchedule => ({
            open: () => (method === 'open' ? raise('why') : undefined),
            close: () => raise('because it is broken'),
            next: () => raise('why'),
          });
          const { manager, time, task } = setUp({ discipline });
          const controller = new AbortController();
          on(manager, 'state', () => controller.abort());
          manager.submit(task(5)).subscribe(into([]));
          manager.submit(() => 1, { signal: controller.signal }).subscribe(into(log));
          time.advanceTo(5);
        });
        expect(errors).toEqual(['why']);
        expect(log).toEqual([expect.any(TaskManagerStoppedError)]); // decided before the listener cancels
      },
    );

    it('reports the error of the discipline at a cancel when a listener resumes', () => {
      const errors = unhandledErrors(() => {
        const discipline = (): LaneSchedule => ({
          open: () => undefined,
          close: () => raise('why'),
          next: () => raise('asked, though nothing waits'),
        });
        const { manager } = setUp({ discipline });
        manager.pause();
        on(manager, 'cancelled', () => manager.resume());
        manager
          .submit(() => 1)
          .subscribe(into([]))
          .unsubscribe();
      });
      expect(errors).toEqual(['why']);
    });

    it('answers a caller that submits from a listener of the kill', () => {
      const { manager } = setUp();
      const log: unknown[] = [];
      const submit = (): void => {
        manager.submit(() => 1).subscribe(into(log));
      };
      manager.submit(() => NEVER).subscribe({ error: submit });
      on(manager, 'state', submit);
      on(manager, 'cancelled', submit);
      on(manager, 'workerStopped', submit);
      void manager.kill();
      expect(log.map((error) => error instanceof TaskManagerStoppedError)).toEqual([
        true,
        true,
        true,
        true,
      ]);
    });
  });

  describe('a cancel', () => {
    it('ends a task once that cancels itself at its timeout', () => {
      const { manager, events, time } = setUp();
      const log: unknown[] = [];
      const subscription = manager
        .submit(
          (_, { signal }) => {
            signal.addEventListener('abort', () => subscription.unsubscribe());
            return new Deferred();
          },
          { timeout: 10 },
        )
        .subscribe(into(log));
      time.advanceTo(10);
      expect(log).toEqual([]);
      expect(taskEvents(events)).toEqual(['arrived 1', 'started 1', 'cancelled 1']);
      expect(manager.stats()).toMatchObject({ busyWorkers: 1, runningTasks: 0 });
      time.advanceTo(10_000);
      expect(manager.stats()).toMatchObject({ busyWorkers: 0, activeWorkers: 1 });
    });

    it.each([true, false])('ends a task once that checkHealth cancels (healthy: %s)', (healthy) => {
      const controller = new AbortController();
      const { manager, events } = setUp({
        checkHealth: () => {
          controller.abort();
          return healthy;
        },
      });
      const log: unknown[] = [];
      manager
        .submit(() => raise(new Error('broken')), { signal: controller.signal })
        .subscribe(into(log));
      expect(log).toEqual([expect.any(TaskCancelledError)]);
      expect(taskEvents(events)).toEqual(['arrived 1', 'started 1', 'cancelled 1']);
      expect(manager.stats()).toMatchObject({ activeWorkers: 1, busyWorkers: 0 });
    });

    it('ends a task once that is cancelled again by its abort listener', () => {
      const { manager, events } = setUp();
      const outer = new AbortController();
      const log: unknown[] = [];
      const subscription = manager
        .submit(
          (_, { signal }) => {
            signal.addEventListener('abort', () => subscription.unsubscribe());
            return new Deferred();
          },
          { signal: outer.signal },
        )
        .subscribe(into(log));
      outer.abort();
      expect(log).toEqual([]);
      expect(taskEvents(events)).toEqual(['arrived 1', 'started 1', 'cancelled 1']);
      expect(manager.stats()).toMatchObject({ busyWorkers: 1, runningTasks: 0 });
    });

    it('frees the worker at once when a thenable settles at the abort', () => {
      const { manager } = setUp();
      manager
        .submit((_, { signal }) => {
          const result = new Deferred();
          signal.addEventListener('abort', () => result.reject(signal.reason));
          return result;
        })
        .subscribe(into([]))
        .unsubscribe();
      expect(manager.stats()).toMatchObject({ busyWorkers: 0, activeWorkers: 1 });
    });

    it.each(['ends', 'times out'] as const)(
      'keeps the resource to the end of a teardown that cancels (the task %s)',
      (how) => {
        const { manager, events, time } = setUp();
        const controller = new AbortController();
        const log: unknown[] = [];
        const task = () =>
          timer(how === 'ends' ? 5 : 10, time).pipe(
            ignoreElements(),
            finalize(() => {
              controller.abort();
              log.push('torn down');
            }),
          );
        manager.submit(task, { signal: controller.signal, timeout: 7 }).subscribe(into(log));
        manager.submit(() => log.push('next')).subscribe();
        time.advanceTo(7);
        const [cancelled, tornDown] = [expect.any(TaskCancelledError), 'torn down'];
        // What times out is torn down by a telling: the cancel is told when that has returned.
        expect(log).toEqual([
          ...(how === 'ends' ? [cancelled, tornDown] : [tornDown, cancelled]),
          'next',
        ]);
        expect(taskEvents(events).slice(0, 4)).toEqual([
          'arrived 1',
          'started 1',
          'arrived 2',
          'cancelled 1',
        ]);
        expect(manager.stats()).toMatchObject({ busyWorkers: 0, runningTasks: 0 });
        expect(time.timers).toBe(0);
      },
    );

    it('frees the worker of a task that cancels itself from its body', () => {
      const { manager, events } = setUp();
      const controller = new AbortController();
      const log: unknown[] = [];
      manager
        .submit(
          () => {
            controller.abort('why');
            return 1;
          },
          { signal: controller.signal },
        )
        .subscribe(into(log));
      expect(log).toEqual([new TaskCancelledError('why')]);
      expect(taskEvents(events)).toEqual(['arrived 1', 'started 1', 'cancelled 1']);
      expect(manager.stats()).toMatchObject({ busyWorkers: 0, runningTasks: 0 });
    });

    it('ends a synchronous endless Observable at its first value', () => {
      const { manager } = setUp();
      const log: unknown[] = [];
      let emitted = 0;
      const endless = new Observable<number>((subscriber) => {
        while (!subscriber.closed && emitted < 100) subscriber.next(emitted++);
      });
      manager
        .submit(() => endless)
        .pipe(take(1))
        .subscribe(into(log));
      expect(log).toEqual([0, '|']);
      expect(emitted).toBeLessThan(3);
      expect(manager.stats()).toMatchObject({ busyWorkers: 0, runningTasks: 0 });
    });

    it('does not retry a task that a listener of its retry has cancelled', () => {
      const controller = new AbortController();
      const { manager, events } = setUp(unhealthy);
      on(manager, 'retried', () => controller.abort());
      const log: unknown[] = [];
      let attempts = 0;
      manager
        .submit(
          () => {
            attempts++;
            return raise(new Error('broken'));
          },
          { signal: controller.signal },
        )
        .subscribe(into(log));
      expect(attempts).toBe(1);
      expect(log).toEqual([expect.any(TaskCancelledError)]);
      expect(taskEvents(events)).toEqual(['arrived 1', 'started 1', 'retried 1', 'cancelled 1']);
      expect(manager.stats()).toMatchObject({ activeWorkers: 1, busyWorkers: 0, priorityTasks: 0 });
    });

    it('makes no resource for a direct task that a listener of its arrival cancelled', async () => {
      const controller = new AbortController();
      let created = 0;
      const { manager, events } = setUp({ onCreate: () => ++created });
      on(manager, 'arrived', () => controller.abort());
      const outcome = manager.runTask(() => 1, { signal: controller.signal });
      await expect(outcome).rejects.toBeInstanceOf(TaskCancelledError);
      expect(created).toBe(1);
      expect(taskEvents(events)).toEqual(['arrived 1', 'cancelled 1']);
    });

    it('does not revive a direct task that onCreate has cancelled', async () => {
      const controller = new AbortController();
      let created = 0;
      const { manager, events } = setUp({
        onCreate: () => {
          if (++created === 2) controller.abort();
          return created;
        },
      });
      const outcome = manager.runTask(() => 1, { signal: controller.signal });
      await expect(outcome).rejects.toBeInstanceOf(TaskCancelledError);
      expect(taskEvents(events)).toEqual(['arrived 1', 'cancelled 1']);
      await manager.stop();
      expect(created).toBe(2);
    });

    it('does not revive a direct task that a listener of its resource cancelled', async () => {
      const controller = new AbortController();
      const { manager, events, released } = setUp({ resourcePoolSize: 1 });
      on(manager, 'resources', () => controller.abort());
      const outcome = manager.runTask(() => 1, { signal: controller.signal });
      await expect(outcome).rejects.toBeInstanceOf(TaskCancelledError);
      expect(taskEvents(events)).toEqual(['arrived 1', 'started 1', 'cancelled 1']);
      expect(manager.stats()).toMatchObject({ availableResources: 1, runningTasks: 0 });
      await manager.stop();
      expect(released).toHaveLength(2);
    });

    it('does not retain a direct task that a listener of its resource cancelled', async () => {
      const { manager, events } = setUp({ resourcePoolSize: 1 });
      const runAndCancel = (): WeakRef<() => void> => {
        const controller = new AbortController();
        const task = (): void => undefined;
        on(manager, 'resources', () => controller.abort());
        manager.runTask(task, { signal: controller.signal }).catch(() => undefined);
        return new WeakRef(task);
      };
      const task = runAndCancel();
      events.length = 0; // the stacks of their errors lead to the task
      await heapUsed(); // collects garbage
      expect(task.deref()).toBeUndefined();
      expect(manager.stats()).toMatchObject({ availableResources: 1, runningTasks: 0 });
    });

    it('ends a direct task once when a listener of its failed resource cancels', async () => {
      const controller = new AbortController();
      let broken = false;
      const { manager, events } = setUp({
        onCreate: () => {
          if (broken) throw new Error('no resource');
          return 1;
        },
      });
      broken = true;
      on(manager, 'resourceFailed', () => controller.abort());
      const outcome = manager.runTask(() => 1, { signal: controller.signal });
      await expect(outcome).rejects.toBeInstanceOf(ResourceCreationError);
      expect(taskEvents(events)).toEqual(['arrived 1', 'failed 1']);
    });
  });

  describe('pause and resume', () => {
    it('starts no task that a listener of the pause submits', () => {
      const { manager } = setUp();
      const log: unknown[] = [];
      on(manager, 'state', () => manager.submit(() => 1).subscribe(into(log)));
      manager.pause();
      expect(log).toEqual([]);
      manager.resume();
      expect(log).toEqual([1, '|']);
    });

    it('continues when a listener of the pause resumes', () => {
      const { manager } = setUp();
      on(manager, 'state', () => manager.resume());
      manager.pause();
      const log: unknown[] = [];
      manager.submit(() => 1).subscribe(into(log));
      expect(manager.stats().state).toBe('running');
      expect(log).toEqual([1, '|']);
    });

    it('holds when a listener of the resume pauses', () => {
      const { manager } = setUp();
      manager.pause();
      on(manager, 'state', () => manager.pause());
      manager.resume();
      const log: unknown[] = [];
      manager.submit(() => 1).subscribe(into(log));
      expect(manager.stats().state).toBe('paused');
      expect(log).toEqual([]);
    });
  });

  it.each([2, 1])('obeys the last target when a listener of the scaling sets one (%i)', (last) => {
    const targets = new Subject<number>();
    const { manager, events } = setUp({
      burstInterval: 100,
      maxWorkerCount: 3,
      scaling: () => targets,
    });
    on(manager, 'scaled', () => targets.next(last));
    targets.next(3);
    expect(manager.stats().activeWorkers).toBe(last);
    expect(eventsOf(events, 'scaled').map(({ from, to }) => [from, to])).toEqual([
      [1, 3],
      [3, last],
    ]);
  });

  it('starts the next task after the teardown of the last Observable', () => {
    const { manager, time } = setUp();
    const log: string[] = [];
    const task = (name: string, ms: number) => () =>
      timer(ms, time).pipe(
        tap({ subscribe: () => log.push(`${name} starts`) }),
        finalize(() => log.push(`${name} is torn down`)),
      );
    manager.submit(task('a', 5)).subscribe({ complete: () => log.push('a ends') });
    manager.submit(task('b', 5)).subscribe();
    time.advanceTo(5);
    expect(log).toEqual(['a starts', 'a is torn down', 'a ends', 'b starts']);
  });

  it('has correct stats at every event, whatever the listeners do', () => {
    const { manager, time, task } = setUp({ ...unhealthy, workerCount: 2, maxRetries: 1 });
    const wrong: unknown[] = [];
    let running = 0;
    let submitted = 0;
    const ended = new Set<number>();
    manager.events$.subscribe((event) => {
      if (event.type === 'completed' || event.type === 'failed') ended.add(event.id);
      const { queuedTasks, priorityTasks, runningTasks, busyWorkers } = manager.stats();
      if (runningTasks !== busyWorkers || runningTasks > 2) wrong.push([event, manager.stats()]);
      if (queuedTasks + priorityTasks + runningTasks > submitted) wrong.push([event, submitted]);
      if (event.type === 'completed' && submitted < 50) submit();
      if (event.type === 'retried' && submitted < 50) submit();
    });
    const submit = (): void => {
      const index = submitted++;
      manager
        .submit(
          () => {
            running++;
            if (running > 2) wrong.push(running);
            return new Observable<void>((subscriber) => {
              subscriber.add(() => running--);
              subscriber.add(
                (index % 3 === 0
                  ? timer(1, time)
                  : index % 3 === 1
                    ? raise(index)
                    : of(1)
                ).subscribe(subscriber as never),
              );
            });
          },
          { priority: index % 2 },
        )
        .subscribe(into([]));
    };
    submit();
    submit();
    submit();
    manager.submit(task(100)).subscribe(into([]));
    submitted++;
    time.advanceTo(1000);
    expect(wrong).toEqual([]);
    expect(ended.size).toBe(submitted);
    expect(time.timers).toBe(0);
  });

  it('needs no stack for a chain of tasks that each submit the next', () => {
    const { manager } = setUp();
    let count = 0;
    const next = (): void => {
      if (++count < 20_000) manager.submit(() => 1).subscribe({ complete: next });
    };
    manager.pause();
    manager.submit(() => range(0, 3)).subscribe({ complete: next });
    manager.resume();
    expect(count).toBe(20_000);
  });

  it('names the timeout when the Observable fails at its unsubscribe', () => {
    const { manager, time } = setUp();
    const log: unknown[] = [];
    manager
      .submit(() => new Observable<never>((subscriber) => () => subscriber.error(1)), {
        timeout: 5,
      })
      .subscribe(into(log));
    time.advanceTo(5);
    expect(log).toEqual([new TaskTimeoutError(5)]);
  });
});
