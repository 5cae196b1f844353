import {
  EMPTY,
  finalize,
  from,
  map,
  NEVER,
  Observable,
  of,
  range,
  Subject,
  take,
  tap,
  throwError,
  timer,
  toArray,
} from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import {
  InvalidConfigError,
  TaskCancelledError,
  TaskManagerStoppedError,
  TaskTimeoutError,
} from '../../src/events/errors.js';
import type { Job } from '../../src/tasks/Job.js';
import { queueOn } from '../../src/manager/queueOn.js';
import type { QueueOnOptions } from '../../src/manager/TaskStream.js';
import type { TaskContext, TaskFunction } from '../../src/tasks/task.js';
import type { WaitingTask } from '../../src/tasks/waiting.js';
import { TaskManager } from '../../src/manager/TaskManager.js';
import { abortable } from '../support/abortable.js';
import { unhandledErrors } from '../support/unhandledErrors.js';
import { virtualManager } from '../support/virtualManager.js';

const failure = new Error('of the task');
const ignore = (promise: Promise<unknown>): void => {
  promise.catch(() => undefined);
};
const fail = (): never => {
  throw failure;
};

/** Runs marbles with a manager of `workerCount` workers in their virtual time. */
const run = (
  workerCount: number,
  test: (
    helpers: Parameters<Parameters<TestScheduler['run']>[0]>[0] & { manager: TaskManager<string> },
  ) => void,
): void => {
  const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
  scheduler.run((helpers) => {
    const manager = new TaskManager({
      onCreate: () => 'resource',
      onDestroy: () => undefined,
      workerCount,
      resourcePoolSize: 0,
      burstInterval: 0,
      scheduler,
    });
    test({ ...helpers, manager });
  });
};
/** `--x|` */
const two = (x: string) => () => timer(2).pipe(map(() => x));

