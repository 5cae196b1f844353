import type {
  TaskArrived,
  TaskCancelled,
  TaskCompleted,
  TaskEventBase,
  TaskFailed,
  TaskRetried,
  TaskStarted,
  TaskTimes,
} from './events.js';
import type { Job } from './Job.js';

// Every task has the first three of these events: their fields are written out, since an object spread costs
// as much as the rest of an event (a sixth of a whole `queueTask`, measured).

/** @internal */
export const arrived = <R, E>(job: Job<R, E>): TaskArrived => ({
  type: 'arrived',
  time: job.queuedAt,
  id: job.id,
  label: job.options.label,
  priority: job.priority,
  attempt: job.attempt,
  direct: job.direct,
  queuedAt: job.queuedAt,
});

/** @internal */
export const started = <R, E>(job: Job<R, E>, worker: number): TaskStarted => ({
  type: 'started',
  time: job.startedAt,
  id: job.id,
  label: job.options.label,
  priority: job.priority,
  attempt: job.attempt,
  direct: job.direct,
  queuedAt: job.queuedAt,
  startedAt: job.startedAt,
  worker,
});

/** @internal */
export const completed = <R, E>(job: Job<R, E>, time: number): TaskCompleted<E> => ({
  type: 'completed',
  time,
  id: job.id,
  label: job.options.label,
  priority: job.priority,
  attempt: job.attempt,
  direct: job.direct,
  queuedAt: job.queuedAt,
  startedAt: job.startedAt,
  finishedAt: time,
  result: job.result,
});

/** @internal */
export const retried = <R, E>(job: Job<R, E>, time: number, error: unknown): TaskRetried => ({
  type: 'retried',
  ...describe(job, time),
  ...timesOf(job, time),
  error,
});

/** @internal */
export const failed = <R, E>(
  job: Job<R, E>,
  time: number,
  error: unknown,
  abandoned: boolean,
): TaskFailed => ({
  type: 'failed',
  ...describe(job, time),
  ...timesOf(job, time),
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

const describe = <R, E>(job: Job<R, E>, time: number): TaskEventBase => ({
  time,
  id: job.id,
  label: job.options.label,
  priority: job.priority,
  attempt: job.attempt,
  direct: job.direct,
  queuedAt: job.queuedAt,
});

const timesOf = <R, E>({ queuedAt, startedAt }: Job<R, E>, finishedAt: number): TaskTimes => ({
  queuedAt,
  startedAt,
  finishedAt,
});
