import type { Job } from './Job.js';

/** A task that waits, as far as its owner may know of it. */
export interface WaitingTask {
  /** The number of the task, from 1 in the order of arrival. */
  readonly id: number;
  readonly label: string | undefined;
  /** The option of the task; it has no effect yet. */
  readonly key: unknown;
  /** The priority that the task is served at. */
  readonly priority: number;
  /** Which attempt it waits for; 0 is the first. */
  readonly attempt: number;
  /** When it arrived, in ms by the manager's clock. */
  readonly queuedAt: number;
  /** The option of the task; it has no effect yet. */
  readonly cost: number;
  /** By when it must have started, in ms by the manager's clock; Infinity if it may wait for ever. */
  readonly deadline: number;
}

/**
 * Shows a task that waits.
 *
 * @internal
 */
export const showWaiting = <R, E>(job: Job<R, E>): WaitingTask => ({
  id: job.id,
  label: job.options.label,
  key: job.options.key,
  priority: job.priority,
  attempt: job.retries,
  queuedAt: job.queuedAt,
  cost: job.options.cost ?? 1,
  deadline: Infinity,
});
