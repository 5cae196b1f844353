import { createRevocableLanes, type RevocableLanes } from '../lanes/createRevocableLanes.js';
import type { LaneDiscipline } from '../lanes/LaneDiscipline.js';
import { strict } from '../lanes/strict.js';
import { watchLowest } from '../lanes/watchLowest.js';
import type { Job } from '../tasks/Job.js';
import type { Settings } from './config.js';
import { QueueLimit } from './QueueLimit.js';

/** @internal */
export interface JobLanes<R, E> {
  readonly lanes: RevocableLanes<Job<R, E>>;
  /** Holds the number of tasks that wait to a limit, if there is one. */
  readonly queueLimit: QueueLimit<R, E> | undefined;
}

/**
 * The lanes that tasks wait in.
 *
 * @param onBroken - is called with what the discipline throws
 * @internal
 */
export const createJobLanes = <R, E>(
  { discipline, queueLimit: limit, overflow, scheduler }: Settings<R>,
  onBroken: (error: unknown) => void,
): JobLanes<R, E> => {
  if (limit === Infinity) return { lanes: openLanes(discipline, onBroken), queueLimit: undefined };
  const watched = watchLowest(discipline);
  const lanes = openLanes<R, E>(watched.discipline, onBroken);
  const { lowest } = watched;
  const now = (): number => scheduler.now();
  return { lanes, queueLimit: new QueueLimit({ limit, overflow, lanes, lowest, now }) };
};

/** With a discipline that cannot be made there are lanes all the same, for the end. */
const openLanes = <R, E>(
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
