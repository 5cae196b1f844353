import type { Observable } from 'rxjs';
import { fixed, squareRootStaffing, TaskManager, type TaskManagerConfig } from 'rx-tasker';
import { shadow, type ShadowFigures, type ShadowReport } from 'rx-tasker/simulation';
import { describe, expect, test } from 'tstyche';

declare const config: TaskManagerConfig<string>;
const manager = new TaskManager(config);
const policies = { sqrt: squareRootStaffing(), two: fixed(2) };

describe('shadow', () => {
  test('has the names of the policies in its reports', () => {
    const report$ = shadow(manager, policies);
    expect(report$).type.toBe<Observable<ShadowReport<'sqrt' | 'two'>>>();
    report$.subscribe((report) => {
      expect(report.policies.sqrt).type.toBe<ShadowFigures>();
      expect(report.policies).type.not.toHaveProperty('three');
      expect(report.actual).type.toBe<ShadowFigures>();
    });
  });

  test('takes the whole config of a manager', () => {
    expect(shadow).type.toBeCallableWith(manager, policies, { config });
  });

  test('takes managers and policies only', () => {
    expect(shadow).type.not.toBeCallableWith({ events$: manager.events$ }, policies);
    expect(shadow).type.not.toBeCallableWith(manager, { two: 2 });
    expect(shadow).type.not.toBeCallableWith(manager, policies, { every: '1m' });
  });
});
