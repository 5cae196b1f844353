import { of, type OperatorFunction } from 'rxjs';
import { mergeMapLanes } from 'rx-tasker/operators';
import { describe, expect, test } from 'tstyche';

describe('mergeMapLanes', () => {
  test('emits what the inner Observables emit', () => {
    expect(mergeMapLanes((x: string) => of(x.length))).type.toBe<
      OperatorFunction<string, number>
    >();
    expect(mergeMapLanes((x: string) => [Promise.resolve(x)])).type.toBe<
      OperatorFunction<string, Promise<string>>
    >();
  });

  test('wants an ObservableInput', () => {
    expect(mergeMapLanes).type.not.toBeCallableWith((x: number) => x);
  });
});
