import { asyncScheduler } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import {
  checkBoolean,
  checkCount,
  checkDuration,
  checkFunction,
  checkMethods,
  checkNotNaN,
  checkNotNegative,
  checkObject,
  checkPositive,
  checkPositiveCount,
  checkScheduler,
  checkSignal,
  checkString,
  checkWindow,
} from '../../src/checks/check.js';
import { InvalidConfigError } from '../../src/checks/InvalidConfigError.js';

const notNumbers = [undefined, null, '1', 1n, true, {}, [1], () => 1];
const noop = () => undefined;

const checks: Record<
  string,
  {
    check: (field: string, value: any) => unknown;
    expected: string;
    good: unknown[];
    bad: unknown[];
  }
> = {
  checkFunction: {
    check: checkFunction,
    expected: 'a function',
    good: [noop, async () => undefined, Map],
    bad: [undefined, null, 'f', {}],
  },
  checkBoolean: {
    check: checkBoolean,
    expected: 'a boolean',
    good: [true, false],
    bad: [undefined, null, 0, 'true'],
  },
  checkString: {
    check: checkString,
    expected: 'a string',
    good: ['', 'a'],
    bad: [undefined, null, 1, new String('a')],
  },
  checkObject: {
    check: checkObject,
    expected: 'an object',
    good: [{}, []],
    bad: [undefined, null, 1, 'a', noop],
  },
  checkPositive: {
    check: checkPositive,
    expected: 'a finite number > 0',
    good: [0.1, 1, 1e300],
    bad: [...notNumbers, 0, -1, NaN, Infinity],
  },
  checkWindow: {
    check: checkWindow,
    expected: 'a number of milliseconds >= 0.1',
    good: [0.1, 1, 1e300],
    bad: [5e-324, 0.09],
  },
  checkNotNegative: {
    check: checkNotNegative,
    expected: 'a finite number >= 0',
    good: [0, 0.1, 1e300],
    bad: [...notNumbers, -0.1, NaN, Infinity],
  },
  checkDuration: {
    check: checkDuration,
    expected: 'a number of milliseconds >= 0',
    good: [0, 0.5, Infinity],
    bad: [...notNumbers, -1, NaN, -Infinity],
  },
  checkCount: {
    check: checkCount,
    expected: 'an integer >= 0',
    good: [0, 1, Number.MAX_SAFE_INTEGER],
    bad: [...notNumbers, -1, 0.5, NaN, Infinity, 2 ** 53],
  },
  checkPositiveCount: {
    check: checkPositiveCount,
    expected: 'an integer >= 1',
    good: [1, Number.MAX_SAFE_INTEGER],
    bad: [...notNumbers, 0, -1, 1.5, NaN, Infinity],
  },
  checkNotNaN: {
    check: checkNotNaN,
    expected: 'a number',
    good: [0, -1.5, Infinity, -Infinity],
    bad: [...notNumbers, NaN],
  },
  checkScheduler: {
    check: checkScheduler,
    expected: 'a scheduler: { now, schedule }',
    good: [asyncScheduler, new TestScheduler(noop), { now: noop, schedule: noop }],
    bad: [undefined, null, {}, { now: noop }, { schedule: noop }, { now: 1, schedule: noop }],
  },
  checkSignal: {
    check: checkSignal,
    expected: 'an AbortSignal',
    good: [new AbortController().signal],
    bad: [undefined, null, new AbortController(), { aborted: false }],
  },
  'checkMethods, of two,': {
    check: (field, value) => checkMethods(field, value, ['a', 'b']),
    expected: 'an object with the methods a, b',
    good: [{ a: noop, b: noop }],
    bad: [undefined, null, noop, { a: noop }, { a: noop, b: 1 }],
  },
};

describe.each(Object.entries(checks))('%s', (_, { check, expected, good, bad }) => {
  it('returns a valid argument', () => {
    for (const value of good) expect(check('field', value)).toBe(value);
  });

  it('throws the typed error for an invalid argument', () => {
    for (const value of bad) {
      let thrown: unknown;
      try {
        check('field', value);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBeInstanceOf(InvalidConfigError);
      expect(thrown).toMatchObject({
        field: 'field',
        value,
        message: expect.stringMatching(/^Expected `field` .+, got .+$/),
      });
      expect((thrown as Error).message).toContain(expected);
    }
  });
});
