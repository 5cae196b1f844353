import type {
  TaskArrived,
  TaskCancelled,
  TaskCompleted,
  TaskEventBase,
  TaskFailed,
  TaskRejected,
  TaskRequeued,
  TaskRetried,
  TaskStarted,
  TaskTimes,
} from '../events/events.js';
import type { Job, JobAttempt } from './Job.js';

// Every task has the first three of these events: their fields are written out, since an object spread costs
// as much as the rest of an event (a sixth of a whole `queueTask`, measured).

/** @internal */
export const arrived = <R, E>(job: Job<R, E>): TaskArrived => ({
  type: 'arrived',
  time: job.queuedAt,
  id: job.id,
  label: job.options.label,
  priority: job.priority,
  attempt: job.retries,
  direct: job.direct,
  queuedAt: job.queuedAt,
});

/** @internal */
export const rejected = <R, E>(job: Job<R, E>, error: unknown): TaskRejected => ({
  type: 'rejected',
  time: job.queuedAt,
  label: job.options.label,
  priority: job.priority,
  error,
});

/** @internal */
export const started = <R, E>({ job, startedAt, worker }: JobAttempt<R, E>): TaskStarted => ({
  type: 'started',
  time: startedAt,
  id: job.id,
  label: job.options.label,
  priority: job.priority,
  attempt: job.retries,
  direct: job.direct,
  queuedAt: job.queuedAt,
  startedAt,
  worker: worker.id,
});

/** @internal */
export const completed = <R, E>(
  { job, startedAt, result }: JobAttempt<R, E>,
  time: number,
): TaskCompleted<E> => ({
  type: 'completed',
  time,
  id: job.id,
  label: job.options.label,
  priority: job.priority,
  attempt: job.retries,
  direct: job.direct,
  queuedAt: job.queuedAt,
  startedAt,
  finishedAt: time,
  result,
});

/** @internal */
export const retried = <R, E>(
  attempt: JobAttempt<R, E>,
  time: number,
  error: unknown,
  healthy: boolean,
): TaskRetried => ({
  type: 'retried',
  ...describeEnd(attempt, time),
  error,
  healthy,
});

/** @internal */
export const requeued = <R, E>(job: Job<R, E>, time: number): TaskRequeued => ({
  type: 'requeued',
  ...describe(job, time),
});

/** @internal */
export const failed = <R, E>(
  attempt: Ended<R, E>,
  time: number,
  error: unknown,
  abandoned: boolean,
): TaskFailed => ({
  type: 'failed',
  ...describeEnd(attempt, time),
  error,
  abandoned,
});

/** @internal */
export const cancelled = <R, E>(
  job: Job<R, E>,
  time: number,
  error: unknown,
  running: boolean,
  abandoned: boolean,
): TaskCancelled => ({
  type: 'cancelled',
  ...describe(job, time),
  error,
  running,
  abandoned,
});

/** An attempt, or what is known of one that has ended. */
type Ended<R, E> = Pick<JobAttempt<R, E>, 'job' | 'startedAt'>;

const describe = <R, E>(job: Job<R, E>, time: number): TaskEventBase => ({
  time,
  id: job.id,
  label: job.options.label,
  priority: job.priority,
  attempt: job.retries,
  direct: job.direct,
  queuedAt: job.queuedAt,
});

const describeEnd = <R, E>(
  { job, startedAt }: Ended<R, E>,
  time: number,
): TaskEventBase & TaskTimes => ({ ...describe(job, time), startedAt, finishedAt: time });
