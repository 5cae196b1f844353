import { config } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';

/** What RxJS is told of unhandled errors while `act` runs, and by what that leaves to be done. */
export const unhandledErrors = (act: () => void): unknown[] => {
  const errors: unknown[] = [];
  config.onUnhandledError = (error) => errors.push(error);
  try {
    // RxJS reports in a task of its own, which comes with the flush of the virtual time.
    new TestScheduler(() => undefined).run(({ flush }) => {
      act();
      flush();
    });
  } finally {
    config.onUnhandledError = null;
  }
  return errors;
};
