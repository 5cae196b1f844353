import { of, type Observable, type OperatorFunction } from 'rxjs';
import { fixed, queueFrom, queueOn, TaskManager, type ScalingPolicy } from 'rx-tasker';
import { describe, expect, test } from 'tstyche';

const manager = new TaskManager({
  onCreate: async () => ({ square: (x: number) => x * x }),
  onDestroy: () => undefined,
  workerCount: 1,
});

describe('queueOn', () => {
  test('infers the results of the tasks', () => {
    expect(queueOn(manager, (x: string) => () => x.length)).type.toBe<
      OperatorFunction<string, number>
    >();
    expect(queueOn(manager, (x: number) => async (r) => r.square(x))).type.toBe<
      OperatorFunction<number, number>
    >();
    expect(queueOn(manager, (x: number) => () => of([x]))).type.toBe<
      OperatorFunction<number, number[]>
    >();
  });

  test('infers the value from the source', () => {
    expect(of('a').pipe(queueOn(manager, (x) => () => ({ x })))).type.toBe<
      Observable<{ x: string }>
    >();
  });

  test('refuses wrong arguments', () => {
    expect(queueOn).type.not.toBeCallableWith(manager, (x: number) => x);
    expect(queueOn).type.not.toBeCallableWith(manager, () => (resource: string) => resource);
    expect(queueOn).type.not.toBeCallableWith(manager, () => () => 1, { onError: 'ignore' });
    expect(queueOn).type.not.toBeCallableWith(manager, () => () => 1, { priority: 1 });
    expect(queueOn).type.not.toBeCallableWith(manager, () => () => 1, { limit: 1 });
  });
});

describe('queueFrom', () => {
  test('infers the value from any source, and the results of the tasks', () => {
    expect(queueFrom(manager, [1, 2], (x) => (r) => r.square(x))).type.toBe<Observable<number>>();
    expect(queueFrom(manager, new Set(['a']), (x) => async () => x)).type.toBe<
      Observable<string>
    >();
    expect(queueFrom(manager, 'text', (x) => () => of(x))).type.toBe<Observable<string>>();
    const stream = {} as ReadableStream<Date>;
    expect(queueFrom(manager, stream, (x) => () => x)).type.toBe<Observable<Date>>();
    const lines = {} as AsyncIterable<string>;
    expect(queueFrom(manager, lines, (x) => () => x.length)).type.toBe<Observable<number>>();
  });

  test('refuses wrong arguments', () => {
    expect(queueFrom).type.not.toBeCallableWith(manager, 5, () => () => 1);
    expect(queueFrom).type.not.toBeCallableWith(manager, [1], (x: string) => () => x);
    expect(queueFrom).type.not.toBeCallableWith(manager, [1], () => () => 1, { limit: '2' });
  });
});

describe('ScalingPolicy', () => {
  test('is an operator from loads to numbers', () => {
    expect(fixed(1)).type.toBe<ScalingPolicy>();
    expect<ScalingPolicy>().type.not.toBeAssignableFrom<OperatorFunction<number, number>>();
  });
});
