import { of, type OperatorFunction } from 'rxjs';
import { mergeMapLanes } from 'rx-tasker/operators';
import { describe, expect, test } from 'tstyche';

describe('mergeMapLanes', () => {
  test('emits the values of the inner Observables', () => {
    expect(mergeMapLanes((x: string) => of(x.length))).type.toBe<
      OperatorFunction<string, number>
    >();
    expect(mergeMapLanes((x: string) => [Promise.resolve(x)])).type.toBe<
      OperatorFunction<string, Promise<string>>
    >();
  });

  test('requires an ObservableInput', () => {
    expect(mergeMapLanes).type.not.toBeCallableWith((x: number) => x);
  });
});
