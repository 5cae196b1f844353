import { Subscription, type SchedulerLike } from 'rxjs';

/** The longest time that the platforms' timers can wait; a longer one would fire at once. */
const LONGEST = 2 ** 31 - 1;

/**
 * Calls `work` once, after `ms`. All timers of the package come from here: a time that is longer than timers reach is
 * waited for in steps, and what never comes without any.
 */
export const wait = (ms: number, scheduler: SchedulerLike, work: () => void): Subscription => {
  if (ms <= LONGEST) return scheduler.schedule(work, ms);
  const steps = new Subscription();
  const step = (left: number): void => {
    const delay = Math.min(left, LONGEST);
    const action = scheduler.schedule(() => {
      action.unsubscribe(); // which takes it out of the steps
      if (left > delay) step(left - delay);
      else work();
    }, delay);
    steps.add(action);
  };
  // Beyond the exact integers, 285,000 years, the steps would take nothing away.
  if (ms <= Number.MAX_SAFE_INTEGER) step(ms);
  return steps;
};
