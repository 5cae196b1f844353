import { createRevocableLanes, type RevocableLanes } from '../lanes/createRevocableLanes.js';
import type { LaneDiscipline } from '../lanes/LaneDiscipline.js';
import { strict } from '../lanes/strict.js';
import type { Job } from '../tasks/Job.js';

/**
 * The lanes that tasks wait in. With a discipline that cannot be made there are lanes all the same, for the end.
 *
 * @param onBroken - is called with what the discipline throws
 * @internal
 */
export const createJobLanes = <R, E>(
  discipline: LaneDiscipline,
  onBroken: (error: unknown) => void,
): RevocableLanes<Job<R, E>> => {
  try {
    return lanesOf(discipline);
  } catch (error) {
    onBroken(error);
    return lanesOf(strict());
  }
};

const lanesOf = <R, E>(discipline: LaneDiscipline): RevocableLanes<Job<R, E>> =>
  createRevocableLanes({
    discipline,
    priority: (job) => job.priority,
    ahead: (job) => job.retries > 0,
    dropped: (job) => job.state === 'ended',
  });
