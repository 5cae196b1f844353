import { from, type OperatorFunction } from 'rxjs';
import type { Load } from 'rx-tasker';

/** A load that says how long tasks took. */
export type Look = Load & { readonly executionTime: number };

/** A load of ten workers, all of them busy. */
export const busyLook: Look = {
  time: 0,
  arrivalRate: 0,
  completionRate: 0,
  throughput: 0,
  meanExecutionTime: 0,
  completed: 0,
  failed: 0,
  executionTime: 0,
  queued: 5,
  busy: 10,
  oldestWait: 0,
  ready: 10,
  startupTime: 0,
  current: 10,
  base: 2,
  max: 10,
};

/** Looks every 100 ms. Each says what is not as in the look before. */
export const looksOf = (...changes: readonly Partial<Look>[]): Look[] => {
  let look: Look = { ...busyLook, time: -100 };
  return changes.map((change) => {
    look = { ...look, time: look.time + 100, errors: [], ...change };
    return look;
  });
};

/** What a policy makes of values that come at once. */
export const outputsOf = <T, R>(values: Iterable<T>, policy: OperatorFunction<T, R>): R[] => {
  const outputs: R[] = [];
  from(values)
    .pipe(policy)
    .subscribe((output) => outputs.push(output));
  return outputs;
};
