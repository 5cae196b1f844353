import { after } from '../internal/after.js';
import { LinkedList } from '../internal/LinkedList.js';
import { reportUnhandledError } from '../internal/reportUnhandledError.js';
import { createRevocableLanes, type RevocableLanes } from '../internal/createRevocableLanes.js';
import { SignalWatch } from '../internal/SignalWatch.js';
import { Attempt, type AttemptListener } from './Attempt.js';
import type { Settings } from './config.js';
import {
  MaxRetriesExceededError,
  TaskCancelledError,
  TaskManagerStoppedError,
  TaskTimeoutError,
} from './errors.js';
import type { TaskEvent } from './events.js';
import type { Job } from './Job.js';
import { arrived, cancelled, completed, failed, retried, started } from './taskEvents.js';
import type { Worker, WorkerPool } from './WorkerPool.js';

/** @internal */
export interface DispatcherOptions<R, E> {
  settings: Settings<R>;
  /** The workers that serve the lanes. */
  workers: WorkerPool<R>;
  /** The resources for `runTask`. */
  spares: WorkerPool<R>;
  emit: (event: TaskEvent<E>) => void;
  /** Called when a task has been taken in or has left its worker, with all that follows from it done. */
  onProgress: () => void;
  /** Called when the discipline of the lanes has thrown: nothing can be served any more. */
  onBrokenLanes: (error: unknown) => void;
}

/**
 * Takes every task from its arrival to its one outcome: into the lanes or past them, on a worker, again after
 * an unhealthy failure, out of it all when it is cancelled.
 *
 * @internal
 */
