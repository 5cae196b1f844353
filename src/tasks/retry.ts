import type { RetryConfig } from 'rxjs';
import { check, checkObject } from '../checks/check.js';

/**
 * How a task is tried again that has failed on a healthy worker: as in RxJS's `retry`. `count` is how often, by default
 * without end; `delay` is how long before, in ms, or a function of the error and the number of the retry that gives an
 * Observable, a Promise or an iterable. The task is tried again when that emits.
 */
export type Retry = Pick<RetryConfig, 'count' | 'delay'>;

/** @throws InvalidConfigError if the config or a field of it is of the wrong type or range */
export const checkRetry = (field: string, retry: Retry): Retry => {
  checkObject(field, retry);
  const { count = Infinity, delay = 0 } = retry;
  const isCount = count === Infinity || (Number.isSafeInteger(count) && count >= 0);
  check(isCount, 'an integer >= 0 or Infinity', `${field}.count`, count);
  if (typeof delay === 'function') return { count, delay };
  const expected = 'a number of milliseconds >= 0, or a function';
  check(typeof delay === 'number' && delay >= 0, expected, `${field}.delay`, delay);
  return { count, delay };
};
