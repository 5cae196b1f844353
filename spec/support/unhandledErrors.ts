import { config } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';

/** The errors that RxJS reports during `act`, and during the timers that `act` leaves. */
export const unhandledErrors = (act: () => void): unknown[] => {
  const errors: unknown[] = [];
  config.onUnhandledError = (error) => errors.push(error);
  try {
    // RxJS reports in a task of its own, which runs at the flush of the virtual time.
    new TestScheduler(() => undefined).run(({ flush }) => {
      act();
      flush();
    });
  } finally {
    config.onUnhandledError = null;
  }
  return errors;
};
