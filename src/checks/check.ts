import { InvalidConfigError } from './InvalidConfigError.js';

// Each check returns a valid value. For an invalid value it throws the typed error, which names the field.

export const check = <T>(isRight: boolean, expected: string, field: string, value: T): T => {
  if (!isRight) throw new InvalidConfigError(field, value, expected);
  return value;
};

export const checkFunction = <T>(field: string, value: T): T =>
  check(typeof value === 'function', 'a function', field, value);

export const checkBoolean = (field: string, value: boolean): boolean =>
  check(typeof value === 'boolean', 'a boolean', field, value);

export const checkString = (field: string, value: string): string =>
  check(typeof value === 'string', 'a string', field, value);

export const checkObject = (field: string, value: unknown): unknown =>
  check(typeof value === 'object' && value !== null, 'an object', field, value);

export const checkPositive = (field: string, value: number): number =>
  check(Number.isFinite(value) && value > 0, 'a finite number > 0', field, value);

/** For a window of counts. A count divides by a hundredth of the window, which is inexact below 0.1 ms. */
export const checkWindow = (field: string, value: number): number =>
  check(checkPositive(field, value) >= 0.1, 'a number of milliseconds >= 0.1', field, value);

export const checkNotNegative = (field: string, value: number): number =>
  check(Number.isFinite(value) && value >= 0, 'a finite number >= 0', field, value);

/** For a time that may be Infinity. */
export const checkDuration = (field: string, value: number): number =>
  check(typeof value === 'number' && value >= 0, 'a number of milliseconds >= 0', field, value);

export const checkCount = (field: string, value: number): number =>
  check(Number.isSafeInteger(value) && value >= 0, 'an integer >= 0', field, value);

export const checkPositiveCount = (field: string, value: number): number =>
  check(Number.isSafeInteger(value) && value >= 1, 'an integer >= 1', field, value);

export const checkNotNaN = (field: string, value: number): number =>
  check(typeof value === 'number' && !isNaN(value), 'a number', field, value);

/** For an object that must have all methods of `names`. */
export const checkMethods = (
  field: string,
  value: unknown,
  names: readonly string[],
  what = `an object with the methods ${names.join(', ')}`,
): unknown =>
  check(
    names.every((name) => typeof Reflect.get(Object(value) as object, name) === 'function'),
    what,
    field,
    value,
  );

export const checkScheduler = (field: string, value: unknown): unknown =>
  checkMethods(field, value, ['now', 'schedule'], 'a scheduler: { now, schedule }');

export const checkSignal = (field: string, value: unknown): unknown =>
  checkMethods(field, value, ['addEventListener', 'removeEventListener'], 'an AbortSignal');
