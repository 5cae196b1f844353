import { asyncScheduler, type SchedulerLike } from 'rxjs';

/**
 * Calls `act`, within which `asyncScheduler`, RxJS's default, is in virtual time: a scaling policy made of
 * `stabilise` or `debounceTime` without a scheduler would else wait for the hands of the clock.
 */
export const inVirtualTime = <T>(scheduler: SchedulerLike, act: () => T): T => {
  const restoreNow = replace('now', () => scheduler.now());
  const restoreSchedule = replace('schedule', scheduler.schedule.bind(scheduler));
  try {
    return act();
  } finally {
    restoreSchedule();
    restoreNow();
  }
};

/** Gives a method of `asyncScheduler` its place back, on the object or above it. */
type Restore = () => void;

const replace = (name: 'now' | 'schedule', value: unknown): Restore => {
  const before = Object.getOwnPropertyDescriptor(asyncScheduler, name);
  Object.defineProperty(asyncScheduler, name, { value, writable: true, configurable: true });
  return () => {
    if (before) Object.defineProperty(asyncScheduler, name, before);
    else Reflect.deleteProperty(asyncScheduler, name);
  };
};
