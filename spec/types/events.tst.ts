import type { OperatorFunction } from 'rxjs';
import {
  runTasks,
  type Load,
  type TaskEvent,
  type TaskManagerState,
  type TaskRequest,
  type Why,
  type WorkerStopReason,
} from 'rx-tasker';
import { describe, expect, test } from 'tstyche';

declare const event: TaskEvent<string>;

describe('TaskEvent', () => {
  test('is told apart by its type', () => {
    if (event.type === 'completed') {
      expect(event.result).type.toBe<string | undefined>();
      expect(event.finishedAt).type.toBe<number>();
      expect(event).type.not.toHaveProperty('error');
    }
    if (event.type === 'failed') expect(event.error).type.toBe<unknown>();
    if (event.type === 'retried') expect(event.attempt).type.toBe<number>();
    if (event.type === 'cancelled') expect(event.running).type.toBe<boolean>();
    if (event.type === 'workerStopped') expect(event.reason).type.toBe<WorkerStopReason>();
    if (event.type === 'scaled') {
      expect(event.load).type.toBe<Load>();
      expect(event.why).type.toBe<Why | undefined>();
    }
    if (event.type === 'state') expect(event.state).type.toBe<TaskManagerState>();
    if (event.type === 'resourceFailed') {
      expect(event.operation).type.toBe<'creation' | 'release'>();
    }
  });

  test('has a time, whatever its type', () => {
    expect(event.time).type.toBe<number>();
    expect(event).type.not.toHaveProperty('result');
  });

  test('is read-only', () => {
    // @ts-expect-error Cannot assign to 'time' because it is a read-only property.
    event.time = 1;
  });

  test('has known types only', () => {
    // @ts-expect-error This comparison appears to be unintentional
    expect(event.type === 'finished').type.toBe<boolean>();
  });
});

describe('runTasks', () => {
  test('is an operator from requests to events', () => {
    const operator = runTasks<number, string>({
      onCreate: async () => 1,
      onDestroy: () => undefined,
      workerCount: 1,
    });
    expect(operator).type.toBe<OperatorFunction<TaskRequest<number, string>, TaskEvent<string>>>();
  });

  test('takes a run function, the options and an observer', () => {
    type Request = TaskRequest<number, string>;
    expect<Request>().type.toBeAssignableFrom({ run: (x: number) => String(x) });
    expect<Request>().type.toBeAssignableFrom({ run: async () => '', priority: 2, label: '' });
    expect<Request>().type.toBeAssignableFrom({
      run: () => '',
      observer: { next: (x: string) => x },
    });
    expect<Request>().type.not.toBeAssignableFrom({ priority: 2 });
    expect<Request>().type.not.toBeAssignableFrom({ run: (x: string) => x });
    expect<Request>().type.not.toBeAssignableFrom({ run: () => 1 });
  });
});
