import type { Observable } from 'rxjs';
import { EMPTY, of } from 'rxjs';
import {
  createTaskManager,
  runTasks,
  TaskManager,
  type TaskCallback,
  type TaskContext,
  type TaskFunction,
  type TaskManagerConfig,
  type TaskMetrics,
  type TaskStats,
} from 'rx-tasker';
import { describe, expect, test } from 'tstyche';

class Connection {
  readonly #secret = 1;
  ask(question: string): number {
    return question.length + this.#secret;
  }
}
const onDestroy = () => undefined;
const config = { onCreate: () => new Connection(), onDestroy, workerCount: 1 };
const manager = new TaskManager(config);

describe('TaskManager', () => {
  test('infers the resource from onCreate', () => {
    expect(manager).type.toBe<TaskManager<Connection>>();
    const byPromise = { ...config, onCreate: async () => new Connection() };
    expect(new TaskManager(byPromise)).type.toBe<TaskManager<Connection>>();
    const byObservable = { ...config, onCreate: () => of(new Connection()) };
    expect(new TaskManager(byObservable)).type.toBe<TaskManager<Connection>>();
    expect(createTaskManager(byPromise)).type.toBe<Promise<TaskManager<Connection>>>();
  });

  test('gives the resource to tasks and to onDestroy', () => {
    manager.queueTask((resource, context) => {
      expect(resource).type.toBe<Connection>();
      expect(context).type.toBe<TaskContext>();
    });
    new TaskManager({
      onCreate: async () => new Connection(),
      onDestroy: (resource) => {
        expect(resource).type.toBe<Connection>();
      },
      workerCount: 1,
    });
  });

  test('infers the result from a value and a Promise', () => {
    expect(manager.queueTask((c) => c.ask('?'))).type.toBe<Promise<number>>();
    expect(manager.queueTask(async (c) => c.ask('?'))).type.toBe<Promise<number>>();
    expect(manager.queueTaskOnce(async () => true)).type.toBe<Promise<boolean>>();
    expect(manager.queueTaskWithPriorityOnce(async () => {})).type.toBe<Promise<void>>();
    expect(manager.runTask(async () => 'x')).type.toBe<Promise<string>>();
    expect(manager.submit(async () => 'x')).type.toBe<Observable<string>>();
    expect(manager.queueTaskAsync((c) => c.ask('?'))).type.toBe<Observable<number>>();
    // eslint-disable-next-line @typescript-eslint/no-unsafe-return -- what is under test
    expect(manager.queueTask(() => JSON.parse('5'))).type.toBe<Promise<any>>();
  });

  test('gives a result that may be undefined for an Observable', () => {
    type Result = string | undefined;
    expect(manager.queueTask((c) => of(c.ask('?')))).type.toBe<Promise<number | undefined>>();
    expect(manager.queueTask(() => EMPTY)).type.toBe<Promise<undefined>>();
    expect(manager.queueTaskWithPriority(() => of('x'))).type.toBe<Promise<Result>>();
    expect(manager.queueTaskOnce(() => of('x'))).type.toBe<Promise<Result>>();
    expect(manager.queueTaskWithPriorityOnce(() => of('x'))).type.toBe<Promise<Result>>();
    expect(manager.runTask(() => of('x'))).type.toBe<Promise<Result>>();
    expect(manager.queueTaskAsync(() => of('x'))).type.toBe<Observable<Result>>();
    expect(manager.queueTaskWithPriorityAsync(() => of('x'))).type.toBe<Observable<Result>>();
    expect(manager.queueTaskOnceAsync(() => of('x'))).type.toBe<Observable<Result>>();
    expect(manager.queueTaskWithPriorityOnceAsync(() => of('x'))).type.toBe<Observable<Result>>();
    expect(manager.submit(() => of('x'))).type.toBe<Observable<string>>();
  });

  test('takes the type of the result from the caller', () => {
    expect(manager.queueTask<number>(async () => 5)).type.toBe<Promise<number>>();
    expect(manager.queueTask<number>((c) => c.ask('?'))).type.toBe<Promise<number>>();
    expect(manager.runTask<number>(async () => 5)).type.toBe<Promise<number>>();
    expect(manager.queueTask<number>(() => of(5))).type.toBe<Promise<number | undefined>>();
    const queue = <E>(task: TaskFunction<Connection, E>): Promise<E> => manager.queueTask(task);
    expect(queue(async () => 5)).type.toBe<Promise<number>>();
  });

  test('takes an iterable as a plain value', () => {
    expect(manager.queueTask(() => 'text')).type.toBe<Promise<string>>();
    expect(manager.queueTask(() => [1, 2])).type.toBe<Promise<number[]>>();
    expect(manager.queueTask(async () => new Map([[1, '']]))).type.toBe<
      Promise<Map<number, string>>
    >();
  });

  test('calls back with null and a result, or with an error', () => {
    const callback = (...outcome: Parameters<TaskCallback<number>>): void => {
      const [error, result] = outcome;
      if (error === null) expect(result).type.toBe<number>();
      else expect(result).type.toBe<undefined>();
    };
    manager.queueTaskWithCallback(async () => 5, callback);
    manager.queueTaskWithCallback(
      (c) => c.ask('?'),
      (error, result) => {
        if (error === null) expect(result).type.toBe<number>();
        else expect(result).type.toBe<undefined>();
      },
    );
    manager.queueTaskWithPriorityWithCallback(
      async (c) => c.ask('?'),
      (error, result) => {
        if (error === null) expect(result).type.toBe<number>();
      },
    );
    manager.queueTaskOnceWithCallback<number>(
      async () => 5,
      (error, result) => {
        if (error === null) expect(result).type.toBe<number>();
      },
    );
    manager.queueTaskWithPriorityOnceWithCallback(
      (c) => of(c.ask('?')),
      (error, result) => {
        if (error === null) expect(result).type.toBe<number | undefined>();
      },
    );
  });

  test('accepts a callback that is declared in another way', () => {
    const { queueTaskWithCallback } = manager;
    expect(queueTaskWithCallback).type.toBeCallableWith(
      async () => 5,
      (error: unknown) => error,
    );
    expect(queueTaskWithCallback).type.toBeCallableWith(
      async () => 5,
      (error: unknown, result?: number) => [error, result],
    );
    manager.queueTaskWithCallback(
      () => of(5),
      (error) => expect(error).type.toBeAssignableFrom<Error | null>(),
    );
    expect(queueTaskWithCallback).type.not.toBeCallableWith(
      async () => 5,
      (error: unknown, result?: string) => [error, result],
    );
  });

  test('shows stats and metrics, and lets no caller set stats or metrics', () => {
    expect(manager.stats$.value).type.toBe<TaskStats>();
    expect(manager.stats$.getValue()).type.toBe<TaskStats>();
    expect(manager.metrics$.value).type.toBe<TaskMetrics>();
    expect(manager.stats$).type.toBeAssignableTo<Observable<TaskStats>>();
    expect(manager.metrics$).type.toBeAssignableTo<Observable<TaskMetrics>>();
    for (const live$ of [manager.stats$, manager.metrics$]) {
      expect(live$).type.not.toHaveProperty('next');
      expect(live$).type.not.toHaveProperty('error');
      expect(live$).type.not.toHaveProperty('complete');
    }
    expect(manager.events$).type.not.toHaveProperty('next');
  });

  test('is an AsyncDisposable', () => {
    expect(manager).type.toBeAssignableTo<AsyncDisposable>();
  });

  test('watches by async iterators', () => {
    expect(manager.watchStats()).type.toBe<AsyncIterableIterator<TaskStats>>();
    expect(manager.watchMetrics()).type.toBe<AsyncIterableIterator<TaskMetrics>>();
  });

  test('refuses wrong tasks and options', () => {
    expect(manager.queueTask).type.not.toBeCallableWith('task');
    expect(manager.queueTask).type.not.toBeCallableWith((resource: string) => resource);
    expect(manager.queueTask).type.not.toBeCallableWith(() => 1, { priority: 'high' });
    expect(manager.queueTask).type.not.toBeCallableWith(() => 1, { once: 1 });
    expect(manager.queueTask).type.not.toBeCallableWith(() => 1, { timeOut: 1 });
    expect(manager.queueTaskWithCallback).type.not.toBeCallableWith(() => 1);
    expect(manager.stop).type.not.toBeCallableWith(100);
  });
});

