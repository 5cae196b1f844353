import type { RevocableLanes } from '../lanes/createRevocableLanes.js';
import type { Job } from '../tasks/Job.js';

/**
 * How long the oldest of the waiting tasks has waited since its arrival, in ms; 0 while nothing waits. O(open lanes).
 *
 * Of the retried tasks in a lane, only the one that was retried first is asked.
 *
 * @internal
 */
export const oldestWait = <R, E>(lanes: RevocableLanes<Job<R, E>>, now: number): number => {
  let oldest = now; // the clock may have been set back since an arrival
  for (const { queue } of lanes.open.values()) {
    for (const { queuedAt } of queue.firsts()) oldest = Math.min(oldest, queuedAt);
  }
  return now - oldest;
};
