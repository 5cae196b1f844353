import { callSafely, reportUnhandledError } from '../../src/rx/reportUnhandledError.js';
import { unhandledErrors } from '../support/unhandledErrors.js';

describe('reportUnhandledError', () => {
  it('tells config.onUnhandledError', () => {
    const error = new Error('lost');
    const errors = unhandledErrors(() => reportUnhandledError(error));
    expect(errors).toHaveLength(1);
    expect(errors[0]).toBe(error);
  });

  it.each([undefined, null, 0, 'text'])('reports %p unchanged', (thrown) => {
    expect(unhandledErrors(() => reportUnhandledError(thrown))).toEqual([thrown]);
  });

  it('does not throw to its caller', () => {
    let returned = false;
    unhandledErrors(() => {
      reportUnhandledError(new Error());
      returned = true;
    });
    expect(returned).toBe(true);
  });
});

describe('callSafely', () => {
  it('calls the function with the arguments, in the same call', () => {
    const calls: unknown[][] = [];
    const errors = unhandledErrors(() => {
      callSafely((...args: number[]) => calls.push(args), 1, 2);
      expect(calls).toEqual([[1, 2]]);
    });
    expect(errors).toEqual([]);
  });

  it('reports an error that the callback throws, and does not throw', () => {
    const error = new Error('thrown');
    const errors = unhandledErrors(() => {
      callSafely(() => {
        throw error;
      });
    });
    expect(errors).toHaveLength(1);
    expect(errors[0]).toBe(error);
  });
});
