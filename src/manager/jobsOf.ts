import type { TaskManagerStoppedError } from '../events/errors.js';
import type { Job } from '../tasks/Job.js';

/**
 * What `queueOn` and `queueFrom` may do with a manager, and its users may not.
 *
 * @internal
 */
export interface ManagerJobs<R> {
  /** Queues a task, or refuses it. */
  queue: <E>(job: Job<R, E>) => void;
  /** Cancels tasks, all of them in one transition, unless they have ended. */
  cancel: <E>(jobs: Iterable<Job<R, E>>, error: unknown) => void;
  /** Whether one more task may come: fewer wait than `queueLimit`. */
  hasRoom: () => boolean;
  /** What a task is refused with. */
  refusal: () => TaskManagerStoppedError;
  /** Aborted when the manager takes no more tasks. */
  stopping: AbortSignal;
}

/** Of the whole program: the manager may be of another build of this package. */
const JOBS = Symbol.for('rx-tasker.jobs');

/**
 * Makes the functions in this file friends of a manager. A property of a symbol and not a private member, which only the
 * same build could reach, and not through a proxy.
 *
 * @internal
 */
export const befriend = <R>(manager: object, jobs: ManagerJobs<R>): void => {
  Object.defineProperty(manager, JOBS, { value: jobs });
};

/**
 * `undefined` if that is no TaskManager.
 *
 * @internal
 */
export const jobsOf = <R>(manager: object): ManagerJobs<R> | undefined =>
  (manager as { [JOBS]?: ManagerJobs<R> } | null | undefined)?.[JOBS];
