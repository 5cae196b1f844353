import { Subscription, type SchedulerLike } from 'rxjs';

/** The longest time of a timer of the platforms. A timer with a longer time would fire at once. */
const LONGEST = 2 ** 31 - 1;

/**
 * Calls `work` once, after `ms`. All timers of the package come from here. A time beyond the longest timer is
 * divided into steps. A time that never comes has no timer.
 */
export const wait = (ms: number, scheduler: SchedulerLike, work: () => void): Subscription => {
  if (ms <= LONGEST) return scheduler.schedule(work, ms);
  const steps = new Subscription();
  const step = (left: number): void => {
    const delay = Math.min(left, LONGEST);
    const action = scheduler.schedule(() => {
      action.unsubscribe(); // removes the action from the steps
      if (left > delay) step(left - delay);
      else work();
    }, delay);
    steps.add(action);
  };
  // Beyond the exact integers, after 285,000 years, a step would subtract nothing.
  if (ms <= Number.MAX_SAFE_INTEGER) step(ms);
  return steps;
};
