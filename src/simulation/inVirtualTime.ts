import { asyncScheduler, type SchedulerLike } from 'rxjs';

/**
 * Calls `act` with `asyncScheduler`, RxJS's default, in virtual time. Otherwise a scaling policy that uses
 * `stabilise` or `debounceTime` without a scheduler would wait in real time.
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

/** Restores a method of `asyncScheduler`, on the object or on its prototype. */
type Restore = () => void;

const replace = (name: 'now' | 'schedule', value: unknown): Restore => {
  const before = Object.getOwnPropertyDescriptor(asyncScheduler, name);
  Object.defineProperty(asyncScheduler, name, { value, writable: true, configurable: true });
  return () => {
    if (before) Object.defineProperty(asyncScheduler, name, before);
    else Reflect.deleteProperty(asyncScheduler, name);
  };
};
