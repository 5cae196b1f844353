import {
  BehaviorSubject,
  concat,
  EMPTY,
  finalize,
  firstValueFrom,
  lastValueFrom,
  NEVER,
  Observable,
  of,
  Subject,
  take,
  throwError,
  toArray,
} from 'rxjs';
import {
  ResourceCreationError,
  TaskCancelledError,
  TaskManagerStoppedError,
} from '../../src/events/errors.js';
import type { TaskMetrics } from '../../src/folds/metrics.js';
import type { TaskStats } from '../../src/folds/stats.js';
import type { TaskFunction, TaskOptions } from '../../src/tasks/task.js';
import { createTaskManager } from '../../src/manager/createTaskManager.js';
import { TaskManager } from '../../src/manager/TaskManager.js';
import { unhandledErrors } from '../support/unhandledErrors.js';
import { virtualManager } from '../support/virtualManager.js';

const failure = new Error('of the task');
const ignore = (promise: Promise<unknown>): void => {
  promise.catch(() => undefined);
};
const outcomesOf = (promises: Promise<unknown>[]) =>
  Promise.all(
    promises.map((promise) =>
      promise.then(
        (value) => ['value', value],
        (error: unknown) => ['error', error],
      ),
    ),
  );

type Submit = <E>(
  manager: TaskManager<number>,
  task: TaskFunction<number, E>,
  options?: TaskOptions,
) => Promise<E>;

/** Turns a method with a callback into one that returns a Promise. */
const withCallback =
  (
    method:
      | 'queueTaskWithCallback'
      | 'queueTaskWithPriorityWithCallback'
      | 'queueTaskOnceWithCallback'
      | 'queueTaskWithPriorityOnceWithCallback',
  ): Submit =>
  (manager, task, options) =>
    new Promise((resolve, reject) => {
      manager[method](
        task,
        (error, result) => {
          if (error === null) resolve(result);
          else reject(error);
        },
        options,
      );
    });