describe('queueOn', () => {
  it('makes each value a task, and gives results in the order of the ends', () => {
    run(2, ({ manager, hot, expectObservable, expectSubscriptions }) => {
      const source = hot('  -a-bc-----|');
      const subs = '        ^---------!';
      const expected = '    ---a-bc---|';
      expectObservable(source.pipe(queueOn(manager, two))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subs);
    });
  });

  it('completes when the source and all tasks have completed', () => {
    run(1, ({ manager, cold, expectObservable }) => {
      const source = cold(' (ab|)');
      const expected = '    --a-(b|)';
      expectObservable(source.pipe(queueOn(manager, two))).toBe(expected);
    });
  });

  it('never emits or ends with a silent source', () => {
    run(1, ({ manager, expectObservable }) => {
      expectObservable(NEVER.pipe(queueOn(manager, two))).toBe('-');
      expectObservable(EMPTY.pipe(queueOn(manager, two))).toBe('|');
    });
  });

  it('passes on the error of the source, and cancels its tasks', () => {
    run(1, ({ manager, hot, expectObservable, flush }) => {
      const source = hot('  -a--bc#');
      const expected = '    ---a--#';
      expectObservable(source.pipe(queueOn(manager, two))).toBe(expected);
      flush();
      expect(manager.stats()).toMatchObject({ runningTasks: 0, queuedTasks: 0 });
      expect(manager.metrics().totalTasksCancelled).toBe(2);
    });
  });

  it('passes on all values of a task', () => {
    run(1, ({ manager, cold, hot, expectObservable }) => {
      const source = hot('  -a--b---|');
      const task = cold('    -xy|');
      const expected = '    --xy-xy-|';
      expectObservable(source.pipe(queueOn(manager, () => () => task))).toBe(expected);
    });
  });

  it("passes on a task's error, and ends all other tasks", () => {
    run(2, ({ manager, hot, expectObservable, expectSubscriptions, flush }) => {
      const source = hot('  -ab-c-----|');
      const subs = '        ^---!      ';
      const expected = '    ---a#';
      const project = (x: string): TaskFunction<string, string> =>
        x === 'b' ? () => timer(2).pipe(map(fail)) : two(x);
      expectObservable(source.pipe(queueOn(manager, project))).toBe(expected, undefined, failure);
      expectSubscriptions(source.subscriptions).toBe(subs);
      flush();
      expect(manager.stats()).toMatchObject({ runningTasks: 0, queuedTasks: 0 });
    });
  });

  it("leaves failed tasks out with onError: 'skip'", () => {
    run(1, ({ manager, hot, expectObservable }) => {
      const source = hot('  -a-b-c---|');
      const expected = '    ---a---c-|';
      const project = (x: string): TaskFunction<string, string> => (x === 'b' ? fail : two(x));
      const skipping = queueOn(manager, project, { onError: 'skip' });
      expectObservable(source.pipe(skipping)).toBe(expected);
    });
  });

  it('cancels its own tasks, and no others, at an unsubscribe', () => {
    run(2, ({ manager, hot, expectObservable, expectSubscriptions, flush }) => {
      ignore(manager.queueTask(() => NEVER));
      ignore(manager.queueTask(() => timer(5)));
      const source = hot('  -abc-----');
      const unsub = '       -------!  ';
      const expected = '    -------   ';
      expectObservable(source.pipe(queueOn(manager, two)), unsub).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe('^------!');
      ignore(manager.queueTask(() => NEVER));
      flush();
      expect(manager.metrics()).toMatchObject({ totalTasksCancelled: 3, totalTasksCompleted: 1 });
      expect(manager.stats()).toMatchObject({ runningTasks: 2, queuedTasks: 0 });
    });
  });

  it('starts none of its waiting tasks at an unsubscribe', () => {
    const { manager } = virtualManager();
    const run = jest.fn(() => NEVER);
    of(1, 2, 3)
      .pipe(queueOn(manager, () => run))
      .subscribe()
      .unsubscribe();
    expect(run).toHaveBeenCalledTimes(1);
    expect(manager.metrics().totalTasksCancelled).toBe(3);
  });

  it('queues the tasks again on each subscription', () => {
    const { manager } = virtualManager();
    const results$ = of(1, 2).pipe(queueOn(manager, (x) => () => x * 10));
    const results: number[] = [];
    results$.subscribe((x) => results.push(x));
    results$.subscribe((x) => results.push(x));
    expect(results).toEqual([10, 20, 10, 20]);
  });

  it('gives the resource, the context and the index', () => {
    const { manager } = virtualManager();
    const seen: unknown[] = [];
    from(['a', 'b'])
      .pipe(queueOn(manager, (value, index) => (resource, { id }) => [value, index, resource, id]))
      .subscribe((values) => seen.push(values));
    expect(seen).toEqual([
      ['a', 0, 1, 1],
      ['b', 1, 1, 2],
    ]);
  });

  it.each<[string, () => unknown]>([
    ['throws', fail],
    ['gives no function', () => 'no function'],
  ])('errors when project %s, even with onError: skip', (title, project: any) => {
    const { manager } = virtualManager();
    const error = jest.fn();
    of(1)
      .pipe(queueOn(manager, project, { onError: 'skip' }))
      .subscribe({ error });
    expect(error).toHaveBeenCalledTimes(1);
    const [thrown] = error.mock.calls[0] as [unknown];
    if (title === 'throws') expect(thrown).toBe(failure);
    else expect(thrown).toBeInstanceOf(InvalidConfigError);
    if (title !== 'throws') expect(thrown).toMatchObject({ field: 'task', value: 'no function' });
  });

  it('errors when priority throws or is NaN', () => {
    const { manager } = virtualManager();
    for (const priority of [fail, () => NaN]) {
      const error = jest.fn();
      of(1)
        .pipe(queueOn(manager, () => () => 1, { priority }))
        .subscribe({ error });
      expect(error).toHaveBeenCalledTimes(1);
      const expected =
        priority === fail ? failure : expect.objectContaining({ field: 'priority', value: NaN });
      expect(error).toHaveBeenCalledWith(expected);
    }
  });

  it('queues nothing when project unsubscribes from the output', () => {
    const { manager, events } = virtualManager();
    const source = new Subject<number>();
    const subscription = source
      .pipe(
        queueOn(manager, () => {
          subscription.unsubscribe();
          return () => NEVER;
        }),
      )
      .subscribe();
    source.next(1);
    expect(events.filter(({ type }) => type === 'arrived')).toEqual([]);
  });

  it('throws at the call for a value that is no manager', () => {
    const project = () => () => 1;
    expect(() => queueOn({ submit: () => of(1) } as any, project)).toThrow(
      'Expected `manager` to be a TaskManager, got object',
    );
  });

  it('serves values by their priority', () => {
    const { manager } = virtualManager();
    const gate = new Subject<void>();
    ignore(manager.queueTask(() => gate));
    const results: number[] = [];
    of(1, 3, 2)
      .pipe(queueOn(manager, (x) => () => x, { priority: (x) => x }))
      .subscribe((x) => results.push(x));
    gate.complete();
    expect(results).toEqual([3, 2, 1]);
  });

  it.each<[string, QueueOnOptions<number>, number]>([
    ['once', { once: true }, 1],
    ['maxRetries', { maxRetries: 1 }, 2],
    ['no limit of its own', {}, 4],
  ])('tries an unhealthy task as often as %s says', (_title, options, attempts) => {
    const { manager } = virtualManager({ checkHealth: () => false });
    const run = jest.fn(fail);
    const error = jest.fn();
    of(1)
      .pipe(queueOn(manager, () => run, options))
      .subscribe({ error });
    expect(run).toHaveBeenCalledTimes(attempts);
    expect(error).toHaveBeenCalledTimes(1);
  });

  it('passes on timeout, signal and label', () => {
    const { manager, time, events } = virtualManager();
    const controller = new AbortController();
    const options = { timeout: 50, signal: controller.signal, label: 'page' };
    const errors: unknown[] = [];
    const start = () =>
      of(1)
        .pipe(queueOn(manager, () => () => NEVER, options))
        .subscribe({ error: (error: unknown) => errors.push(error) });
    start();
    time.advanceTo(50);
    start();
    controller.abort();
    expect(errors).toEqual([expect.any(TaskTimeoutError), expect.any(TaskCancelledError)]);
    expect(events[0]).toMatchObject({ label: 'page' });
  });

  it('passes on retry, key and cost', () => {
    const { manager, time, task } = virtualManager();
    const blocked = manager.queueTask(task(5));
    const options = { key: 'a customer', cost: 3, retry: { count: 1, delay: 10 } };
    const run = jest.fn((_resource: unknown, { attempt }: TaskContext) => attempt || fail());
    const results: number[] = [];
    of(1)
      .pipe(queueOn(manager, () => run, options))
      .subscribe((result) => results.push(result));
    const seen: WaitingTask[] = [];
    manager.cancelWaiting((waiting) => seen.push(waiting) === 0);
    expect(seen).toMatchObject([{ key: 'a customer', cost: 3 }]);
    time.advanceTo(100);
    expect(run).toHaveBeenCalledTimes(2);
    expect(results).toEqual([1]);
    return blocked;
  });

  it('reads inherited options and getters once, at the call', () => {
    const { manager, events } = virtualManager({ checkHealth: () => false });
    const label = jest.fn(() => 'page');
    class Options {
      once = false;
      get label() {
        return label();
      }
    }
    class Own extends Options {
      override once = true;
    }
    const options = Object.create(new Own()) as Own;
    const results$ = of(1, 2).pipe(queueOn(manager, () => fail, options));
    Object.defineProperty(options, 'once', { get: fail });
    const error = jest.fn();
    results$.subscribe({ error });
    expect(error).toHaveBeenCalledWith(failure);
    expect(events.map(({ type }) => type)).not.toContain('retried');
    expect(events[0]).toMatchObject({ type: 'arrived', label: 'page' });
    expect(label).toHaveBeenCalledTimes(1);
  });

  it('ends when refused values came within each other', () => {
    const { manager, time, task } = virtualManager();
    const source = new Subject<number>();
    const error = jest.fn();
    const results: number[] = [];
    source
      .pipe(
        queueOn(manager, (x) => {
          if (x === 2) source.next(3);
          return task(10, x);
        }),
      )
      .subscribe({ next: (x) => results.push(x), error });
    source.next(1);
    void manager.stop();
    source.next(2);
    time.advanceTo(10);
    expect(results).toEqual([1]);
    expect(error).toHaveBeenCalledTimes(1);
    expect(error).toHaveBeenCalledWith(expect.any(TaskManagerStoppedError));
  });

  it('ends a synchronous source when `take` has enough results', () => {
    const { manager } = virtualManager();
    let emitted = 0;
    const source$ = new Observable<number>((subscriber) => {
      while (!subscriber.closed && emitted < 1000) subscriber.next(++emitted);
    });
    const results: number[] = [];
    source$
      .pipe(
        queueOn(manager, (x) => () => x),
        take(3),
      )
      .subscribe((x) => results.push(x));
    expect(results).toEqual([1, 2, 3]);
    expect(emitted).toBe(3);
  });

  it('runs 100,000 synchronous tasks on a constant stack', () => {
    const { manager } = virtualManager();
    let count = 0;
    range(0, 100_000)
      .pipe(queueOn(manager, (x) => () => x))
      .subscribe(() => count++);
    expect(count).toBe(100_000);
  });

  it('runs 100,000 synchronous tasks that waited or fail, on a constant stack', () => {
    const { manager } = virtualManager();
    const gate = new Subject<void>();
    ignore(manager.queueTask(() => gate));
    let count = 0;
    const complete = jest.fn();
    range(0, 100_000)
      .pipe(
        queueOn(manager, (x) => (x % 2 === 0 ? () => x : () => throwError(() => failure)), {
          onError: 'skip',
        }),
      )
      .subscribe({ next: () => count++, complete });
    expect(count).toBe(0);
    gate.complete();
    expect(count).toBe(50_000);
    expect(complete).toHaveBeenCalledTimes(1);
  });

  it.each(['throw', 'skip'] as const)(
    "errors at a value after a stop, after the accepted tasks (onError: '%s')",
    (onError) => {
      const { manager, time, task } = virtualManager();
      const source = new Subject<number>();
      const results: number[] = [];
      const error = jest.fn();
      source
        .pipe(queueOn(manager, (x) => task(10, x), { onError }))
        .subscribe({ next: (x) => results.push(x), error });
      source.next(1);
      void manager.stop();
      expect(error).not.toHaveBeenCalled();
      time.advanceTo(5);
      source.next(2);
      expect(source.observed).toBe(false);
      expect(error).not.toHaveBeenCalled();
      time.advanceTo(10);
      expect(results).toEqual([1]);
      expect(error).toHaveBeenCalledTimes(1);
      expect(error).toHaveBeenCalledWith(expect.any(TaskManagerStoppedError));
      expect(manager.metrics().totalTasksCancelled).toBe(0);
    },
  );

  it('errors at once at a value after a stop without a task, and reads no more', () => {
    const { manager } = virtualManager();
    void manager.stop();
    let read = 0;
    const error = jest.fn();
    range(1, 9)
      .pipe(
        tap(() => read++),
        queueOn(manager, (x) => () => x, { onError: 'skip' }),
      )
      .subscribe({ error });
    expect(error).toHaveBeenCalledWith(expect.any(TaskManagerStoppedError));
    expect(read).toBe(1);
  });

  it("passes on an accepted task's error after a stop, too", () => {
    const { manager, time, task } = virtualManager();
    const source = new Subject<number>();
    const error = jest.fn();
    source.pipe(queueOn(manager, (x) => (x === 2 ? fail : task(10, x)))).subscribe({ error });
    source.next(1);
    source.next(2);
    void manager.stop();
    source.next(3);
    time.advanceTo(10);
    expect(error).toHaveBeenCalledTimes(1);
    expect(error).toHaveBeenCalledWith(failure);
  });

  it('errors at once when a stop becomes a kill', () => {
    const { manager, time, task } = virtualManager();
    const source = new Subject<number>();
    const error = jest.fn();
    source.pipe(queueOn(manager, () => task(100), { onError: 'skip' })).subscribe({ error });
    source.next(1);
    void manager.stop({ timeout: 20 });
    source.next(2);
    time.advanceTo(20);
    expect(error).toHaveBeenCalledTimes(1);
    expect(error).toHaveBeenCalledWith(expect.any(TaskManagerStoppedError));
  });

  it.each(['throw', 'skip'] as const)(
    "knows the refusal and kill by a manager of another build (onError: '%s')",
    (onError) => {
      class TaskManagerStoppedError extends Error {
        override readonly name = 'TaskManagerStoppedError';
      }
      const stopped = new TaskManagerStoppedError();
      const { manager } = virtualManager();
      const state = { value: 'stopping' };
      const foreign = {
        [Symbol.for('rx-tasker.jobs')]: {
          queue: (job: Job<number, number>) => {
            if (state.value === 'stopping') job.refuse(stopped);
            else job.fail(stopped);
          },
          cancel: () => undefined,
        },
        stats: () => ({ ...manager.stats(), state: state.value }),
      } as unknown as TaskManager<number>;
      for (state.value of ['stopping', 'killed']) {
        const error = jest.fn();
        const complete = jest.fn();
        of(1, 2)
          .pipe(queueOn(foreign, () => () => 1, { onError }))
          .subscribe({ error, complete });
        expect(error).toHaveBeenCalledTimes(1);
        expect(error).toHaveBeenCalledWith(stopped);
        expect(complete).not.toHaveBeenCalled();
      }
    },
  );

  it("leaves out a task that found another manager stopped (onError: 'skip')", () => {
    const { manager } = virtualManager();
    const complete = jest.fn();
    const refusal = new TaskManagerStoppedError();
    of(1)
      .pipe(queueOn(manager, () => () => throwError(() => refusal), { onError: 'skip' }))
      .subscribe({ complete });
    expect(complete).toHaveBeenCalledTimes(1);
  });

  describe('signal', () => {
    it.each(['throw', 'skip'] as const)(
      "ends source, tasks and output when aborted (onError: '%s')",
      (onError) => {
        const { manager, events } = virtualManager();
        const source = new Subject<number>();
        const { signal, abort } = abortable();
        const reasons: unknown[] = [];
        const error = jest.fn();
        source
          .pipe(
            queueOn(
              manager,
              () => (_, context) => new Observable(() => () => reasons.push(context.signal.reason)),
              { signal, onError },
            ),
          )
          .subscribe({ error });
        source.next(1);
        source.next(2);
        abort('enough');
        expect(error).toHaveBeenCalledTimes(1);
        const cancelled = expect.objectContaining({ name: 'TaskCancelledError', cause: 'enough' });
        expect(error).toHaveBeenCalledWith(cancelled);
        expect(source.observed).toBe(false);
        expect(reasons).toEqual([cancelled]);
        expect(manager.stats()).toMatchObject({ runningTasks: 0, queuedTasks: 0 });
        expect(events.filter(({ type }) => type === 'cancelled')).toEqual([
          expect.objectContaining({ error: cancelled }),
          expect.objectContaining({ error: cancelled }),
        ]);
      },
    );

    it('prevents the subscribe to the source when already aborted', () => {
      const { manager } = virtualManager();
      const subscribed = jest.fn();
      const error = jest.fn();
      const source = new Observable<number>(subscribed);
      source
        .pipe(queueOn(manager, () => () => 1, { signal: AbortSignal.abort('early') }))
        .subscribe({ error });
      expect(error).toHaveBeenCalledTimes(1);
      expect(error).toHaveBeenCalledWith(expect.objectContaining({ cause: 'early' }));
      expect(subscribed).not.toHaveBeenCalled();
    });

    it.each(['completes', 'fails', 'is unsubscribed'])(
      'has no listener any more when the stream %s',
      (how) => {
        const { manager } = virtualManager();
        const { signal, listeners } = abortable();
        const source = new Subject<number>();
        const options = { signal };
        const subscription = source
          .pipe(queueOn(manager, () => (how === 'fails' ? fail : () => 1), options))
          .subscribe({ error: () => undefined });
        expect(listeners.size).toBe(1);
        if (how === 'completes') source.complete();
        else if (how === 'fails') source.next(1);
        else subscription.unsubscribe();
        expect(listeners.size).toBe(0);
      },
    );

    it('has one listener for all streams', () => {
      const { manager } = virtualManager();
      const { signal, listeners, abort } = abortable();
      const error = jest.fn();
      for (let i = 0; i < 20; i++) {
        NEVER.pipe(queueOn(manager, () => () => 1, { signal })).subscribe({ error });
      }
      expect(listeners.size).toBe(1);
      abort();
      expect(error).toHaveBeenCalledTimes(20);
    });
  });

  it('completes when the manager is stopped after the last value', () => {
    const { manager, time, task } = virtualManager();
    const results: number[] = [];
    const complete = jest.fn();
    of(1, 2)
      .pipe(queueOn(manager, (x) => task(10, x)))
      .subscribe({ next: (x) => results.push(x), complete });
    void manager.stop();
    time.advanceTo(20);
    expect(results).toEqual([1, 2]);
    expect(complete).toHaveBeenCalledTimes(1);
  });

  it.each(['throw', 'skip'] as const)(
    "errors when the manager is killed (onError: '%s')",
    (onError) => {
      const { manager } = virtualManager();
      const error = jest.fn();
      of(1, 2)
        .pipe(queueOn(manager, () => () => NEVER, { onError }))
        .subscribe({ error });
      void manager.kill();
      expect(error).toHaveBeenCalledTimes(1);
      expect(error).toHaveBeenCalledWith(expect.any(TaskManagerStoppedError));
    },
  );

  it('shares a manager with other streams', () => {
    const { manager, time, task } = virtualManager({ workerCount: 2 });
    const results: unknown[] = [];
    for (const name of ['a', 'b']) {
      of(1, 2, 3)
        .pipe(
          queueOn(manager, (x) => task(10, `${name}${x}`)),
          toArray(),
        )
        .subscribe((all) => results.push(all));
    }
    time.advanceTo(30);
    expect(results).toEqual([
      ['a1', 'a2', 'a3'],
      ['b1', 'b2', 'b3'],
    ]);
  });

  it.each(['completes', 'fails'] as const)(
    'gives the worker back when a teardown behind throws as the stream %s',
    (how) => {
      const end = new Error('of a teardown');
      const results: unknown[] = [];
      const errors = unhandledErrors(() => {
        const { manager, time, task } = virtualManager();
        timer(1, time)
          .pipe(
            queueOn(manager, () => (how === 'fails' ? fail : task(10, 'first'))),
            finalize(() => {
              throw end;
            }),
          )
          .subscribe({ error: () => undefined });
        manager.submit(task(30, 'second')).subscribe((result) => results.push(result));
        time.advanceTo(50);
        manager.submit(task(10, 'third')).subscribe((result) => results.push(result));
        time.advanceTo(60);
      });
      expect(results).toEqual(['second', 'third']);
      expect(errors).toEqual([expect.objectContaining({ errors: [end] })]);
    },
  );
});
