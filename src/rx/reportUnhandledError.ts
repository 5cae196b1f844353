import { throwError } from 'rxjs';

/**
 * Reports an error that no caller is there to take, as RxJS does: to `config.onUnhandledError`, or thrown in
 * a task of its own.
 */
export const reportUnhandledError = (error: unknown): void => {
  // RxJS's own function for it is private; an error that reaches a subscriber without a handler gets there.
  throwError(() => error).subscribe();
};

/** Calls `callback` and keeps what it throws from the caller: it is reported. */
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
