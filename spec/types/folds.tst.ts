import { NEVER, type Observable, type OperatorFunction } from 'rxjs';
import {
  fold,
  loadFold,
  metricsFold,
  runTasks,
  squareRootStaffing,
  statsFold,
  type Fold,
  type Load,
  type TaskEvent,
  type TaskLoad,
  type TaskMetrics,
  type TaskRequest,
  type TaskStats,
} from 'rx-tasker';
import { describe, expect, test } from 'tstyche';

declare const requests$: Observable<TaskRequest<number, string>>;
const config = { onCreate: () => 1, onDestroy: () => undefined, workerCount: 1 };

describe('fold', () => {
  test('is an operator from events to what its fold reads', () => {
    const operator = fold(() => statsFold({ workerCount: 1 }));
    expect(operator).type.toBe<OperatorFunction<TaskEvent, TaskStats>>();
    expect(fold(() => metricsFold())).type.toBe<OperatorFunction<TaskEvent, TaskMetrics>>();
    expect(fold(() => loadFold())).type.toBe<OperatorFunction<TaskEvent, TaskLoad>>();
  });

  test('takes the events of tasks of any result', () => {
    const stats$ = requests$.pipe(
      runTasks(config),
      fold(() => statsFold({ workerCount: 1 })),
    );
    expect(stats$).type.toBe<Observable<TaskStats>>();
  });

  test('takes a fold of anything', () => {
    const count = (): Fold<number> => ({ apply: () => undefined, read: () => 1 });
    expect(NEVER.pipe(fold(count))).type.toBe<Observable<number>>();
    expect(fold).type.not.toBeCallableWith(count());
    expect(fold).type.not.toBeCallableWith(() => ({ read: () => 1 }));
    expect(fold).type.not.toBeCallableWith(() => ({
      apply: (event: string) => event,
      read: () => 1,
    }));
  });
});

describe('loadFold', () => {
  test('has what a policy looks at, once the numbers of workers are added', () => {
    const rest = { oldestWait: 0, startupTime: 0, current: 1, base: 1, max: 1 };
    const load = { ...loadFold().read(), ...rest };
    expect(load).type.toBeAssignableTo<Load>();
    expect<TaskLoad>().type.not.toHaveProperty('current');
    expect(NEVER.pipe(fold(() => loadFold())).pipe).type.not.toBeCallableWith(squareRootStaffing());
  });
});

describe('statsFold', () => {
  test('needs to know the base workers', () => {
    expect(statsFold).type.not.toBeCallableWith();
    expect(statsFold).type.not.toBeCallableWith({});
    expect(statsFold).type.not.toBeCallableWith({ workerCount: 1, seed: { busyWorkers: 1 } });
  });
});
