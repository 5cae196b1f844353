import { defer, take, type SchedulerLike, type Subscription } from 'rxjs';
import type { Outbox } from '../events/Outbox.js';
import { after } from '../rx/after.js';
import type { Job, JobAttempt } from './Job.js';
import type { Retry } from './retry.js';
import { startListenerOf } from './retryBudget.js';

/** @internal */
export interface ParkingOptions<R, E> {
  settings: { retry: Retry | undefined; scheduler: SchedulerLike };
  outbox: Outbox;
  /** It is time to try the task again. */
  onReturn: (job: Job<R, E>) => void;
  /** The task is not to be tried again. */
  onFailed: (parked: Parked<R, E>, error: unknown) => void;
}

/**
 * A task that is yet to be tried again.
 *
 * @internal
 */
export interface Parked<R, E> {
  readonly job: Job<R, E>;
  /** When its last attempt started. */
  readonly startedAt: number;
  /** When that attempt ended. */
  readonly finishedAt: number;
  /** What its last attempt failed with. */
  readonly error: unknown;
  /** To the notifier of its delay, once that is subscribed to. */
  delay: Subscription | undefined;
}

/**
 * Where tasks are between a failure on a healthy worker and the next attempt: outside all lanes, without a worker. As in
 * RxJS's `retry`, a task is tried again when its notifier emits, and ends with the error of the notifier. If the notifier
 * completes without a value, the task ends with its own failure.
 *
 * @internal
 */
export class Parking<R, E> {
  readonly #options: ParkingOptions<R, E>;
  readonly #parked = new Map<Job<R, E>, Parked<R, E>>();
  /** How often tasks were parked. Apart from the jobs: few tasks are ever parked, and many jobs wait. */
  readonly #counts = new WeakMap<Job<R, E>, number>();

  constructor(options: ParkingOptions<R, E>) {
    this.#options = options;
  }

  get jobs(): Job<R, E>[] {
    return [...this.#parked.keys()];
  }

  /** How often the task was parked. */
  countOf(job: Job<R, E>): number {
    return this.#counts.get(job) ?? 0;
  }

  /** Whether the task may be parked once more. */
  takes(job: Job<R, E>): boolean {
    const retry = this.#retryOf(job);
    return retry !== undefined && this.countOf(job) < (retry.count ?? Infinity);
  }

  /** An attempt of the task starts. */
  noteStart(job: Job<R, E>): void {
    const retry = this.#retryOf(job);
    if (retry) startListenerOf(retry)?.();
  }

  /** Parks the task of an attempt that has failed, now. Its delay begins when it is told. */
  park({ job, startedAt, error }: JobAttempt<R, E>, now: number): void {
    const parked: Parked<R, E> = { job, startedAt, finishedAt: now, error, delay: undefined };
    this.#parked.set(job, parked);
    this.#counts.set(job, this.countOf(job) + 1);
    this.#options.outbox.add(this.#begin, parked);
  }

  /** The task is not to be tried again, or is. */
  remove(job: Job<R, E>): void {
    this.#parked.get(job)?.delay?.unsubscribe();
    this.#parked.delete(job);
  }

  readonly #begin = (parked: Parked<R, E>): void => {
    if (!this.#isParked(parked)) return;
    const { job, error } = parked;
    const { onReturn, onFailed, settings } = this.#options;
    const { delay = 0 } = this.#retryOf(job) ?? {};
    const notifier$ =
      typeof delay === 'number'
        ? after(delay, settings.scheduler)
        : defer(() => delay(error, this.countOf(job)));
    const subscription = notifier$.pipe(take(1)).subscribe({
      next: () => {
        if (this.#isParked(parked)) onReturn(job);
      },
      error: (last: unknown) => {
        if (this.#isParked(parked)) onFailed(parked, last);
      },
      complete: () => {
        if (this.#isParked(parked)) onFailed(parked, error);
      },
    });
    if (this.#isParked(parked)) parked.delay = subscription;
    else subscription.unsubscribe();
  };

  #isParked(parked: Parked<R, E>): boolean {
    return this.#parked.get(parked.job) === parked;
  }

  #retryOf({ options }: Job<R, E>): Retry | undefined {
    return options.retry ?? this.#options.settings.retry;
  }
}