describe('TaskManager', () => {
  describe.each<[name: string, submit: Submit, priority: number, once: boolean]>([
    ['queueTask', (m, ...args) => m.queueTask(...args), 0, false],
    ['queueTaskWithPriority', (m, ...args) => m.queueTaskWithPriority(...args), 1, false],
    ['queueTaskOnce', (m, ...args) => m.queueTaskOnce(...args), 0, true],
    ['queueTaskWithPriorityOnce', (m, ...args) => m.queueTaskWithPriorityOnce(...args), 1, true],
    ['queueTaskWithCallback', withCallback('queueTaskWithCallback'), 0, false],
    [
      'queueTaskWithPriorityWithCallback',
      withCallback('queueTaskWithPriorityWithCallback'),
      1,
      false,
    ],
    ['queueTaskOnceWithCallback', withCallback('queueTaskOnceWithCallback'), 0, true],
    [
      'queueTaskWithPriorityOnceWithCallback',
      withCallback('queueTaskWithPriorityOnceWithCallback'),
      1,
      true,
    ],
    ['queueTaskAsync', (m, ...args) => lastValueFrom(m.queueTaskAsync(...args)), 0, false],
    [
      'queueTaskWithPriorityAsync',
      (m, ...args) => lastValueFrom(m.queueTaskWithPriorityAsync(...args)),
      1,
      false,
    ],
    ['queueTaskOnceAsync', (m, ...args) => lastValueFrom(m.queueTaskOnceAsync(...args)), 0, true],
    [
      'queueTaskWithPriorityOnceAsync',
      (m, ...args) => lastValueFrom(m.queueTaskWithPriorityOnceAsync(...args)),
      1,
      true,
    ],
    ['submit', (m, ...args) => lastValueFrom(m.submit(...args)), 0, false],
  ])('%s', (_name, submit, priority, once) => {
    it('gives the result of a plain, a Promise and an Observable task', async () => {
      const { manager } = virtualManager();
      await expect(submit(manager, (resource) => resource * 10)).resolves.toBe(10);
      await expect(submit(manager, async () => 'later')).resolves.toBe('later');
      await expect(submit(manager, () => of(1, 2, 3))).resolves.toBe(3);
    });

    it('takes an iterable as a plain value', async () => {
      const { manager } = virtualManager();
      await expect(submit(manager, () => [1, 2])).resolves.toEqual([1, 2]);
      await expect(submit(manager, () => 'text')).resolves.toBe('text');
    });

    it("gives the task's own error", async () => {
      const { manager } = virtualManager();
      const fail = (): never => {
        throw failure;
      };
      await expect(submit(manager, fail)).rejects.toBe(failure);
      await expect(submit(manager, () => Promise.reject(failure))).rejects.toBe(failure);
    });

    it(`has the priority ${priority}, unless the options have another`, () => {
      const { manager, events } = virtualManager();
      ignore(submit(manager, () => 1));
      ignore(submit(manager, () => 1, { priority: 5, label: 'mine' }));
      ignore(submit(manager, () => 1, { priority: undefined }));
      const arrivals = events.filter((event) => event.type === 'arrived');
      expect(arrivals.map((event) => event.priority)).toEqual([priority, 5, priority]);
      expect(arrivals.map((event) => event.label)).toEqual([undefined, 'mine', undefined]);
    });

    it(`tries a task on unhealthy workers ${once ? 'once' : 'again'}`, async () => {
      const { manager } = virtualManager({ checkHealth: () => false });
      let attempts = 0;
      const outcome = submit(manager, () => {
        if (++attempts < 3) throw failure;
        return 'done';
      });
      if (once) await expect(outcome).rejects.toBe(failure);
      else await expect(outcome).resolves.toBe('done');
      expect(attempts).toBe(once ? 1 : 3);
    });

    it('is refused after a stop', async () => {
      const { manager } = virtualManager();
      await manager.stop();
      await expect(submit(manager, () => 1)).rejects.toBeInstanceOf(TaskManagerStoppedError);
    });
  });

  describe('queueTask', () => {
    it('gives undefined for an Observable without values', async () => {
      await expect(virtualManager().manager.queueTask(() => EMPTY)).resolves.toBeUndefined();
    });

    it('runs the task in the same call when a worker is free', () => {
      let ran = false;
      ignore(virtualManager().manager.queueTask(() => (ran = true)));
      expect(ran).toBe(true);
    });

    it('serves priorities first, and one priority in order of arrival', () => {
      const { manager } = virtualManager();
      const order: string[] = [];
      const gate = new Subject<void>();
      ignore(manager.queueTask(() => gate));
      ignore(manager.queueTask(() => order.push('a')));
      ignore(manager.queueTask(() => order.push('b')));
      ignore(manager.queueTaskWithPriority(() => order.push('C')));
      ignore(manager.queueTaskWithPriorityOnce(() => order.push('D')));
      gate.complete();
      expect(order).toEqual(['C', 'D', 'a', 'b']);
    });
  });

  describe('queueTaskWithCallback', () => {
    it('gives undefined as the error of a task that failed with null', () => {
      const { manager } = virtualManager();
      const callback = jest.fn();
      manager.queueTaskWithCallback(() => throwError(() => null), callback);
      expect(callback.mock.calls).toEqual([[undefined]]);
    });

    it('calls back once, error first, and returns nothing', () => {
      const { manager } = virtualManager();
      const callback = jest.fn();
      expect(manager.queueTaskWithCallback(() => of(1, 2), callback)).toBeUndefined();
      const fail = (): never => {
        throw failure;
      };
      manager.queueTaskWithCallback(fail, callback);
      expect(callback.mock.calls).toEqual([[null, 2], [failure]]);
    });

    it('reports an error that a callback throws, and continues', async () => {
      const thrown = new Error('of the callback');
      const { manager } = virtualManager();
      const errors = unhandledErrors(() => {
        manager.queueTaskWithCallback(
          () => 1,
          () => {
            throw thrown;
          },
        );
      });
      expect(errors).toEqual([thrown]);
      await expect(manager.queueTask(() => 2)).resolves.toBe(2);
    });
  });

  describe('queueTaskAsync', () => {
    it('submits at once, and gives the outcome to any subscriber', () => {
      const { manager, time, task } = virtualManager();
      const run = jest.fn(task(10, 'done'));
      const outcome$ = manager.queueTaskAsync(run);
      expect(run).toHaveBeenCalledTimes(1);
      const seen: string[] = [];
      outcome$.subscribe((value) => seen.push(`early ${value}`));
      time.advanceTo(20);
      outcome$.subscribe((value) => seen.push(`late ${value}`));
      expect(seen).toEqual(['early done', 'late done']);
      expect(run).toHaveBeenCalledTimes(1);
    });

    it('is not cancelled by an unsubscribe', () => {
      const { manager, time, task, events } = virtualManager();
      manager.queueTaskAsync(task(10)).subscribe().unsubscribe();
      time.advanceTo(20);
      expect(events.map(({ type }) => type)).toEqual(['arrived', 'started', 'completed']);
    });

    it('gives an error to any subscriber, and reports none without a subscriber', () => {
      const { manager } = virtualManager();
      let outcome$: Observable<unknown> | undefined;
      const errors = unhandledErrors(() => {
        outcome$ = manager.queueTaskAsync((): never => {
          throw failure;
        });
      });
      expect(errors).toEqual([]);
      const error = jest.fn();
      outcome$?.subscribe({ error });
      expect(error).toHaveBeenCalledWith(failure);
    });
  });

  describe('submit', () => {
    it('is cold', () => {
      const { manager } = virtualManager();
      const run = jest.fn(() => 1);
      const task$ = manager.submit(run);
      expect(run).not.toHaveBeenCalled();
      task$.subscribe();
      task$.subscribe();
      expect(run).toHaveBeenCalledTimes(2);
    });

    it('queues nothing for a closed subscriber', () => {
      const { manager } = virtualManager();
      const events: unknown[] = [];
      manager.events$.subscribe((event) => events.push(event));
      const closed = new Observable((subscriber) => {
        subscriber.complete();
        manager.submit(() => 1).subscribe(subscriber);
      });
      closed.subscribe();
      expect(events).toEqual([]);
    });

    it('passes on all values of a task, and its completion', async () => {
      const { manager } = virtualManager();
      const values$ = manager.submit(() => of(1, 2, 3)).pipe(toArray());
      await expect(lastValueFrom(values$)).resolves.toEqual([1, 2, 3]);
    });

    it('takes a waiting task out of the queue at an unsubscribe', () => {
      const { manager, events } = virtualManager();
      ignore(manager.queueTask(() => NEVER));
      const run = jest.fn(() => 1);
      const subscription = manager.submit(run).subscribe();
      expect(manager.stats().queuedTasks).toBe(1);
      subscription.unsubscribe();
      expect(manager.stats().queuedTasks).toBe(0);
      expect(events.at(-1)).toMatchObject({ type: 'cancelled', running: false });
      void manager.kill();
      expect(run).not.toHaveBeenCalled();
    });

    it('aborts the signal of a running task at an unsubscribe', () => {
      const { manager, events } = virtualManager();
      let signal: AbortSignal | undefined;
      let unsubscribed = false;
      const subscription = manager
        .submit((_resource, context) => {
          signal = context.signal;
          return new Observable(() => () => (unsubscribed = true));
        })
        .subscribe();
      expect(signal?.aborted).toBe(false);
      subscription.unsubscribe();
      expect(signal?.aborted).toBe(true);
      expect(signal?.reason).toBeInstanceOf(TaskCancelledError);
      expect(unsubscribed).toBe(true);
      expect(events.at(-1)).toMatchObject({ type: 'cancelled', running: true });
      expect(manager.stats().busyWorkers).toBe(0);
    });

    it('cancels nothing at an unsubscribe after the end', () => {
      const { manager, events } = virtualManager();
      manager
        .submit(() => 1)
        .subscribe()
        .unsubscribe();
      expect(events.map(({ type }) => type)).toEqual(['arrived', 'started', 'completed']);
    });

    it('ends a synchronous task when `take` has enough values', async () => {
      const { manager } = virtualManager();
      let emitted = 0;
      const counting$ = new Observable<number>((subscriber) => {
        while (!subscriber.closed && emitted < 1000) subscriber.next(++emitted);
        subscriber.complete();
      });
      const values: number[] = [];
      manager
        .submit(() => counting$)
        .pipe(take(3))
        .subscribe((value) => values.push(value));
      expect(values).toEqual([1, 2, 3]);
      expect(emitted).toBeLessThanOrEqual(4);
      expect(manager.stats().busyWorkers).toBe(0);
      await expect(manager.queueTask(() => 'next')).resolves.toBe('next');
    });
  });

  describe('runTask', () => {
    it('runs on a pooled resource at once, past the lanes', async () => {
      const { manager } = virtualManager({ resourcePoolSize: 1 });
      ignore(manager.queueTask(() => NEVER));
      expect(manager.stats().availableResources).toBe(1);
      const gate = new Subject<string>();
      const first = manager.runTask(() => gate);
      expect(manager.stats()).toMatchObject({ availableResources: 0, runningTasks: 2 });
      const temporary = manager.runTask((resource) => resource);
      await expect(temporary).resolves.toBe(3);
      gate.next('result');
      gate.complete();
      await expect(first).resolves.toBe('result');
      expect(manager.stats()).toMatchObject({ availableResources: 1, runningTasks: 1 });
      void manager.kill();
    });

    it('releases a temporary resource after its task', async () => {
      const { manager, released } = virtualManager();
      await expect(manager.runTask((resource) => resource)).resolves.toBe(2);
      expect(released).toEqual([2]);
    });

    it("gives the task's own error, and replaces an unhealthy resource", async () => {
      const { manager, released } = virtualManager({
        resourcePoolSize: 1,
        checkHealth: () => false,
      });
      await expect(manager.runTask(() => Promise.reject(failure))).rejects.toBe(failure);
      expect(released).toEqual([2]);
      expect(manager.stats().availableResources).toBe(1);
    });

    it('runs while paused, and counts in the metrics', async () => {
      const { manager } = virtualManager();
      manager.pause();
      await expect(manager.runTask(() => 1)).resolves.toBe(1);
      expect(manager.metrics().totalTasksCompleted).toBe(1);
    });

    it('is refused after a stop', async () => {
      const { manager } = virtualManager();
      await manager.stop();
      await expect(manager.runTask(() => 1)).rejects.toBeInstanceOf(TaskManagerStoppedError);
    });
  });

  describe('stop', () => {
    it.each(['stats$', 'metrics$', 'events$'] as const)(
      'ends and completes all streams when a teardown behind %s throws',
      async (name) => {
        const why = new Error('of a teardown');
        const log: unknown[] = [];
        let stopped: Promise<void> | undefined;
        const errors = unhandledErrors(() => {
          const { manager } = virtualManager();
          const streams: Record<typeof name, Observable<unknown>> = manager;
          const throwing = finalize<unknown>(() => {
            throw why;
          });
          streams[name].pipe(throwing).subscribe();
          for (const each of ['stats$', 'metrics$', 'events$'] as const) {
            if (each !== name) streams[each].subscribe({ complete: () => log.push(each) });
          }
          stopped = manager.stop();
        });
        expect(log).toHaveLength(2);
        expect(errors).toEqual([expect.objectContaining({ errors: [why] })]);
        await stopped;
      },
    );

    it('resolves after the last release, with the same end each time', async () => {
      const { manager, time, task, released } = virtualManager();
      const done = Promise.all([manager.queueTask(task(10)), manager.queueTask(task(10))]);
      const ends = [manager.stop(), manager.stop(), manager[Symbol.asyncDispose]()];
      expect(manager.stats().state).toBe('stopping');
      time.advanceTo(15);
      expect(released).toEqual([]);
      time.advanceTo(20);
      expect(released).toEqual([1]);
      await done;
      await expect(Promise.all(ends)).resolves.toEqual([undefined, undefined, undefined]);
      await expect(manager.stop()).resolves.toBeUndefined();
      await expect(manager.kill()).resolves.toBeUndefined();
      expect(manager.stats().state).toBe('stopped');
    });

    it('becomes a kill after its timeout', async () => {
      const { manager, time, released } = virtualManager();
      const outcome = manager.queueTask(() => NEVER);
      ignore(outcome);
      const stopped = manager.stop({ timeout: 50 });
      time.advanceTo(49);
      expect(manager.stats().state).toBe('stopping');
      time.advanceTo(50);
      expect(manager.stats().state).toBe('killed');
      await expect(outcome).rejects.toBeInstanceOf(TaskManagerStoppedError);
      await stopped;
      expect(released).toEqual([1]);
    });

    it('takes the shortest of several timeouts, and leaves no timer at its end', async () => {
      const { manager, time } = virtualManager();
      ignore(manager.queueTask(() => NEVER));
      void manager.stop();
      void manager.stop({ timeout: 100 });
      void manager.stop({ timeout: 10 });
      time.advanceTo(10);
      expect(manager.stats().state).toBe('killed');
      expect(time.timers).toBe(0);
      await manager.stop({ timeout: 10 });
      expect(time.timers).toBe(0);
    });

    it('leaves no timer after an end before its timeout', async () => {
      const { manager, time } = virtualManager();
      await manager.stop({ timeout: 10_000 });
      expect(time.timers).toBe(0);
      expect(manager.stats().state).toBe('stopped');
    });

    it('runs tasks held by a pause to their end', async () => {
      const { manager } = virtualManager();
      manager.pause();
      const done = manager.queueTask(() => 'done');
      await manager.stop();
      await expect(done).resolves.toBe('done');
    });
  });

  describe('kill', () => {
    it('ends all tasks and releases, with the same end each time', async () => {
      const { manager, released } = virtualManager();
      const tasks = [manager.queueTask(() => NEVER), manager.queueTask(() => 1)];
      const outcomes = outcomesOf(tasks);
      await Promise.all([manager.kill(), manager.kill(), manager.stop()]);
      expect(await outcomes).toEqual([
        ['error', expect.any(TaskManagerStoppedError)],
        ['error', expect.any(TaskManagerStoppedError)],
      ]);
      expect(released).toEqual([1]);
      expect(manager.stats().state).toBe('killed');
    });

    it('takes over from a stop', async () => {
      const { manager } = virtualManager();
      ignore(manager.queueTask(() => NEVER));
      const stopped = manager.stop();
      void manager.kill();
      await expect(stopped).resolves.toBeUndefined();
      expect(manager.stats().state).toBe('killed');
    });
  });

  describe('pause and resume', () => {
    it('holds the lanes and accepts tasks', async () => {
      const { manager } = virtualManager();
      manager.pause();
      manager.pause();
      expect(manager.stats().state).toBe('paused');
      const run = jest.fn(() => 'done');
      const done = manager.queueTask(run);
      expect(run).not.toHaveBeenCalled();
      expect(manager.stats()).toMatchObject({ queuedTasks: 1, runningTasks: 0 });
      manager.resume();
      expect(run).toHaveBeenCalledTimes(1);
      manager.resume();
      expect(manager.stats().state).toBe('running');
      await expect(done).resolves.toBe('done');
    });

    it('lets running tasks continue', () => {
      const { manager, time, task, events } = virtualManager();
      ignore(manager.queueTask(task(10)));
      manager.pause();
      time.advanceTo(10);
      expect(events.map(({ type }) => type)).toContain('completed');
    });

    it('means nothing after a stop', async () => {
      const { manager, events } = virtualManager();
      await manager.stop();
      const before = events.length;
      manager.pause();
      manager.resume();
      expect(manager.stats().state).toBe('stopped');
      expect(events).toHaveLength(before);
    });

    it('tells of each change once', () => {
      const { manager, events } = virtualManager();
      manager.resume();
      manager.pause();
      manager.pause();
      manager.resume();
      expect(events).toMatchObject([
        { type: 'state', state: 'paused' },
        { type: 'state', state: 'running' },
      ]);
    });
  });

  describe('stats$', () => {
    it('is a BehaviorSubject', () => {
      const { manager } = virtualManager();
      expect(manager.stats$).toBeInstanceOf(BehaviorSubject);
      expect(manager.stats$.value).toEqual(manager.stats());
      expect(manager.stats$.getValue()).toEqual(manager.stats());
    });

    it('has all counts', () => {
      const { manager } = virtualManager({ workerCount: 2, resourcePoolSize: 3 });
      for (let i = 0; i < 3; i++) ignore(manager.queueTask(() => NEVER));
      ignore(manager.queueTaskWithPriority(() => NEVER));
      ignore(manager.runTask(() => NEVER));
      expect(manager.stats()).toEqual({
        baseWorkers: 2,
        activeWorkers: 2,
        burstWorkers: 0,
        busyWorkers: 2,
        queuedTasks: 1,
        priorityTasks: 1,
        delayedTasks: 0,
        runningTasks: 3,
        availableResources: 2,
        state: 'running',
      });
      void manager.kill();
    });

    it.each(['with', 'without'])('is correct at every event %s a subscriber', (how) => {
      const { manager, time, task } = virtualManager();
      if (how === 'with') manager.stats$.subscribe();
      const seen: [string, TaskStats][] = [];
      manager.events$.subscribe(({ type }) => {
        seen.push([type, manager.stats$.value]);
        expect(manager.stats$.value).toEqual(manager.stats());
      });
      ignore(manager.queueTask(task(10)));
      ignore(manager.queueTaskWithPriority(task(10)));
      time.advanceTo(20);
      void manager.stop();
      const counts = seen.map(([type, { runningTasks, priorityTasks, queuedTasks, state }]) => [
        type,
        runningTasks,
        priorityTasks + queuedTasks,
        state,
      ]);
      expect(counts.slice(0, 6)).toEqual([
        ['arrived', 0, 1, 'running'],
        ['started', 1, 0, 'running'],
        ['arrived', 1, 1, 'running'],
        ['completed', 0, 1, 'running'],
        ['started', 1, 0, 'running'],
        ['completed', 0, 0, 'running'],
      ]);
      expect(counts.at(-1)?.[3]).toBe('stopped');
    });

    it('does not repeat equal snapshots', () => {
      const { manager, time, task } = virtualManager();
      const seen: TaskStats[] = [];
      manager.stats$.subscribe((stats) => seen.push(stats));
      for (let i = 0; i < 5; i++) ignore(manager.queueTask(task(10)));
      manager.pause();
      manager.resume();
      time.advanceTo(20_000);
      for (let i = 1; i < seen.length; i++) expect(seen[i]).not.toEqual(seen[i - 1]);
      expect(seen.length).toBeGreaterThan(10);
    });

    it('gives a late subscriber the present snapshot first', () => {
      const { manager } = virtualManager();
      ignore(manager.queueTask(() => NEVER));
      const late: TaskStats[] = [];
      manager.stats$.subscribe((stats) => late.push(stats));
      expect(late).toEqual([manager.stats()]);
      expect(late[0]?.runningTasks).toBe(1);
      void manager.kill();
    });

    it('completes at the end, with the last snapshot as its value', async () => {
      const { manager } = virtualManager();
      const states = lastValueFrom(manager.stats$.pipe(toArray()));
      await manager.stop();
      expect((await states).at(-1)?.state).toBe('stopped');
      expect(manager.stats$.value.state).toBe('stopped');
    });
  });

  describe('metrics$', () => {
    const collect = (manager: TaskManager<number>, now: () => number) => {
      const seen: [number, TaskMetrics][] = [];
      const subscription = manager.metrics$.subscribe((metrics) => seen.push([now(), metrics]));
      return { seen, subscription, times: () => seen.map(([time]) => time) };
    };

    it('is a BehaviorSubject', () => {
      const { manager } = virtualManager();
      expect(manager.metrics$).toBeInstanceOf(BehaviorSubject);
      expect(manager.metrics$.value).toEqual(manager.metrics());
    });

    it('is published once to a subscriber while idle, without a timer', () => {
      const { manager, time } = virtualManager();
      const { times } = collect(manager, () => time.now());
      expect(time.timers).toBe(0);
      time.advanceTo(10_000);
      expect(times()).toEqual([0]);
    });

    it('is published every burstInterval while busy, and when the last task ends', () => {
      const { manager, time, task } = virtualManager({ burstInterval: 50 });
      time.advanceTo(1000);
      const { seen, times } = collect(manager, () => time.now());
      ignore(manager.queueTask(task(120)));
      time.advanceTo(1120);
      expect(times()).toEqual([1000, 1050, 1100, 1120]);
      expect(seen.at(-1)?.[1].totalTasksCompleted).toBe(1);
    });

    it('is published until both rates are 0 again, and no longer', () => {
      const { manager, time, task } = virtualManager({ rateWindow: 1000 });
      time.advanceTo(2000);
      const { seen } = collect(manager, () => time.now());
      ignore(manager.queueTask(task(10)));
      time.advanceTo(10_000);
      const [at, last] = seen.at(-1)!;
      expect(last).toMatchObject({ taskArrivalRate: 0, taskCompletionRate: 0 });
      expect(at).toBeLessThanOrEqual(3200);
      expect(seen.slice(1, -1).every(([, { taskCompletionRate: r }]) => r > 0)).toBe(true);
      expect(time.timers).toBe(0);
    });

    it.each(['a cancelled task', 'a task that took longer than the window'])(
      'is published until both rates are 0 again after %s',
      (what) => {
        const { manager, time, task } = virtualManager({ rateWindow: 1000 });
        time.advanceTo(2000);
        const { seen } = collect(manager, () => time.now());
        const subscription = manager.submit(task(5000)).subscribe();
        if (what === 'a cancelled task') subscription.unsubscribe();
        time.advanceTo(20_000);
        const [at, last] = seen.at(-1)!;
        expect(last).toMatchObject({ taskArrivalRate: 0, taskCompletionRate: 0 });
        expect(at - (what === 'a cancelled task' ? 2000 : 7000)).toBeGreaterThanOrEqual(1000);
        expect(time.timers).toBe(0);
      },
    );

    it('has a correct value at any time', async () => {
      const { manager } = virtualManager();
      await manager.queueTask(() => 1);
      expect(manager.metrics$.value.totalTasksCompleted).toBe(1);
      manager.metrics$.subscribe();
      await manager.queueTask(() => 1);
      expect(manager.metrics$.value.totalTasksCompleted).toBe(2);
      expect(manager.metrics().totalTasksCompleted).toBe(2);
    });

    it('gives a late subscriber the present metrics', async () => {
      const { manager, time } = virtualManager();
      await manager.queueTask(() => 1);
      const { seen } = collect(manager, () => time.now());
      expect(seen[0]?.[1].totalTasksCompleted).toBe(1);
    });

    it('has no timer without a subscriber', () => {
      const { manager, time } = virtualManager({ burstInterval: 0 });
      const { subscription } = collect(manager, () => time.now());
      ignore(manager.queueTask(() => NEVER));
      expect(time.timers).toBe(1);
      subscription.unsubscribe();
      expect(time.timers).toBe(0);
      void manager.kill();
    });

    it('completes at the end', async () => {
      const { manager, time } = virtualManager();
      const done = lastValueFrom(manager.metrics$);
      await manager.queueTask(() => 1);
      await manager.stop();
      await expect(done).resolves.toMatchObject({ totalTasksCompleted: 1 });
      expect(time.timers).toBe(0);
    });
  });

  describe('events$', () => {
    it('tells all events of a task, in order, to all subscribers', () => {
      const { manager, time, task, events } = virtualManager();
      const second: unknown[] = [];
      manager.events$.subscribe((event) => second.push(event));
      time.advanceTo(5);
      ignore(manager.queueTask(task(10, 'done'), { label: 'mine', priority: 2 }));
      time.advanceTo(100);
      const all = { id: 1, label: 'mine', priority: 2, attempt: 0, direct: false, queuedAt: 5 };
      expect(events).toEqual([
        { ...all, type: 'arrived', time: 5 },
        { ...all, type: 'started', time: 5, startedAt: 5, worker: 1 },
        {
          ...all,
          type: 'completed',
          time: 15,
          startedAt: 5,
          finishedAt: 15,
          result: 'done',
        },
      ]);
      expect(second).toEqual(events);
    });

    it('completes after the stop and the last release', async () => {
      const { manager, released } = virtualManager();
      const end = jest.fn(() => expect(released).toEqual([1]));
      manager.events$.subscribe({ complete: end });
      await manager.stop();
      expect(end).toHaveBeenCalledTimes(1);
    });

    it('is no Subject', () => {
      expect(virtualManager().manager.events$).not.toHaveProperty('next');
    });

    it('continues after a subscriber that throws', async () => {
      const thrown = new Error('of the subscriber');
      const { manager, events } = virtualManager();
      const errors = unhandledErrors(() => {
        manager.events$.pipe(take(1)).subscribe(() => {
          throw thrown;
        });
        ignore(manager.queueTask(() => 1));
      });
      expect(errors).toEqual([thrown]);
      expect(events).toHaveLength(3);
      await expect(manager.queueTask(() => 2)).resolves.toBe(2);
    });
  });

  describe('ready', () => {
    it('resolves when base workers and pool are up, and not earlier', async () => {
      const gates: Subject<number>[] = [];
      const { manager } = virtualManager({
        workerCount: 2,
        resourcePoolSize: 1,
        onCreate: () => {
          const gate = new Subject<number>();
          gates.push(gate);
          return gate;
        },
      });
      let isReady = false;
      const ready = manager.ready.then(() => (isReady = true));
      expect(gates).toHaveLength(3);
      for (const gate of gates) {
        await Promise.resolve();
        expect(isReady).toBe(false);
        gate.next(1);
      }
      await ready;
      expect(manager.stats()).toMatchObject({ activeWorkers: 2, availableResources: 1 });
    });

    it('resolves when all resources are made in the same call', async () => {
      await expect(virtualManager({ resourcePoolSize: 2 }).manager.ready).resolves.toBeUndefined();
    });

    it('waits for the replacement of a lost worker, and for no more', async () => {
      const gates: Subject<number>[] = [];
      const { manager, events } = virtualManager({
        workerCount: 2,
        checkHealth: () => false,
        onCreate: () => {
          const gate = new Subject<number>();
          gates.push(gate);
          return gate;
        },
        onDestroy: () => {
          throw failure;
        },
      });
      let isReady = false;
      const ready = manager.ready.then(() => (isReady = true));
      manager.pause();
      manager.resume();
      gates[0]!.next(1);
      ignore(manager.queueTaskOnce(() => Promise.reject(failure)));
      await new Promise((resolve) => setImmediate(resolve));
      gates[1]!.next(2);
      await new Promise((resolve) => setImmediate(resolve));
      expect(events.map(({ type }) => type)).toEqual(
        expect.arrayContaining(['resourceFailed', 'workerStopped']),
      );
      expect(isReady).toBe(false);
      gates[2]!.next(3);
      await expect(ready).resolves.toBe(true);
    });

    it('rejects with the first failed creation, which is repeated', async () => {
      let attempts = 0;
      const { manager, time } = virtualManager({
        onCreate: () => {
          if (++attempts === 1) throw failure;
          return attempts;
        },
      });
      await expect(manager.ready).rejects.toBeInstanceOf(ResourceCreationError);
      await expect(manager.ready).rejects.toMatchObject({ cause: failure });
      time.advanceTo(1000);
      expect(manager.stats().activeWorkers).toBe(1);
    });

    it.each(['stop', 'kill'] as const)('rejects on an earlier %s', async (end) => {
      const gate = new Subject<number>();
      const { manager } = virtualManager({ onCreate: () => gate });
      const ended = manager[end]();
      await expect(manager.ready).rejects.toBeInstanceOf(TaskManagerStoppedError);
      gate.next(1);
      await ended;
    });

    it('causes no unhandled rejection when unused', async () => {
      const unhandled = jest.fn();
      process.once('unhandledRejection', unhandled);
      const { manager } = virtualManager({ onCreate: () => Promise.reject(failure) });
      await manager.kill();
      await new Promise((resolve) => setImmediate(resolve));
      process.off('unhandledRejection', unhandled);
      expect(unhandled).not.toHaveBeenCalled();
    });
  });

  describe('watchStats and watchMetrics', () => {
    it('gives the latest stats to for await, until the manager ends', async () => {
      const { manager } = virtualManager();
      const states: string[] = [];
      for await (const { state } of manager.watchStats()) {
        states.push(state);
        if (state === 'running') manager.pause();
        if (state === 'paused') void manager.stop();
      }
      expect(states[0]).toBe('running');
      expect(states[1]).toBe('paused');
      expect(manager.stats().state).toBe('stopped');
    });

    it('gives the last stats even to a reader that is busy at the end', async () => {
      const { manager } = virtualManager();
      const states: string[] = [];
      let rounds = 0;
      for await (const { state } of manager.watchStats()) {
        states.push(state);
        if (++rounds === 1) manager.pause();
        if (rounds === 2) await manager.stop();
      }
      expect(states).toEqual(['running', 'paused', 'stopped']);
    });

    it('gives a slow reader the latest stats only', async () => {
      const { manager } = virtualManager();
      const stats = manager.watchStats();
      await stats.next();
      for (let i = 0; i < 5; i++) ignore(manager.queueTask(() => NEVER));
      await expect(stats.next()).resolves.toMatchObject({
        value: { runningTasks: 1, queuedTasks: 4 },
      });
      await stats.return?.();
      void manager.kill();
    });

    it('ends a watch at once on return, for a waiting reader too', async () => {
      const { manager } = virtualManager();
      for (const values of [manager.watchStats(), manager.watchMetrics()]) {
        await values.next();
        const waiting = values.next();
        await expect(values.return?.()).resolves.toMatchObject({ done: true });
        await expect(waiting).resolves.toMatchObject({ done: true });
      }
      void manager.kill();
    });

    it('gives the latest metrics to for await, and leaves no timer after a break', async () => {
      const { manager, time } = virtualManager({ burstInterval: 0 });
      ignore(manager.queueTask(() => NEVER));
      let rounds = 0;
      for await (const metrics of manager.watchMetrics()) {
        expect(metrics.totalTasksArrived).toBe(++rounds);
        if (rounds === 3) break;
        expect(time.timers).toBe(1);
        ignore(manager.queueTask(() => NEVER));
        time.advanceTo(rounds * 100);
      }
      expect(time.timers).toBe(0);
      void manager.kill();
    });
  });

  describe('Symbol.asyncDispose', () => {
    it('stops at the end of a block with await using', async () => {
      const { manager, released } = virtualManager();
      let done: Promise<string>;
      {
        await using disposed = manager;
        done = disposed.queueTask(async () => 'done');
      }
      expect(manager.stats().state).toBe('stopped');
      expect(released).toEqual([1]);
      await expect(done).resolves.toBe('done');
    });
  });

  describe('signal', () => {
    it('starts the graceful stop when aborted', async () => {
      const controller = new AbortController();
      const { manager, time, task } = virtualManager({ signal: controller.signal });
      const done = manager.queueTask(task(10, 'done'));
      controller.abort();
      expect(manager.stats().state).toBe('stopping');
      await expect(manager.queueTask(() => 1)).rejects.toBeInstanceOf(TaskManagerStoppedError);
      time.advanceTo(10);
      await expect(done).resolves.toBe('done');
      expect(manager.stats().state).toBe('stopped');
    });

    it('stops the manager at once when already aborted', async () => {
      const onCreate = jest.fn(() => 1);
      const { manager } = virtualManager({ signal: AbortSignal.abort(), onCreate });
      expect(manager.stats().state).toBe('stopped');
      expect(onCreate).not.toHaveBeenCalled();
      await expect(manager.ready).rejects.toBeInstanceOf(TaskManagerStoppedError);
      await manager.stop();
    });
  });
});

