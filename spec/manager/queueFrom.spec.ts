import { Readable } from 'node:stream';
import { config, NEVER, Observable, Subject, take, takeUntil, toArray } from 'rxjs';
import { TaskManagerStoppedError } from '../../src/events/errors.js';
import { queueFrom, type PullSource, type QueueFromOptions } from '../../src/manager/queueFrom.js';
import { abortable } from '../support/abortable.js';
import { unhandledErrors } from '../support/unhandledErrors.js';
import { virtualManager } from '../support/virtualManager.js';

const failure = new Error('failed');
const fail = (): never => {
  throw failure;
};

/** Waits until all reactions of Promises have run. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The errors that RxJS reports during `act`, and during the Promises that `act` leaves. */
const errorsOf = async (act: () => Promise<void>): Promise<unknown[]> => {
  const errors: unknown[] = [];
  config.onUnhandledError = (error) => errors.push(error);
  await act();
  await turn();
  await new Promise((resolve) => setTimeout(resolve)); // the timer of RxJS is due before
  config.onUnhandledError = null;
  return errors;
};

/** Subscribes, and records the values and the end. */
const watch = <T>(source: Observable<T>) => {
  const values: T[] = [];
  const complete = jest.fn();
  const error = jest.fn();
  const subscription = source.subscribe({ next: (x) => values.push(x), complete, error });
  return { values, complete, error, subscription };
};

const numbers = (to: number, from = 1) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
function* generate(to: number): Generator<number> {
  for (let i = 1; i <= to; i++) yield i;
}
async function* generateAsync(to: number): AsyncGenerator<number> {
  yield* generate(to);
}
const streamOf = (to: number, onCancel: (reason: unknown) => void = () => undefined) => {
  let next = 1;
  return new ReadableStream<number>(
    {
      pull: (controller) => {
        if (next <= to) controller.enqueue(next++);
        else controller.close();
      },
      cancel: onCancel,
    },
    { highWaterMark: 0 },
  );
};
/** A stream of a browser that cannot iterate over streams. */
const readerOnly = (stream: ReadableStream<number>) =>
  ({ getReader: () => stream.getReader() }) as unknown as ReadableStream<number>;

/** An endless source that counts its reads and its ends. */
const endless = () => {
  const state = { read: 0, ended: 0 };
  const source: Iterable<number> = {
    [Symbol.iterator]: () => ({
      next: () => ({ done: false, value: ++state.read }),
      return: () => {
        state.ended++;
        return { done: true, value: undefined };
      },
    }),
  };
  return { state, source };
};

/** An asynchronous source whose values the spec gives. */
const given = () => {
  const asked: ((result: IteratorResult<number>) => void)[] = [];
  const state = { asked, ended: 0 };
  const source: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise((resolve) => asked.push(resolve)),
      return: () => {
        state.ended++;
        return Promise.resolve({ done: true, value: undefined });
      },
    }),
  };
  const give = async (value: number): Promise<void> => {
    asked.shift()?.({ done: false, value });
    await Promise.resolve();
  };
  return { state, source, give };
};

