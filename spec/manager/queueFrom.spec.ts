import { config, NEVER, Observable, Subject, take, toArray } from 'rxjs';
import { TaskManagerStoppedError } from '../../src/manager/errors.js';
import { queueFrom, type PullSource, type QueueFromOptions } from '../../src/manager/queueFrom.js';
import { unhandledErrors } from '../support/unhandledErrors.js';
import { virtualManager } from '../support/virtualManager.js';

const failure = new Error('failed');
const fail = (): never => {
  throw failure;
};

/** What an Observable has emitted so far, and how it ended. */
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
/** A stream as browsers have it that cannot iterate over it. */
const readerOnly = (stream: ReadableStream<number>) =>
  ({ getReader: () => stream.getReader() }) as unknown as ReadableStream<number>;

/** An endless source that knows how far it was read, and whether it was ended. */
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

/** An asynchronous source whose values come when they are given. */
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
  ])('should make each value of %s a task, and complete', async (_title, create) => {
    const { manager } = virtualManager();
    const results = await new Promise((resolve, reject) => {
      queueFrom(manager, create(), (x) => (resource) => resource * x * 10)
        .pipe(toArray())
        .subscribe({ next: resolve, error: reject });
    });
    expect(results).toEqual([10, 20, 30, 40, 50]);
    expect(manager.stats().runningTasks).toBe(0);
  });

  it('should take the characters of a string', () => {
    const { manager } = virtualManager();
    const { values, complete } = watch(queueFrom(manager, 'añ😀', (x) => () => x));
    expect(values).toEqual(['a', 'ñ', '😀']);
    expect(complete).toHaveBeenCalledTimes(1);
  });

  it('should complete at once with an empty source', () => {
    const { complete } = watch(queueFrom(virtualManager().manager, [], () => () => 1));
    expect(complete).toHaveBeenCalledTimes(1);
  });

  it('should open the source at each subscription, and not before', () => {
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

  it('should give the index, and pass on all values of a task', () => {
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
    it('should be 2 * maxWorkerCount by default', () => {
      const { manager } = virtualManager({ workerCount: 2, maxWorkerCount: 3 });
      const { state, source } = endless();
      const { subscription } = watch(queueFrom(manager, source, () => () => NEVER));
      expect(state.read).toBe(6);
      subscription.unsubscribe();
    });

    it('should bound what is in the manager at every moment, and be made use of', () => {
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

    it('should count the tasks of this source only', () => {
      const { manager } = virtualManager();
      for (let i = 0; i < 9; i++) manager.queueTask(() => NEVER).catch(() => undefined);
      const { state, source } = endless();
      watch(queueFrom(manager, source, () => () => NEVER, { limit: 2 }));
      expect(state.read).toBe(2);
      void manager.kill();
    });

    it('should ask an asynchronous source for one value at a time', async () => {
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

    it('should leave a ReadableStream unread', async () => {
      const { manager } = virtualManager();
      let pulled = 0;
      const stream = new ReadableStream<number>(
        { pull: (controller) => controller.enqueue(++pulled) },
        { highWaterMark: 0 },
      );
      const { subscription } = watch(queueFrom(manager, stream, () => () => NEVER, { limit: 3 }));
      await new Promise((resolve) => setImmediate(resolve));
      expect(pulled).toBe(3);
      subscription.unsubscribe();
      await manager.kill();
    });
  });

  describe('unsubscribing', () => {
    it('should end the source once, and cancel its own tasks only', () => {
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

    it('should run the finally of a generator', () => {
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

    it('should end an asynchronous source that it waits for, and take no more of it', async () => {
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
    ])('should cancel %s', async (_title, as) => {
      const { manager } = virtualManager();
      const cancel = jest.fn();
      const stream = as(streamOf(100, cancel));
      const { subscription } = watch(queueFrom(manager, stream, () => () => NEVER));
      await new Promise((resolve) => setImmediate(resolve));
      expect(cancel).not.toHaveBeenCalled();
      subscription.unsubscribe();
      await new Promise((resolve) => setImmediate(resolve));
      expect(cancel).toHaveBeenCalledTimes(1);
      await manager.kill();
    });

    it('should not end a source that was read to its end', () => {
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
    ])('should report a return() that %s', async (_title, end) => {
      const { manager } = virtualManager();
      const source = {
        [Symbol.iterator]: () => ({ next: () => ({ done: false, value: 1 }), return: end }),
      } as Iterable<number>;
      const reported = new Promise((resolve) => (config.onUnhandledError = resolve));
      watch(queueFrom(manager, source, () => () => NEVER)).subscription.unsubscribe();
      expect(await reported).toBe(failure);
      config.onUnhandledError = null;
    });

    it('should need no return()', () => {
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
    it('should be ended when there are enough results', () => {
      const { manager } = virtualManager();
      const { state, source } = endless();
      const { values, complete } = watch(queueFrom(manager, source, (x) => () => x).pipe(take(3)));
      expect(values).toEqual([1, 2, 3]);
      expect(complete).toHaveBeenCalledTimes(1);
      expect(state).toEqual({ read: 3, ended: 1 });
    });

    it('should be ended when there are enough results of tasks that take time', () => {
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

    it('should be ended by the error of a task', () => {
      const { manager } = virtualManager();
      const { state, source } = endless();
      const { values, error } = watch(
        queueFrom(manager, source, (x) => (x === 3 ? fail : () => x)),
      );
      expect(values).toEqual([1, 2]);
      expect(error).toHaveBeenCalledWith(failure);
      expect(state).toEqual({ read: 3, ended: 1 });
    });

    it('should be ended by a project that throws', () => {
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

    it.each(['open', 'next'] as const)('should error the output when %s throws', (at) => {
      const { source, returned } = failing(at);
      const { error } = watch(queueFrom(virtualManager().manager, source, () => () => 1));
      expect(error).toHaveBeenCalledTimes(1);
      expect(error).toHaveBeenCalledWith(failure);
      expect(returned).not.toHaveBeenCalled();
    });

    it('should cancel the tasks that it has', () => {
      const { manager } = virtualManager();
      function* broken() {
        yield* generate(3);
        fail();
      }
      const { error } = watch(queueFrom(manager, broken(), () => () => NEVER, { limit: 9 }));
      expect(error).toHaveBeenCalledWith(failure);
      expect(manager.stats()).toMatchObject({ runningTasks: 0, queuedTasks: 0 });
    });

    it('should error the output when it rejects', async () => {
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
    ])('should error the output where %s is no object', async (_title, next) => {
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
  ])('should with onError: %s give what it says', (_title, options, results) => {
    const { manager } = virtualManager();
    const { values, error, complete } = watch(
      queueFrom(manager, numbers(3), (x) => (x === 2 ? fail : () => x), options),
    );
    expect(values).toEqual(results);
    expect(error).toHaveBeenCalledTimes(options.onError === 'skip' ? 0 : 1);
    expect(complete).toHaveBeenCalledTimes(options.onError === 'skip' ? 1 : 0);
  });

  it('should serve values by their priority', () => {
    const { manager } = virtualManager();
    const gate = new Subject<void>();
    manager.queueTask(() => gate).catch(() => undefined);
    const { values } = watch(queueFrom(manager, [1, 3, 2], (x) => () => x, { priority: (x) => x }));
    gate.complete();
    expect(values).toEqual([3, 2, 1]);
  });

  it('should try a task once with once', () => {
    const { manager } = virtualManager({ checkHealth: () => false });
    const run = jest.fn(fail);
    const { error } = watch(queueFrom(manager, [1], () => run, { once: true }));
    expect(run).toHaveBeenCalledTimes(1);
    expect(error).toHaveBeenCalledWith(failure);
  });

  it('should do 100,000 synchronous tasks on a constant stack', () => {
    const { manager } = virtualManager();
    let count = 0;
    queueFrom(manager, generate(100_000), (x) => () => x).subscribe(() => count++);
    expect(count).toBe(100_000);
  });

  it('should do 100,000 synchronous tasks that had to wait on a constant stack', () => {
    const { manager } = virtualManager();
    const gate = new Subject<void>();
    manager.queueTask(() => gate).catch(() => undefined);
    let count = 0;
    queueFrom(manager, generate(100_000), (x) => () => x).subscribe(() => count++);
    expect(count).toBe(0);
    gate.complete();
    expect(count).toBe(100_000);
  });

  it.each(['stop', 'kill'] as const)(
    'should error on a %s in the middle, and end the source',
    async (end) => {
      const { manager, time, task } = virtualManager();
      const { state, source } = endless();
      const { values, error } = watch(
        queueFrom(manager, source, (x) => task(10, x), { limit: 2, onError: 'skip' }),
      );
      time.advanceTo(15);
      const ended = manager[end]();
      time.advanceTo(1000);
      await ended;
      expect(values[0]).toBe(1);
      expect(values.length).toBeLessThanOrEqual(3);
      expect(error).toHaveBeenCalledTimes(1);
      expect(error).toHaveBeenCalledWith(expect.any(TaskManagerStoppedError));
      expect(state.ended).toBe(1);
    },
  );

  it('should complete where the manager is stopped after the last value was read', async () => {
    const { manager, time, task } = virtualManager();
    const { values, complete } = watch(queueFrom(manager, [1, 2], (x) => task(10, x)));
    const stopped = manager.stop();
    time.advanceTo(20);
    await stopped;
    expect(values).toEqual([1, 2]);
    expect(complete).toHaveBeenCalledTimes(1);
  });
});