describe('TaskManagerConfig', () => {
  type Config = TaskManagerConfig<Connection>;

  test('requires onCreate, onDestroy and workerCount only', () => {
    expect<Config>().type.toBeAssignableFrom(config);
    expect<Config>().type.not.toBeAssignableFrom<Omit<typeof config, 'onCreate'>>();
    expect<Config>().type.not.toBeAssignableFrom<Omit<typeof config, 'onDestroy'>>();
    expect<Config>().type.not.toBeAssignableFrom<Omit<typeof config, 'workerCount'>>();
  });

  test('takes console as a logger', () => {
    expect<Config>().type.toBeAssignableFrom({ ...config, logger: console });
  });

  test('refuses wrong fields', () => {
    expect<Config>().type.not.toBeAssignableFrom({ ...config, workerCount: '1' });
    expect<Config>().type.not.toBeAssignableFrom({ ...config, onCreate: 'resource' });
    expect<Config>().type.not.toBeAssignableFrom({ ...config, onCreate: () => 'no connection' });
    expect<Config>().type.not.toBeAssignableFrom({ ...config, scaling: 5 });
    expect<Config>().type.not.toBeAssignableFrom({ ...config, signal: new AbortController() });
    expect<Config>().type.not.toBeAssignableFrom({ ...config, logger: { info: () => {} } });
    expect<Config>().type.not.toBeAssignableFrom({ ...config, checkHealth: () => 'fine' });
    expect(TaskManager).type.not.toBeConstructableWith({ ...config, wokerCount: 2 });
    expect(runTasks).type.not.toBeCallableWith({ onDestroy, workerCount: 1 });
  });
});
