import { callSafely, reportUnhandledError } from '../../src/rx/reportUnhandledError.js';
import { unhandledErrors } from '../support/unhandledErrors.js';

describe('reportUnhandledError', () => {
  it('should tell config.onUnhandledError', () => {
    const error = new Error('lost');
    const errors = unhandledErrors(() => reportUnhandledError(error));
    expect(errors).toHaveLength(1);
    expect(errors[0]).toBe(error);
  });

  it.each([undefined, null, 0, 'text'])('should report %p as it is', (thrown) => {
    expect(unhandledErrors(() => reportUnhandledError(thrown))).toEqual([thrown]);
  });

  it('should not throw at the call', () => {
    let returned = false;
    unhandledErrors(() => {
      reportUnhandledError(new Error());
      returned = true;
    });
    expect(returned).toBe(true);
  });
});

describe('callSafely', () => {
  it('should call with the arguments, in the same call', () => {
    const calls: unknown[][] = [];
    const errors = unhandledErrors(() => {
      callSafely((...args: number[]) => calls.push(args), 1, 2);
      expect(calls).toEqual([[1, 2]]);
    });
    expect(errors).toEqual([]);
  });

  it('should report what the callback throws, and not throw it', () => {
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
