import {
  explain,
  justInTimeStaffing,
  whyOf,
  type JustInTimeDecision,
  type Load,
  type ScalingPolicy,
  type TaskLoad,
  type Why,
} from 'rx-tasker';
import { describe, expect, test } from 'tstyche';

declare const load: Load;
declare const taskLoad: TaskLoad;

describe('explain', () => {
  test('takes a reason, and facts of any name', () => {
    expect(explain).type.toBeCallableWith(load, { reason: 'so', least: 3, inTime: true, by: 'me' });
    expect(explain).type.not.toBeCallableWith(load, { least: 3 });
    expect(explain).type.not.toBeCallableWith(load, { reason: 3 });
    expect(explain).type.not.toBeCallableWith(load, { reason: 'so', peaks: [1, 2] });
  });

  test('takes a whole load', () => {
    expect(explain).type.not.toBeCallableWith(taskLoad, { reason: 'so' });
  });
});

describe('whyOf', () => {
  test('gives nothing for a load without a reason', () => {
    expect(whyOf(load)).type.toBe<Why | undefined>();
    expect<Why>().type.toHaveProperty('reason');
  });
});

describe('justInTimeStaffing', () => {
  test('is a policy, and its decision says why', () => {
    expect(justInTimeStaffing()).type.toBe<ScalingPolicy>();
    expect(justInTimeStaffing).type.toBeCallableWith({ wait: 100, reversals: undefined });
    expect(justInTimeStaffing).type.not.toBeCallableWith({ wait: '1 s' });
    expect<JustInTimeDecision>().type.toBeAssignableTo<Why>();
    expect({} as JustInTimeDecision['caution']).type.toBe<number>();
  });
});