describe('queueFrom', () => {
  it.each<[string, () => PullSource<number>]>([
    ['an array', () => numbers(5)],
    ['a Set', () => new Set(numbers(5))],
    ['a generator', () => generate(5)],
    ['an async generator', () => generateAsync(5)],
    ['a ReadableStream', () => streamOf(5)],
    ['a ReadableStream that has only a reader', () => readerOnly(streamOf(5))],
  ])('makes each value of %s a task, and completes', async (_title, create) => {
    const { manager } = virtualManager();
    const results = await new Promise((resolve, reject) => {
      queueFrom(manager, create(), (x) => (resource) => resource * x * 10)
        .pipe(toArray())
        .subscribe({ next: resolve, error: reject });
    });
    expect(results).toEqual([10, 20, 30, 40, 50]);
    expect(manager.stats().runningTasks).toBe(0);
  });

  it('takes the characters of a string', () => {
    const { manager } = virtualManager();
    const { values, complete } = watch(queueFrom(manager, 'añ😀', (x) => () => x));
    expect(values).toEqual(['a', 'ñ', '😀']);
    expect(complete).toHaveBeenCalledTimes(1);
  });

  it('completes at once with an empty source', () => {
    const { complete } = watch(queueFrom(virtualManager().manager, [], () => () => 1));
    expect(complete).toHaveBeenCalledTimes(1);
  });

  it('opens the source at each subscription, and not earlier', () => {
    const { manager } = virtualManager();
    const opened = jest.fn();
    const source = {
      [Symbol.iterator]: () => {
        opened();
        return generate(2);
      },
    };
    const results$ = queueFrom(manager, source, (x) => () => x);
    expect(opened).not.toHaveBeenCalled();
    expect(watch(results$).values).toEqual([1, 2]);
    expect(watch(results$).values).toEqual([1, 2]);
    expect(opened).toHaveBeenCalledTimes(2);
  });

  it('gives the index, and passes on all values of a task', () => {
    const { manager } = virtualManager();
    const { values } = watch(queueFrom(manager, 'ab', (x, i) => () => new Set([x, i])));
    expect(values).toEqual([new Set(['a', 0]), new Set(['b', 1])]);
    const all = watch(
      queueFrom(
        manager,
        [1, 2],
        (x) => () => new Observable<number>((s) => [x, -x].forEach((y) => s.next(y))),
      ),
    );
    expect(all.values).toEqual([1, -1]);
    all.subscription.unsubscribe();
  });

  describe('limit', () => {
    it('is 2 * maxWorkerCount by default', () => {
      const { manager } = virtualManager({ workerCount: 2, maxWorkerCount: 3 });
      const { state, source } = endless();
      const { subscription } = watch(queueFrom(manager, source, () => () => NEVER));
      expect(state.read).toBe(6);
      subscription.unsubscribe();
    });

    it('bounds the tasks in the manager at every moment, and is used fully', () => {
      const { manager, time, task } = virtualManager({ workerCount: 2, burstInterval: 0 });
      const { state, source } = endless();
      const { values, subscription } = watch(
        queueFrom(manager, source, (x) => task(10, x), { limit: 3 }),
      );
      for (let t = 0; t <= 100; t += 10) {
        time.advanceTo(t);
        expect(values).toHaveLength((t / 10) * 2);
        expect(state.read).toBe(values.length + 3);
        const { runningTasks, queuedTasks } = manager.stats();
        expect([runningTasks, queuedTasks]).toEqual([2, 1]);
      }
      subscription.unsubscribe();
    });

    it('counts the tasks of its own source only', () => {
      const { manager } = virtualManager();
      for (let i = 0; i < 9; i++) manager.queueTask(() => NEVER).catch(() => undefined);
      const { state, source } = endless();
      watch(queueFrom(manager, source, () => () => NEVER, { limit: 2 }));
      expect(state.read).toBe(2);
      void manager.kill();
    });

    it('asks an asynchronous source for one value at a time', async () => {
      const { manager, time, task } = virtualManager();
      const { state, source, give } = given();
      const { values } = watch(queueFrom(manager, source, (x) => task(10, x), { limit: 2 }));
      expect(state.asked).toHaveLength(1);
      await give(1);
      expect(state.asked).toHaveLength(1);
      await give(2);
      expect(state.asked).toHaveLength(0); // two are in the manager
      time.advanceTo(10);
      expect(values).toEqual([1]);
      expect(state.asked).toHaveLength(1);
      time.advanceTo(20);
      expect(values).toEqual([1, 2]);
      expect(state.asked).toHaveLength(1);
      await manager.kill();
    });

    it('leaves a ReadableStream unread', async () => {
      const { manager } = virtualManager();
      let pulled = 0;
      const stream = new ReadableStream<number>(
        { pull: (controller) => controller.enqueue(++pulled) },
        { highWaterMark: 0 },
      );
      const { subscription } = watch(queueFrom(manager, stream, () => () => NEVER, { limit: 3 }));
      await turn();
      expect(pulled).toBe(3);
      subscription.unsubscribe();
      await manager.kill();
    });
  });

  describe('unsubscribing', () => {
    it('ends the source once, and cancels its own tasks only', () => {
      const { manager } = virtualManager();
      manager.queueTask(() => NEVER).catch(() => undefined);
      const { state, source } = endless();
      const { subscription } = watch(queueFrom(manager, source, () => () => NEVER, { limit: 3 }));
      subscription.unsubscribe();
      expect(state).toEqual({ read: 3, ended: 1 });
      expect(manager.stats()).toMatchObject({ runningTasks: 1, queuedTasks: 0 });
      expect(manager.metrics().totalTasksCancelled).toBe(3);
      void manager.kill();
    });

    it('runs the finally of a generator', () => {
      const { manager } = virtualManager();
      const cleanup = jest.fn();
      function* withCleanup() {
        try {
          yield* generate(100);
        } finally {
          cleanup();
        }
      }
      const { subscription } = watch(queueFrom(manager, withCleanup(), () => () => NEVER));
      expect(cleanup).not.toHaveBeenCalled();
      subscription.unsubscribe();
      expect(cleanup).toHaveBeenCalledTimes(1);
      void manager.kill();
    });

    it('ends an asynchronous source under way, and takes no more values', async () => {
      const { manager } = virtualManager();
      const { state, source, give } = given();
      const { values, subscription } = watch(queueFrom(manager, source, (x) => () => x));
      subscription.unsubscribe();
      expect(state.ended).toBe(1);
      await give(1);
      expect(values).toEqual([]);
      expect(manager.metrics().totalTasksArrived).toBe(0);
      expect(state.asked).toHaveLength(0);
    });

    it.each<[string, (stream: ReadableStream<number>) => ReadableStream<number>]>([
      ['a ReadableStream', (stream) => stream],
      ['a ReadableStream that has only a reader', readerOnly],
    ])('cancels %s', async (_title, as) => {
      const { manager } = virtualManager();
      const cancel = jest.fn();
      const stream = as(streamOf(100, cancel));
      const { subscription } = watch(queueFrom(manager, stream, () => () => NEVER));
      await turn();
      expect(cancel).not.toHaveBeenCalled();
      subscription.unsubscribe();
      await turn();
      expect(cancel).toHaveBeenCalledTimes(1);
      await manager.kill();
    });

    it('does not end a source that was read to its end', () => {
      const { manager } = virtualManager();
      const returned = jest.fn();
      const iterator = generate(2);
      iterator.return = returned;
      const { subscription } = watch(queueFrom(manager, iterator, () => () => NEVER));
      subscription.unsubscribe();
      expect(returned).not.toHaveBeenCalled();
      void manager.kill();
    });

    it.each<[string, () => unknown]>([
      ['throws', fail],
      ['rejects', () => Promise.reject(failure)],
    ])('reports a return() that %s', async (_title, end) => {
      const { manager } = virtualManager();
      const source = {
        [Symbol.iterator]: () => ({ next: () => ({ done: false, value: 1 }), return: end }),
      } as Iterable<number>;
      const reported = new Promise((resolve) => (config.onUnhandledError = resolve));
      watch(queueFrom(manager, source, () => () => NEVER)).subscription.unsubscribe();
      expect(await reported).toBe(failure);
      config.onUnhandledError = null;
    });

    it('needs no return()', () => {
      const errors = unhandledErrors(() => {
        const { manager } = virtualManager();
        const source = {
          [Symbol.iterator]: () => ({ next: () => ({ done: false, value: 1 }) }),
        } as Iterable<number>;
        const { subscription } = watch(queueFrom(manager, source, () => () => NEVER));
        subscription.unsubscribe();
        expect(manager.stats().runningTasks).toBe(0);
      });
      expect(errors).toEqual([]);
    });
  });

  describe('an endless source', () => {
    it('is ended when `take` has enough results', () => {
      const { manager } = virtualManager();
      const { state, source } = endless();
      const { values, complete } = watch(queueFrom(manager, source, (x) => () => x).pipe(take(3)));
      expect(values).toEqual([1, 2, 3]);
      expect(complete).toHaveBeenCalledTimes(1);
      expect(state).toEqual({ read: 3, ended: 1 });
    });

    it('is ended when `take` has enough results of tasks that take time', () => {
      const { manager, time, task } = virtualManager();
      const { state, source } = endless();
      const { values } = watch(
        queueFrom(manager, source, (x) => task(10, x), { limit: 2 }).pipe(take(3)),
      );
      time.advanceTo(1000);
      expect(values).toEqual([1, 2, 3]);
      expect(state.ended).toBe(1);
      expect(state.read).toBeLessThanOrEqual(5);
      expect(manager.stats()).toMatchObject({ runningTasks: 0, queuedTasks: 0 });
    });

    it('is ended by the error of a task', () => {
      const { manager } = virtualManager();
      const { state, source } = endless();
      const { values, error } = watch(
        queueFrom(manager, source, (x) => (x === 3 ? fail : () => x)),
      );
      expect(values).toEqual([1, 2]);
      expect(error).toHaveBeenCalledWith(failure);
      expect(state).toEqual({ read: 3, ended: 1 });
    });

    it('is ended by a project that throws', () => {
      const { manager } = virtualManager();
      const { state, source } = endless();
      const { error } = watch(queueFrom(manager, source, fail, { onError: 'skip' }));
      expect(error).toHaveBeenCalledWith(failure);
      expect(state).toEqual({ read: 1, ended: 1 });
    });
  });

  describe('a source that fails', () => {
    const failing = (at: 'open' | 'next') => {
      const returned = jest.fn();
      const source: Iterable<number> = {
        [Symbol.iterator]: () => (at === 'open' ? fail() : { next: fail, return: returned }),
      };
      return { source, returned };
    };

    it.each(['open', 'next'] as const)('errors the output when %s throws', (at) => {
      const { source, returned } = failing(at);
      const { error } = watch(queueFrom(virtualManager().manager, source, () => () => 1));
      expect(error).toHaveBeenCalledTimes(1);
      expect(error).toHaveBeenCalledWith(failure);
      expect(returned).not.toHaveBeenCalled();
    });

    it('cancels the tasks of its values', () => {
      const { manager } = virtualManager();
      function* broken() {
        yield* generate(3);
        fail();
      }
      const { error } = watch(queueFrom(manager, broken(), () => () => NEVER, { limit: 9 }));
      expect(error).toHaveBeenCalledWith(failure);
      expect(manager.stats()).toMatchObject({ runningTasks: 0, queuedTasks: 0 });
    });

    it('errors the output when the source rejects', async () => {
      const { manager } = virtualManager();
      async function* broken() {
        yield* generate(1);
        fail();
      }
      const result = await new Promise((resolve) => {
        queueFrom(manager, broken(), () => () => NEVER).subscribe({ error: resolve });
      });
      expect(result).toBe(failure);
      expect(manager.stats().runningTasks).toBe(0);
    });

    it.each<[string, () => unknown]>([
      ['a result', () => undefined],
      ['an asynchronous result', () => Promise.resolve(undefined)],
    ])('errors the output when %s is no object', async (_title, next) => {
      const source = { [Symbol.asyncIterator]: () => ({ next }) } as AsyncIterable<number>;
      const result = await new Promise((resolve) => {
        queueFrom(virtualManager().manager, source, () => () => 1).subscribe({ error: resolve });
      });
      expect(result).toBeInstanceOf(TypeError);
    });
  });

  it.each<[string, QueueFromOptions<number>, number[]]>([
    ["'skip'", { onError: 'skip' }, [1, 3]],
    ["'throw'", { onError: 'throw' }, [1]],
    ['nothing', {}, [1]],
  ])('follows onError: %s', (_title, options, results) => {
    const { manager } = virtualManager();
    const { values, error, complete } = watch(
      queueFrom(manager, numbers(3), (x) => (x === 2 ? fail : () => x), options),
    );
    expect(values).toEqual(results);
    expect(error).toHaveBeenCalledTimes(options.onError === 'skip' ? 0 : 1);
    expect(complete).toHaveBeenCalledTimes(options.onError === 'skip' ? 1 : 0);
  });

  it('serves values by their priority', () => {
    const { manager } = virtualManager();
    const gate = new Subject<void>();
    manager.queueTask(() => gate).catch(() => undefined);
    const { values } = watch(queueFrom(manager, [1, 3, 2], (x) => () => x, { priority: (x) => x }));
    gate.complete();
    expect(values).toEqual([3, 2, 1]);
  });

  it('tries a task once with once', () => {
    const { manager } = virtualManager({ checkHealth: () => false });
    const run = jest.fn(fail);
    const { error } = watch(queueFrom(manager, [1], () => run, { once: true }));
    expect(run).toHaveBeenCalledTimes(1);
    expect(error).toHaveBeenCalledWith(failure);
  });

  it('runs 100,000 synchronous tasks on a constant stack', () => {
    const { manager } = virtualManager();
    let count = 0;
    queueFrom(manager, generate(100_000), (x) => () => x).subscribe(() => count++);
    expect(count).toBe(100_000);
  });

  it('runs 100,000 synchronous tasks that waited, on a constant stack', () => {
    const { manager } = virtualManager();
    const gate = new Subject<void>();
    manager.queueTask(() => gate).catch(() => undefined);
    let count = 0;
    queueFrom(manager, generate(100_000), (x) => () => x).subscribe(() => count++);
    expect(count).toBe(0);
    gate.complete();
    expect(count).toBe(100_000);
  });

  it('errors at a kill in the middle, and ends the source without a read', async () => {
    const { manager, time, task } = virtualManager();
    const { state, source } = endless();
    const { values, error } = watch(
      queueFrom(manager, source, (x) => task(10, x), { limit: 2, onError: 'skip' }),
    );
    time.advanceTo(15);
    const killed = manager.kill();
    expect(values).toEqual([1]);
    expect(error).toHaveBeenCalledTimes(1);
    expect(error).toHaveBeenCalledWith(expect.any(TaskManagerStoppedError));
    expect(state).toEqual({ read: 3, ended: 1 });
    await killed;
  });

  describe('stop', () => {
    it.each(['throw', 'skip'] as const)(
      "ends accepted tasks, then errors for further values (onError: '%s')",
      async (onError) => {
        const { manager, time, task } = virtualManager({ workerCount: 2, burstInterval: 0 });
        const { values, error, complete } = watch(
          queueFrom(manager, numbers(9), (x) => task(100, x), { onError, limit: 4 }),
        );
        time.advanceTo(50);
        const stopped = manager.stop();
        time.advanceTo(199);
        expect(values).toEqual([1, 2]);
        expect(error).not.toHaveBeenCalled();
        time.advanceTo(200);
        await stopped;
        expect(values).toEqual([1, 2, 3, 4]);
        expect(error).toHaveBeenCalledTimes(1);
        expect(error).toHaveBeenCalledWith(expect.any(TaskManagerStoppedError));
        expect(complete).not.toHaveBeenCalled();
        expect(manager.metrics()).toMatchObject({
          totalTasksCompleted: 4,
          totalTasksCancelled: 0,
        });
      },
    );

    it('does the same by the signal of the manager', () => {
      const controller = new AbortController();
      const { manager, time, task } = virtualManager({ signal: controller.signal });
      const { state, source } = endless();
      const { values, error } = watch(queueFrom(manager, source, (x) => task(10, x), { limit: 2 }));
      controller.abort();
      expect(state).toEqual({ read: 3, ended: 1 }); // the third was refused
      time.advanceTo(20);
      expect(values).toEqual([1, 2]);
      expect(error).toHaveBeenCalledWith(expect.any(TaskManagerStoppedError));
    });

    it.each<[string, () => PullSource<number>]>([
      ['an array', () => numbers(2)],
      ['an async generator', () => generateAsync(2)],
      ['a ReadableStream', () => streamOf(2)],
    ])('completes with %s that was read to its end', async (_title, create) => {
      const { manager, time, task } = virtualManager();
      const { values, complete, error } = watch(
        queueFrom(manager, create(), (x) => task(10, x), { limit: 2 }),
      );
      await turn();
      const stopped = manager.stop();
      await turn();
      time.advanceTo(20);
      await stopped;
      expect(values).toEqual([1, 2]);
      expect(error).not.toHaveBeenCalled();
      expect(complete).toHaveBeenCalledTimes(1);
    });

    it('errors when an asynchronous source has more values', async () => {
      const { manager, time, task } = virtualManager();
      const { state, source, give } = given();
      const { values, error } = watch(queueFrom(manager, source, (x) => task(10, x), { limit: 1 }));
      await give(1);
      void manager.stop();
      await give(2);
      expect(state.ended).toBe(1);
      expect(error).not.toHaveBeenCalled();
      time.advanceTo(10);
      expect(values).toEqual([1]);
      expect(error).toHaveBeenCalledWith(expect.any(TaskManagerStoppedError));
      expect(state.asked).toHaveLength(0);
    });

    it('ends a stalled source at once, and then the accepted tasks', async () => {
      const { manager, time, task } = virtualManager();
      const { state, source, give } = given();
      const { values, error } = watch(queueFrom(manager, source, (x) => task(10, x)));
      await give(1);
      const stopped = manager.stop();
      expect(state.ended).toBe(1);
      expect(error).not.toHaveBeenCalled();
      await give(2); // too late
      time.advanceTo(10);
      await stopped;
      expect(values).toEqual([1]);
      expect(error).toHaveBeenCalledWith(expect.any(TaskManagerStoppedError));
    });

    it('does not wait for a stalled source when asking for more values', async () => {
      const { manager, time, task } = virtualManager();
      const { state, source, give } = given();
      const { error } = watch(queueFrom(manager, source, (x) => task(10, x), { limit: 1 }));
      await give(1);
      const stopped = manager.stop();
      expect(state.asked).toHaveLength(1);
      expect(state.ended).toBe(0);
      time.advanceTo(10);
      await stopped;
      expect(state.ended).toBe(1);
      expect(error).toHaveBeenCalledWith(expect.any(TaskManagerStoppedError));
    });

    it.each(['stop', 'kill'] as const)(
      'errors on a %s without a task, and ends a stalled source',
      async (end) => {
        const { manager } = virtualManager();
        const { state, source } = given();
        const { error } = watch(queueFrom(manager, source, () => () => 1));
        const ended = manager[end]();
        expect(state.ended).toBe(1);
        expect(error).toHaveBeenCalledTimes(1);
        expect(error).toHaveBeenCalledWith(expect.any(TaskManagerStoppedError));
        await ended;
      },
    );

    it.each(['a source', 'a task', 'an asynchronous source', 'a task of an asynchronous source'])(
      'ends when %s calls stop',
      async (who) => {
        const { manager } = virtualManager();
        const stop = (is: string): void => void (who === is && manager.stop());
        function* source() {
          for (let i = 1; i <= 9; i++) {
            if (i === 3) stop('a source');
            yield i;
          }
        }
        async function* asynchronous() {
          for (let i = 1; i <= 9; i++) {
            if (i === 3 && who === 'an asynchronous source') await manager.stop();
            yield i;
          }
        }
        const isTask = who.startsWith('a task');
        const { values, error } = watch(
          queueFrom(
            manager,
            who.includes('asynchronous') ? asynchronous() : source(),
            (x) => () => {
              if (isTask && x === 2) void manager.stop();
              return x;
            },
          ),
        );
        await turn();
        expect(manager.stats().state).toBe('stopped');
        expect(values).toEqual([1, 2]);
        expect(error).toHaveBeenCalledTimes(1);
        expect(error).toHaveBeenCalledWith(expect.any(TaskManagerStoppedError));
      },
    );

    it('errors after an earlier stop, or completes with an empty source', async () => {
      const { manager } = virtualManager();
      await manager.stop();
      const { state, source } = endless();
      const full = watch(queueFrom(manager, source, () => () => 1, { onError: 'skip' }));
      expect(full.error).toHaveBeenCalledWith(expect.any(TaskManagerStoppedError));
      expect(state).toEqual({ read: 1, ended: 1 });
      expect(watch(queueFrom(manager, [], () => () => 1)).complete).toHaveBeenCalledTimes(1);
    });

    it('becomes a kill that errors at once', () => {
      const { manager, time, task } = virtualManager();
      const { source } = endless();
      const { values, error } = watch(
        queueFrom(manager, source, (x) => task(100, x), { onError: 'skip' }),
      );
      void manager.stop({ timeout: 10 });
      time.advanceTo(10);
      expect(values).toEqual([]);
      expect(error).toHaveBeenCalledTimes(1);
      expect(error).toHaveBeenCalledWith(expect.any(TaskManagerStoppedError));
    });
  });

  describe('until', () => {
    it('ends the reading, lets accepted tasks finish, and completes', () => {
      const { manager, time, task } = virtualManager();
      const { state, source } = endless();
      const { signal, abort, listeners } = abortable();
      const { values, complete } = watch(
        queueFrom(manager, source, (x) => task(10, x), { until: signal, limit: 3 }),
      );
      time.advanceTo(15);
      abort();
      expect(state).toEqual({ read: 4, ended: 1 });
      expect(complete).not.toHaveBeenCalled();
      time.advanceTo(40);
      expect(values).toEqual([1, 2, 3, 4]);
      expect(complete).toHaveBeenCalledTimes(1);
      expect(listeners.size).toBe(0);
    });

    it.each<[string, Partial<QueueFromOptions<number>>, string]>([
      ['until', { until: AbortSignal.abort() }, 'complete'],
      ['signal', { signal: AbortSignal.abort('early'), onError: 'skip' }, 'error'],
    ])('ends the source unread when already aborted (%s)', (_title, options, end) => {
      const { manager } = virtualManager();
      const { state, source } = endless();
      const ends = watch(queueFrom(manager, source, () => () => 1, options));
      expect(state).toEqual({ read: 0, ended: 1 });
      expect([ends.complete.mock.calls.length, ends.error.mock.calls.length]).toEqual(
        end === 'complete' ? [1, 0] : [0, 1],
      );
      if (end === 'error') {
        expect(ends.error).toHaveBeenCalledWith(
          expect.objectContaining({ name: 'TaskCancelledError', cause: 'early' }),
        );
      }
    });

    it('destroys a Node stream that was never read', () => {
      const { manager } = virtualManager();
      const stream = new Readable({ read: () => undefined });
      watch(queueFrom(manager, stream, () => () => 1, { until: AbortSignal.abort() }));
      expect(stream.destroyed).toBe(true);
    });

    it('ends a source under way, and completes', async () => {
      const { manager } = virtualManager();
      const { state, source, give } = given();
      const { signal, abort } = abortable();
      const { values, complete } = watch(
        queueFrom(manager, source, (x) => () => x, { until: signal }),
      );
      await give(1);
      abort();
      expect(state.ended).toBe(1);
      expect(complete).toHaveBeenCalledTimes(1);
      await give(2);
      expect(values).toEqual([1]);
    });

    it.each(['project', 'priority', 'task'])(
      'still makes a value a task when its %s aborts',
      (who) => {
        const { manager } = virtualManager();
        const { signal, abort } = abortable();
        const act = (where: string, x: number): void => {
          if (where === who && x === 2) abort();
        };
        const { values, complete } = watch(
          queueFrom(
            manager,
            numbers(9),
            (x) => {
              act('project', x);
              return () => {
                act('task', x);
                return x;
              };
            },
            {
              until: signal,
              priority: (x) => {
                act('priority', x);
                return 0;
              },
            },
          ),
        );
        expect(values).toEqual([1, 2]);
        expect(complete).toHaveBeenCalledTimes(1);
      },
    );

    it('throws for a value that is no signal', () => {
      const { manager } = virtualManager();
      const options = { until: 5 } as unknown as QueueFromOptions<number>;
      expect(() => queueFrom(manager, [1], () => () => 1, options)).toThrow(
        'Expected `until` to be an AbortSignal, got 5',
      );
    });

    it('completes when the manager is stopped later', () => {
      const { manager, time, task } = virtualManager();
      const { source } = endless();
      const { signal, abort } = abortable();
      const { complete } = watch(
        queueFrom(manager, source, (x) => task(10, x), { until: signal, limit: 2 }),
      );
      abort();
      void manager.stop();
      time.advanceTo(20);
      expect(complete).toHaveBeenCalledTimes(1);
    });
  });

  describe('signal', () => {
    it.each(['throw', 'skip'] as const)(
      "ends an endless source, its tasks and the output (onError: '%s')",
      (onError) => {
        const { manager } = virtualManager();
        // The order of the listeners must not matter: here the manager listens first, for another task.
        const { signal, abort, listeners } = abortable();
        manager.queueTask(() => NEVER, { signal }).catch(() => undefined);
        const { state, source } = endless();
        const { error } = watch(
          queueFrom(manager, source, () => () => NEVER, { signal, onError, limit: 3 }),
        );
        abort('enough');
        expect(state).toEqual({ read: 3, ended: 1 });
        expect(error).toHaveBeenCalledTimes(1);
        expect(error).toHaveBeenCalledWith(
          expect.objectContaining({ name: 'TaskCancelledError', cause: 'enough' }),
        );
        expect(manager.stats()).toMatchObject({ runningTasks: 0, queuedTasks: 0 });
        expect(listeners.size).toBe(0);
      },
    );

    it('reads no more when a listener of the error ends a task', () => {
      const { manager } = virtualManager({ workerCount: 2 });
      const gate = new Subject<void>();
      const { state, source } = endless();
      const { signal, abort } = abortable();
      queueFrom(manager, source, () => () => gate, { signal, limit: 2 }).subscribe({
        error: () => gate.complete(),
      });
      abort();
      expect(state).toEqual({ read: 2, ended: 1 });
    });
  });

  describe('a real stream that stalls', () => {
    it('is destroyed at an unsubscribe (Node stream)', async () => {
      const errors = await errorsOf(async () => {
        const { manager } = virtualManager();
        const stream = new Readable({ objectMode: true, read: () => undefined });
        const source: AsyncIterable<string> = stream;
        const { values, subscription } = watch(queueFrom(manager, source, (x) => () => x));
        stream.push('one');
        await turn();
        expect(values).toEqual(['one']);
        subscription.unsubscribe();
        expect(stream.destroyed).toBe(true);
      });
      expect(errors).toEqual([]);
    });

    it('is cancelled at an unsubscribe (web stream)', async () => {
      const { manager } = virtualManager();
      const cancel = jest.fn();
      const stream = new ReadableStream<number>({ cancel });
      const { subscription } = watch(queueFrom(manager, stream, () => () => 1));
      await turn();
      subscription.unsubscribe();
      expect(cancel).toHaveBeenCalledTimes(1);
    });
  });

  describe('a generator that causes the unsubscribe', () => {
    it('is ended after giving its value', () => {
      const cleanup = jest.fn();
      const project = jest.fn();
      const errors = unhandledErrors(() => {
        const { manager } = virtualManager();
        const enough = new Subject<void>();
        function* source() {
          try {
            enough.next();
            yield 1;
          } finally {
            cleanup();
          }
        }
        queueFrom(manager, source(), project).pipe(takeUntil(enough)).subscribe();
      });
      expect(errors).toEqual([]);
      expect(cleanup).toHaveBeenCalledTimes(1);
      expect(project).not.toHaveBeenCalled();
    });

    it.each<[string, () => void]>([
      ['fails', fail],
      ['returns', () => undefined],
    ])('causes no report and no return() when the generator then %s', (_title, then) => {
      const ended = jest.fn();
      const errors = unhandledErrors(() => {
        const { manager } = virtualManager();
        const enough = new Subject<void>();
        const source = {
          [Symbol.iterator]: () => ({
            next: (): IteratorResult<number> => {
              enough.next();
              then();
              return { done: true, value: undefined };
            },
            return: ended,
          }),
        };
        queueFrom(manager, source, () => () => 1)
          .pipe(takeUntil(enough))
          .subscribe();
      });
      expect(errors).toEqual([]);
      expect(ended).not.toHaveBeenCalled();
    });

    it('is ended when asynchronous, and its error is dropped', async () => {
      const ended = jest.fn();
      const errors = await errorsOf(() => {
        const { manager } = virtualManager();
        const enough = new Subject<void>();
        const source = {
          [Symbol.asyncIterator]: () => ({
            next: (): Promise<IteratorResult<number>> => {
              enough.next();
              return Promise.reject(failure);
            },
            return: ended,
          }),
        };
        queueFrom(manager, source, () => () => 1)
          .pipe(takeUntil(enough))
          .subscribe();
        return Promise.resolve();
      });
      expect(ended).toHaveBeenCalledTimes(1);
      expect(errors).toEqual([]);
    });
  });

  describe('a web stream', () => {
    it('causes no report of an earlier error at an unsubscribe', async () => {
      const errors = await errorsOf(async () => {
        const { manager } = virtualManager();
        let fails: () => void = () => undefined;
        const stream = new ReadableStream<number>({
          start: (controller) => {
            for (const x of numbers(9)) controller.enqueue(x);
            fails = () => controller.error(failure);
          },
        });
        const { subscription } = watch(queueFrom(manager, stream, () => () => NEVER));
        await turn();
        fails();
        subscription.unsubscribe();
      });
      expect(errors).toEqual([]);
    });

    it('causes a report of an error that its cancel throws', async () => {
      const errors = await errorsOf(async () => {
        const { manager } = virtualManager();
        const { subscription } = watch(queueFrom(manager, streamOf(9, fail), () => () => NEVER));
        await turn();
        subscription.unsubscribe();
      });
      expect(errors).toEqual([failure]);
    });
  });

  it('completes when the manager is stopped after the last value', async () => {
    const { manager, time, task } = virtualManager();
    const { values, complete } = watch(queueFrom(manager, [1, 2], (x) => task(10, x)));
    const stopped = manager.stop();
    time.advanceTo(20);
    await stopped;
    expect(values).toEqual([1, 2]);
    expect(complete).toHaveBeenCalledTimes(1);
  });

  describe('queueLimit', () => {
    it('holds the next value back, and never overflows', () => {
      const { manager, time, task } = virtualManager({ queueLimit: 2 });
      const read: number[] = [];
      const source = (function* () {
        for (const x of generate(6)) {
          read.push(x);
          yield x;
        }
      })();
      const { values, complete } = watch(
        queueFrom(manager, source, (x) => task(10, x), { limit: 100 }),
      );
      expect(read).toEqual([1, 2, 3, 4]); // one runs, two wait, one is held
      expect(manager.stats()).toMatchObject({ busyWorkers: 1, queuedTasks: 2 });
      time.advanceTo(10);
      expect(read).toEqual([1, 2, 3, 4, 5]);
      time.advanceTo(100);
      expect(values).toEqual(numbers(6));
      expect(complete).toHaveBeenCalledTimes(1);
      expect(manager.metrics().totalTasksRejected).toBe(0);
    });

    it('queues what is held after the end of the reading, and not after a stop', async () => {
      const { manager, time, task } = virtualManager({ queueLimit: 1 });
      const enough = new AbortController();
      const first = watch(
        queueFrom(manager, generate(9), (x) => task(10, x), { until: enough.signal }),
      );
      enough.abort();
      time.advanceTo(100);
      expect(first.values).toEqual([1, 2, 3]);
      expect(first.complete).toHaveBeenCalledTimes(1);
      const second = watch(queueFrom(manager, generate(9), (x) => task(10, x)));
      const stopped = manager.stop();
      time.advanceTo(200);
      await stopped;
      expect(second.values).toEqual([1, 2]);
      expect(second.error).toHaveBeenCalledWith(expect.any(TaskManagerStoppedError));
    });

    it('looks for room no longer once unsubscribed', () => {
      const { manager, time, task } = virtualManager({ queueLimit: 1 });
      const { values, subscription } = watch(queueFrom(manager, generate(9), (x) => task(10, x)));
      subscription.unsubscribe();
      time.advanceTo(100);
      expect(values).toEqual([]);
      expect(manager.stats()).toMatchObject({ queuedTasks: 0, runningTasks: 0 });
    });
  });
});
