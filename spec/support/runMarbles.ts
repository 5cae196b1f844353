import { TestScheduler, type RunHelpers } from 'rxjs/testing';

/** `TestScheduler.run` with jest's comparison. `scheduler` is for operators that take one. */
export const runMarbles = (test: (helpers: RunHelpers & { scheduler: TestScheduler }) => void) => {
  const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
  scheduler.run((helpers) => test({ ...helpers, scheduler }));
};