describe('createTaskManager', () => {
  const onDestroy = () => undefined;

  it('gives the manager when ready', async () => {
    const manager = await createTaskManager({
      onCreate: () => Promise.resolve('resource'),
      onDestroy,
      workerCount: 2,
      resourcePoolSize: 1,
    });
    expect(manager).toBeInstanceOf(TaskManager);
    expect(manager.stats()).toMatchObject({ activeWorkers: 2, availableResources: 1 });
    await manager.stop();
  });

  it('releases all resources before rejecting when a creation fails', async () => {
    let created = 0;
    const released: number[] = [];
    const creating = createTaskManager({
      onCreate: () => {
        if (++created === 3) throw failure;
        return created;
      },
      onDestroy: (resource) => released.push(resource),
      workerCount: 4,
      resourcePoolSize: 0,
    });
    await expect(creating).rejects.toBeInstanceOf(ResourceCreationError);
    await expect(creating).rejects.toMatchObject({ cause: failure });
    expect(released.sort()).toEqual([1, 2, 4]);
  });

  it('waits for creations under way, and releases, before rejecting', async () => {
    const gate = new Subject<string>();
    const log: string[] = [];
    let created = 0;
    const creating = createTaskManager({
      onCreate: () => (++created === 1 ? gate : Promise.reject(failure)),
      onDestroy: (resource: string) => log.push(`released ${resource}`),
      workerCount: 2,
      resourcePoolSize: 0,
    });
    const rejected = creating.catch(() => log.push('rejected'));
    await firstValueFrom(of(0));
    await new Promise((resolve) => setImmediate(resolve));
    expect(log).toEqual([]);
    gate.next('slow');
    await rejected;
    expect(log).toEqual(['released slow', 'rejected']);
  });

  it('rejects when stopped before being ready', async () => {
    const controller = new AbortController();
    const onCreate = () => concat(of('resource'), NEVER);
    const gate = new Subject<string>();
    const creating = createTaskManager({
      onCreate: () => gate,
      onDestroy,
      workerCount: 1,
      signal: controller.signal,
    });
    controller.abort();
    gate.next('late');
    await expect(creating).rejects.toBeInstanceOf(TaskManagerStoppedError);
    const aborted = createTaskManager({
      onCreate,
      onDestroy,
      workerCount: 1,
      signal: AbortSignal.abort(),
    });
    await expect(aborted).rejects.toBeInstanceOf(TaskManagerStoppedError);
  });
});
