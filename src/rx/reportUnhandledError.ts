import { throwError } from 'rxjs';

/**
 * Reports an error that no caller can take, as RxJS does: to `config.onUnhandledError`. Without that callback,
 * RxJS throws the error in a task of its own.
 */
export const reportUnhandledError = (error: unknown): void => {
  // RxJS's own function is private. RxJS calls it for an error that reaches a subscriber without a handler.
  throwError(() => error).subscribe();
};

/** Calls `callback`. Reports an error that it throws, and does not throw. */
export const callSafely = <A extends unknown[]>(
  callback: (...args: A) => unknown,
  ...args: A
): void => {
  try {
    callback(...args);
  } catch (error) {
    reportUnhandledError(error);
  }
};