export class Dispatcher<R, E> implements AttemptListener<R, E> {
  readonly #options: DispatcherOptions<R, E>;
  readonly #lanes: RevocableLanes<Job<R, E>>;
  /** How many accepted tasks have not ended. */
  #unfinished = 0;
  /** The tasks on their way to the lanes or a resource; who hears of something on it may kill. */
  readonly #onTheirWay: Job<R, E>[] = [];
  /** The attempts of those that have left the lanes. */
  readonly #attempts = new LinkedList<Attempt<R, E>>();
  /** The attempts of ended tasks that go on and keep their workers. */
  readonly #abandoned = new Set<Attempt<R, E>>();
  readonly #signals = new SignalWatch<Job<R, E>>((job, reason) => {
    this.cancel(job, new TaskCancelledError(reason));
  });
  #accepting = true;
  #killed = false;
  #lastId = 0;

  constructor(options: DispatcherOptions<R, E>) {
    this.#options = options;
    this.#lanes = createRevocableLanes<Job<R, E>>(
      (job) => this.#runOnWorker(job),
      { error: options.onBrokenLanes, complete: () => undefined },
      {
        discipline: options.settings.discipline,
        priority: (job) => job.priority,
        ahead: (job) => job.retries > 0,
        dropped: (job) => job.state === 'ended',
      },
    );
  }

  /** Whether every accepted task has ended. */
  get drained(): boolean {
    return this.#unfinished === 0;
  }

  accept(job: Job<R, E>): void {
    if (!this.#accepting) return job.refuse(new TaskManagerStoppedError());
    job.id = ++this.#lastId;
    job.queuedAt = this.#now();
    if (job.direct) job.state = 'running';
    this.#unfinished++;
    this.#onTheirWay.push(job);
    this.#options.emit(arrived(job));
    const { signal } = job.options;
    if (signal && !hasEnded(job)) this.#signals.add(signal, job);
    // It may have been cancelled by its signal, or by who heard of its arrival.
    if (!hasEnded(job)) {
      if (job.direct) this.#runDirectly(job);
      else this.#enqueue(job);
    }
    this.#onTheirWay.pop();
    this.#options.onProgress();
  }

  /** Takes no more tasks; those accepted go on. */
  refuse(): void {
    this.#accepting = false;
  }

  /** Ends a task that has not ended: out of the lanes, or by an abort of what runs. */
  cancel(job: Job<R, E>, error: unknown): void {
    if (hasEnded(job)) return;
    const attempt = attemptOf(job);
    attempt?.timer?.unsubscribe();
    attempt?.abort(error);
    if (hasEnded(job)) return; // who heard of the abort has ended it
    const { state } = job;
    this.#end(job);
    let broken: { error: unknown } | undefined; // the discipline, told of once the task has its end
    try {
      if (state === 'waiting' && !this.#killed) this.#lanes.drop(job);
    } catch (thrown) {
      broken = { error: thrown };
    }
    const abandoned = !this.#killed && this.#abandon(attempt);
    this.#options.emit(cancelled(job, this.#now(), error, state === 'running', abandoned));
    job.fail(error);
    if (attempt && !abandoned && !this.#killed) this.#free(attempt);
    if (broken) this.#options.onBrokenLanes(broken.error);
    this.#options.onProgress();
  }

  /** Ends all tasks. To refuse further ones, hold the lanes and close the pools is left to the caller. */
  kill(): void {
    this.#killed = true;
    for (const attempt of [...this.#abandoned]) this.#giveUp(attempt);
    const error = new TaskManagerStoppedError('The task manager was killed before the task ended');
    const running = [...this.#attempts].map(({ job }) => job);
    const tasks = [...this.#onTheirWay, ...running, ...this.#lanes.drain()].sort(
      (a, b) => a.id - b.id,
    );
    for (const job of tasks) this.cancel(job, error);
  }

  /** How many tasks the lanes may have running. */
  setConcurrency(workers: number): void {
    this.#lanes.setLimit(workers);
  }

  succeeded(attempt: Attempt<R, E>, isResultNew: boolean): void {
    const { job } = attempt;
    this.#end(job);
    attempt.timer?.unsubscribe();
    this.#options.emit(completed(attempt, this.#now()));
    if (isResultNew) job.emit(attempt.result as E);
    job.succeed(attempt.result);
    this.#free(attempt);
    this.#options.onProgress();
  }

  failed(attempt: Attempt<R, E>, error: unknown): void {
    attempt.timer?.unsubscribe();
    this.#fail(attempt, error);
  }

  settled(attempt: Attempt<R, E>): void {
    if (!this.#abandoned.delete(attempt)) return;
    attempt.timer?.unsubscribe();
    this.#emitFreed(attempt);
    this.#free(attempt);
    this.#options.onProgress();
  }

  #enqueue(job: Job<R, E>): void {
    if (job.state === 'ended') return; // cancelled by who heard of its retry
    job.state = 'waiting';
    try {
      this.#lanes.next(job);
    } catch (error) {
      this.#options.onBrokenLanes(error);
    }
  }

  /** Whether the worker is free again already. */
  #runOnWorker(job: Job<R, E>): boolean {
    const { workers } = this.#options;
    job.state = 'running';
    const worker = workers.lease() as Worker<R>; // there is one: no more are started than are ready
    const attempt = new Attempt(job, worker, workers, this);
    this.#enter(attempt);
    this.#begin(attempt);
    attempt.takesPlace = !attempt.isOver;
    return attempt.isOver;
  }

  #runDirectly(job: Job<R, E>): void {
    const { spares } = this.#options;
    const spare = spares.lease();
    if (spare) {
      const attempt = new Attempt(job, spare, spares, this);
      this.#enter(attempt);
      return this.#begin(attempt);
    }
    const worker = spares.leaseTemporary();
    const attempt = new Attempt(job, worker, spares, this);
    this.#enter(attempt);
    spares.bringUp(
      worker,
      () => this.#begin(attempt),
      (error) => {
        if (hasEnded(job)) return; // cancelled by who heard of the failure
        attempt.startedAt = this.#now();
        this.#endFailed(attempt, error, false);
        this.#free(attempt);
        this.#options.onProgress();
      },
    );
  }

  #begin(attempt: Attempt<R, E>): void {
    const { job } = attempt;
    const { emit, settings } = this.#options;
    const { timeout = Infinity } = job.options;
    if (hasEnded(job)) return this.#free(attempt); // cancelled while its resource was got
    attempt.startedAt = this.#now();
    if (timeout !== Infinity) {
      attempt.timer = after(timeout, settings.scheduler).subscribe(() =>
        this.#timeOut(attempt, timeout),
      );
    }
    emit(started(attempt));
    attempt.begin();
  }

  #timeOut(attempt: Attempt<R, E>, timeout: number): void {
    const error = new TaskTimeoutError(timeout);
    attempt.abort(error);
    this.#fail(attempt, error);
  }

  #fail(attempt: Attempt<R, E>, error: unknown): void {
    const { job } = attempt;
    const { once = false, maxRetries = this.#options.settings.maxRetries } = job.options;
    const healthy = this.#isHealthy(error);
    if (hasEnded(job)) return; // cancelled by who heard of the abort, or by checkHealth
    if (healthy) {
      const abandoned = this.#abandon(attempt);
      this.#endFailed(attempt, error, abandoned);
      if (!abandoned) this.#free(attempt);
    } else {
      // First the task, which is to be the next one at its priority, then the worker.
      if (!job.direct && !once && job.retries < maxRetries) this.#retry(attempt, error);
      else if (job.retries === 0) this.#endFailed(attempt, error, false);
      else this.#endFailed(attempt, new MaxRetriesExceededError(job.retries, error), false);
      this.#discard(attempt);
    }
    this.#options.onProgress();
  }

  #retry(attempt: Attempt<R, E>, error: unknown): void {
    const { job } = attempt;
    job.state = 'new';
    job.priority = Math.max(1, job.priority);
    this.#leave(job);
    this.#onTheirWay.push(job);
    this.#options.emit(retried(attempt, this.#now(), error));
    job.retries++;
    this.#enqueue(job);
    this.#onTheirWay.pop();
  }

  #endFailed(attempt: Attempt<R, E>, error: unknown, abandoned: boolean): void {
    const { job } = attempt;
    this.#end(job);
    this.#options.emit(failed(attempt, this.#now(), error, abandoned));
    job.fail(error);
  }

  #end(job: Job<R, E>): void {
    job.state = 'ended';
    this.#unfinished--;
    this.#leave(job);
    if (job.options.signal) this.#signals.remove(job.options.signal, job);
  }

  #enter(attempt: Attempt<R, E>): void {
    attempt.job.attempt = attempt;
    this.#attempts.add(attempt);
  }

  #leave(job: Job<R, E>): void {
    const attempt = attemptOf(job);
    if (attempt) this.#attempts.remove(attempt);
    job.attempt = undefined;
  }

  /**
   * Has an attempt that goes on, though its task is to end, keep its worker until it settles. Before anybody
   * hears of the end, since a kill must find it.
   *
   * @returns whether it goes on
   */
  #abandon(attempt: Attempt<R, E> | undefined): boolean {
    if (!attempt?.goesOn) return false;
    const { abortGrace, scheduler } = this.#options.settings;
    this.#abandoned.add(attempt);
    attempt.timer = after(abortGrace, scheduler).subscribe(() => {
      this.#giveUp(attempt);
      this.#discard(attempt);
      this.#options.onProgress();
    });
    return true;
  }

  #free(attempt: Attempt<R, E>): void {
    attempt.pool.free(attempt.worker);
    this.#leaveLanes(attempt);
  }

  #giveUp(attempt: Attempt<R, E>): void {
    this.#abandoned.delete(attempt);
    attempt.timer?.unsubscribe();
    attempt.giveUp();
    this.#emitFreed(attempt);
  }

  #discard(attempt: Attempt<R, E>): void {
    attempt.pool.discard(attempt.worker);
    this.#leaveLanes(attempt);
  }

  #leaveLanes(attempt: Attempt<R, E>): void {
    attempt.isOver = true;
    if (attempt.takesPlace) this.#lanes.leave();
  }

  #isHealthy(error: unknown): boolean {
    try {
      return this.#options.settings.checkHealth(error);
    } catch (thrown) {
      reportUnhandledError(thrown);
      return true;
    }
  }

  #emitFreed({ worker, job }: Attempt<R, E>): void {
    this.#options.emit({
      type: 'workerFreed',
      time: this.#now(),
      worker: worker.id,
      direct: job.direct,
    });
  }

  #now(): number {
    return this.#options.settings.scheduler.now();
  }
}

/** A function, since the compiler does not know that a call before it may have ended the task. */
const hasEnded = <R, E>(job: Job<R, E>): boolean => job.state === 'ended';

const attemptOf = <R, E>(job: Job<R, E>) => job.attempt as Attempt<R, E> | undefined;
