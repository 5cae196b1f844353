import { InvalidConfigError } from './InvalidConfigError.js';

type Test = (value: unknown) => boolean;

/** Gives `value` back if the test holds, and throws the typed error that names the field if not. */
const checker =
  <T>(expected: string, test: Test) =>
  (field: string, value: T): T => {
    if (!test(value)) throw new InvalidConfigError(field, value, expected);
    return value;
  };

const isNumber = (value: unknown): value is number => typeof value === 'number';
const isFunction = (value: unknown): boolean => typeof value === 'function';
const hasFunctions = (value: unknown, names: readonly string[]): boolean =>
  typeof value === 'object' &&
  value !== null &&
  names.every((name) => isFunction((value as Record<string, unknown>)[name]));

export const checkFunction = checker<unknown>('to be a function', isFunction);
export const checkBoolean = checker<boolean>(
  'to be a boolean',
  (value) => typeof value === 'boolean',
);
export const checkString = checker<string>('to be a string', (value) => typeof value === 'string');
export const checkObject = checker<unknown>(
  'to be an object',
  (value) => typeof value === 'object' && value !== null,
);
export const checkPositive = checker<number>(
  'to be a finite number > 0',
  (value) => Number.isFinite(value) && (value as number) > 0,
);
export const checkNotNegative = checker<number>(
  'to be a finite number >= 0',
  (value) => Number.isFinite(value) && (value as number) >= 0,
);
/** For a time that may be without an end. */
export const checkDuration = checker<number>(
  'to be a number of milliseconds >= 0',
  (value) => isNumber(value) && value >= 0,
);
export const checkCount = checker<number>(
  'to be an integer >= 0',
  (value) => Number.isSafeInteger(value) && (value as number) >= 0,
);
export const checkPositiveCount = checker<number>(
  'to be an integer >= 1',
  (value) => Number.isSafeInteger(value) && (value as number) >= 1,
);
/** For a count that may be without a limit. */
export const checkLimit = checker<number>(
  'to be an integer >= 0 or Infinity',
  (value) => value === Infinity || (Number.isSafeInteger(value) && (value as number) >= 0),
);
export const checkNotNaN = checker<number>(
  'to be a number, not NaN',
  (value) => isNumber(value) && !Number.isNaN(value),
);
export const checkScheduler = checker<unknown>('to be a scheduler: { now, schedule }', (value) =>
  hasFunctions(value, ['now', 'schedule']),
);
export const checkSignal = checker<unknown>('to be an AbortSignal', (value) =>
  hasFunctions(value, ['addEventListener', 'removeEventListener']),
);

/** A checker for an object that must have all these methods. */
export const checkMethods = (
  names: readonly string[],
): ((field: string, value: unknown) => unknown) =>
  checker<unknown>(`to be an object with the methods ${names.join(', ')}`, (value) =>
    hasFunctions(value, names),
  );
