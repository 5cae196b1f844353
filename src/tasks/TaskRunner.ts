import type { SchedulerLike } from 'rxjs';
import { LinkedList } from '../collections/LinkedList.js';
import {
  MaxRetriesExceededError,
  QueueFullError,
  TaskCancelledError,
  TaskManagerStoppedError,
  TaskTimeoutError,
} from '../events/errors.js';
import type { TaskEvent } from '../events/events.js';
import type { Outbox } from '../events/Outbox.js';
import type { RevocableLanes } from '../lanes/createRevocableLanes.js';
import type { Breakage, Worker, WorkerPool } from '../pool/WorkerPool.js';
import { after } from '../rx/after.js';
import { SignalWatch } from '../rx/SignalWatch.js';
import { Attempt, type AttemptListener } from './Attempt.js';
import { healthAfter, type Health } from './healthAfter.js';
import type { Job, JobAttempt } from './Job.js';
import {
  arrived,
  cancelled,
  completed,
  failed,
  rejected,
  requeued,
  retried,
  started,
} from './taskEvents.js';
import { Parking, type Parked } from './Parking.js';
import type { Retry } from './retry.js';
import { nextState, type TaskInput, type TaskState } from './transitions.js';

/** @internal */
export interface TaskRunnerOptions<R, E> {
  settings: {
    scheduler: SchedulerLike;
    checkHealth: (error: unknown, resource: R) => boolean | 'replace';
    maxRetries: number;
    retry: Retry | undefined;
    abortGrace: number;
  };
  outbox: Outbox;
  emit: (event: TaskEvent<E>) => void;
  /** The workers that serve the lanes. */
  workers: WorkerPool<R>;
  /** The resources for `runTask`. */
  spares: WorkerPool<R>;
  lanes: RevocableLanes<Job<R, E>>;
  /** A task waits again. */
  onWaiting: () => void;
  /** A task of `runTask` holds its place no more. */
  onDirectLeft: () => void;
  /** The discipline of the lanes has thrown: nothing can be served any more. */
  onBrokenLanes: (error: unknown) => void;
}

/**
 * Takes every task from its arrival to its one outcome, as `transitions` says. Each public method is an
 * input: it decides, and adds to the outbox what is to be told. A caller that is not within a transition flushes it.
 *
 * ```
 * accept ─▶ lanes ─ turn ─▶ begin ─▶ succeeded ───────────────▶ outcome
 *             ▲               ├─▶ failed ─▶ judge ─ healthy ───▶ outcome
 *             ├──── retry ────┼──────────────┤
 *             └──── parked ◀──┼──────────────┘
 *                             └─▶ cancel, timeout ─ settled ───▶ worker free
 * ```
 *
 * @internal
 */
export class TaskRunner<R, E> implements AttemptListener<JobAttempt<R, E>> {
  readonly #options: TaskRunnerOptions<R, E>;
  /** Those that hold a worker. A Set of them would cost a tenth of a whole task, measured. */
  readonly #attempts = new LinkedList<JobAttempt<R, E>>();
  readonly #signals = new SignalWatch<Job<R, E>>((jobs, reason) => {
    this.cancel(jobs, new TaskCancelledError(reason));
    this.#options.outbox.flush();
  });
  readonly #parking: Parking<R, E>;
  #lastId = 0;

  constructor(options: TaskRunnerOptions<R, E>) {
    this.#options = options;
    const { settings, outbox } = options;
    this.#parking = new Parking({
      settings,
      outbox,
      onReturn: (job) => this.#return(job),
      onFailed: (parked, error) => this.#failParked(parked, error),
    });
  }

  /** Takes a task in. Returns whether it is to wait for its turn; a direct one starts by itself. */
  accept(job: Job<R, E>): boolean {
    const { signal } = job.options;
    job.id = ++this.#lastId;
    job.queuedAt = this.#now();
    if (signal?.aborted) {
      this.#cancelOther(job, new TaskCancelledError(signal.reason));
      return false;
    }
    if (signal) this.#signals.add(signal, job);
    this.#move(job, job.direct ? 'direct' : 'accept');
    this.#options.emit(arrived(job));
    if (job.direct) this.#startDirect(job);
    return !job.direct;
  }

  /**
   * Ends a task for want of room: the incoming one, which is not accepted, or one that waits.
   *
   * @param limit - how many may wait
   */
  refuse(victim: Job<R, E>, incoming: Job<R, E>, limit: number): void {
    const error = new QueueFullError(limit, incoming.priority, victim.priority);
    if (victim !== incoming) return this.#cancelWaiting(victim, error);
    this.#move(victim, 'reject');
    this.#options.emit(rejected(victim, error));
    this.#options.outbox.add(() => victim.fail(error), undefined);
  }

  /** A worker is free for a waiting task. */
  turn(job: Job<R, E>): void {
    this.#move(job, 'turn');
    const { workers } = this.#options;
    this.#start(this.#enter(job, workers.lease() as Worker<R>, workers));
  }

  /** The tasks that wait, in the order of their arrival. */
  waiting(): Job<R, E>[] {
    const jobs = this.#options.lanes.values().filter(({ state }) => state === 'waiting');
    return jobs.sort((a, b) => a.id - b.id);
  }

  /** Ends those of the tasks that have no outcome yet: out of the lanes, or by an abort of what runs. */
  cancel(jobs: Iterable<Job<R, E>>, error: unknown): void {
    const others: Job<R, E>[] = [];
    // First those that wait: none of them is to start in the place of one that runs.
    for (const job of jobs) {
      if (job.state === 'waiting') this.#cancelWaiting(job, error);
      else others.push(job);
    }
    for (const job of others) this.#cancelOther(job, error);
    this.#options.lanes.serve(); // there may be nothing left to wait for
  }

  /**
   * Ends all tasks. The caller closes the pools.
   *
   * @param cause - the error that ends the manager, if one does
   */
  kill(cause?: unknown): void {
    const message = 'The task manager was killed before the task ended';
    const begun = new TaskManagerStoppedError(message, { started: true, cause });
    const waiting = new TaskManagerStoppedError(message, { cause });
    const jobs = this.#options.lanes.drain().filter(({ state }) => state === 'waiting');
    for (const attempt of [...this.#attempts]) {
      if (attempt.job.state === 'lingering') this.#giveUp(attempt, 'kill');
      else jobs.push(attempt.job);
    }
    jobs.push(...this.#parking.jobs);
    for (const job of jobs.sort((a, b) => a.id - b.id)) {
      this.#killOne(job, job.hasStarted ? begun : waiting);
    }
  }

  // What attempts report.

  succeeded(attempt: JobAttempt<R, E>, isResultNew: boolean): void {
    const { outbox, emit } = this.#options;
    this.#move(attempt.job, 'done');
    this.#unwatch(attempt.job);
    emit(completed(attempt, this.#now()));
    outbox.add(isResultNew ? tellResult : tellCompletion, attempt);
    this.#release(attempt);
    outbox.flush();
  }

  failed(attempt: JobAttempt<R, E>, error: unknown): void {
    this.#move(attempt.job, 'threw');
    this.#judgeNext(attempt, error);
    this.#options.outbox.flush();
  }

  settled(attempt: JobAttempt<R, E>): void {
    const { job, lateError } = attempt;
    // What it ended with is the last that is known of its resource. The caller's check may kill.
    const isAsked = lateError && isUsing(job);
    const health = isAsked ? this.#healthAfter(lateError.error, attempt) : 'healthy';
    const isDraining = job.state === 'draining';
    if (!this.#move(job, 'settle')) return;
    if (isDraining) this.#park(attempt);
    this.#emitFreed(attempt);
    this.#release(
      attempt,
      health === 'healthy' ? undefined : { error: lateError?.error, task: job.id },
    );
    this.#options.outbox.flush();
  }

  // From its arrival to its start.

  #startDirect(job: Job<R, E>): void {
    const { spares, outbox } = this.#options;
    const spare = spares.lease();
    const attempt = this.#enter(job, spare ?? spares.leaseTemporary(), spares);
    if (spare) this.#start(attempt);
    else outbox.add(this.#bringUp, attempt);
  }

  readonly #bringUp = (attempt: JobAttempt<R, E>): void => {
    const { job, worker, pool } = attempt;
    if (job.state === 'starting') {
      pool.bringUp(
        worker,
        () => this.#up(attempt),
        (error) => this.#down(attempt, error),
      );
    }
  };

  #up(attempt: JobAttempt<R, E>): void {
    nextState(attempt.job.state, 'up');
    if (attempt.job.state === 'starting') this.#start(attempt);
    this.#options.outbox.flush();
  }

  #down(attempt: JobAttempt<R, E>, error: unknown): void {
    if (!this.#move(attempt.job, 'down')) return;
    attempt.startedAt = this.#now();
    this.#tellFailed(attempt, error, false);
    this.#release(attempt);
    this.#options.outbox.flush();
  }

  #enter(job: Job<R, E>, worker: Worker<R>, pool: WorkerPool<R>): JobAttempt<R, E> {
    const attempt = new Attempt(job, worker, pool, this);
    job.attempt = attempt;
    this.#attempts.add(attempt);
    return attempt;
  }

  #start(attempt: JobAttempt<R, E>): void {
    attempt.startedAt = this.#now();
    attempt.job.hasStarted = true;
    this.#parking.noteStart(attempt.job);
    this.#options.emit(started(attempt));
    this.#options.outbox.add(this.#begin, attempt);
  }

  readonly #begin = (attempt: JobAttempt<R, E>): void => {
    if (!this.#move(attempt.job, 'begin')) return;
    const { timeout = Infinity } = attempt.job.options;
    if (timeout !== Infinity) {
      attempt.timer = after(timeout, this.#options.settings.scheduler).subscribe(() => {
        this.#timeOut(attempt, new TaskTimeoutError(timeout));
      });
    }
    attempt.begin();
  };

  // Its end, when it has failed.

  #timeOut(attempt: JobAttempt<R, E>, error: unknown): void {
    const { outbox } = this.#options;
    this.#move(attempt.job, 'timeout');
    this.#abort(attempt, error);
    this.#judgeNext(attempt, error);
    outbox.flush();
  }

  #judgeNext(attempt: JobAttempt<R, E>, error: unknown): void {
    attempt.timer?.unsubscribe();
    attempt.error = error;
    this.#options.outbox.add(this.#judge, attempt);
  }

  readonly #judge = (attempt: JobAttempt<R, E>): void => {
    const { job, error } = attempt;
    const health = job.state === 'judging' && this.#healthAfter(error, attempt);
    // Killed before its turn to be judged, or by what was asked.
    if (!health || hasEnded(job)) return;
    if (health === 'unhealthy' && this.#mayRetry(attempt)) this.#retry(attempt);
    else if (health === 'healthy' && this.#mayPark(attempt)) this.#parkOnceSettled(attempt);
    else this.#endJudged(attempt, health);
    const broken = health === 'healthy' ? undefined : { error, task: job.id };
    if (!isUsing(job)) this.#release(attempt, broken);
    this.#options.outbox.flush();
  };

  #healthAfter(error: unknown, { worker }: JobAttempt<R, E>): Health {
    // The resource of a worker that has a task is up.
    return healthAfter(this.#options.settings.checkHealth, error, worker.resource as R);
  }

  #mayRetry({ job, cancellation }: JobAttempt<R, E>): boolean {
    const { once = false, maxRetries = this.#options.settings.maxRetries } = job.options;
    const retries = job.retries - this.#parking.countOf(job);
    return !cancellation && !job.direct && !once && retries < maxRetries;
  }

  #mayPark({ job, cancellation }: JobAttempt<R, E>): boolean {
    return !cancellation && !job.direct && !job.options.once && this.#parking.takes(job);
  }

  #retry(attempt: JobAttempt<R, E>): void {
    const { job, error } = attempt;
    this.#move(job, 'retry');
    job.priority = Math.max(1, job.priority);
    this.#options.emit(retried(attempt, this.#now(), error, false));
    job.retries++;
    this.#withLanes((lanes) => lanes.push(job));
  }

  // Its delay, when it is to be tried again on a healthy worker.

  /** A task that timed out may still use its resource: it is not to run twice at once. */
  #parkOnceSettled(attempt: JobAttempt<R, E>): void {
    const { job } = attempt;
    this.#move(job, attempt.goesOn ? 'drain' : 'park');
    if (job.state === 'parked') return this.#park(attempt);
    this.#startGrace(attempt, () => {
      this.#move(job, 'graceOver');
      this.#park(attempt);
      this.#release(attempt, { error: attempt.error, task: job.id });
    });
  }

  #park(attempt: JobAttempt<R, E>): void {
    const { emit, lanes } = this.#options;
    const now = this.#now();
    emit(retried(attempt, now, attempt.error, true));
    attempt.job.retries++;
    lanes.away++;
    this.#parking.park(attempt, now);
  }

  #unpark(job: Job<R, E>): void {
    this.#parking.remove(job);
    this.#options.lanes.away--;
  }

  #return(job: Job<R, E>): void {
    const { emit, lanes, outbox, onWaiting } = this.#options;
    this.#move(job, 'return');
    this.#unpark(job);
    emit(requeued(job, this.#now()));
    this.#withLanes(() => lanes.push(job));
    lanes.serve();
    if (hasState(job, 'waiting')) onWaiting();
    outbox.flush();
  }

  #failParked(parked: Parked<R, E>, error: unknown): void {
    const { job } = parked;
    const { emit, lanes, outbox } = this.#options;
    this.#move(job, 'fail');
    this.#unpark(job);
    this.#unwatch(job);
    const { finishedAt } = parked;
    emit({ ...failed(parked, this.#now(), error, false), finishedAt, delayed: true });
    outbox.add(() => job.fail(error), undefined);
    lanes.serve(); // there may be nothing left to wait for
    outbox.flush();
  }

  #endJudged(attempt: JobAttempt<R, E>, health: Health): void {
    const { job, error, cancellation } = attempt;
    const goesOn = health === 'healthy' && attempt.goesOn;
    this.#move(job, goesOn ? 'abandon' : 'fail');
    if (cancellation) this.#tellCancelled(job, cancellation.error, true, goesOn);
    else {
      const isLast = health === 'unhealthy' && job.retries > 0;
      const last = isLast ? new MaxRetriesExceededError(job.retries, error) : error;
      this.#tellFailed(attempt, last, goesOn);
    }
    if (goesOn) this.#abandon(attempt);
  }

  // Its end, when its caller or the manager ends it.

  #cancelWaiting(job: Job<R, E>, error: unknown): void {
    this.#move(job, 'cancel');
    this.#withLanes((lanes) => lanes.drop(job));
    this.#tellCancelled(job, error, false, false);
  }

  #cancelOther(job: Job<R, E>, error: unknown): void {
    const { state, attempt } = job;
    if (!this.#move(job, 'cancel')) {
      if (state === 'judging' && attempt) attempt.cancellation ??= { error };
      return;
    }
    if (state === 'parked') return this.#cancelParked(job, error);
    if (state === 'new') this.#options.emit(arrived(job));
    const goesOn = state === 'draining' || attempt?.wouldGoOn === true;
    if (attempt && state !== 'draining') this.#abort(attempt, error);
    this.#tellCancelled(job, error, state !== 'new' || job.direct, goesOn);
    if (!attempt) {
      if (job.direct) this.#options.onDirectLeft();
      return;
    }
    if (goesOn) this.#abandon(attempt);
    else if (state === 'starting') this.#release(attempt); // otherwise once it is torn down
  }

  #cancelParked(job: Job<R, E>, error: unknown): void {
    this.#unpark(job);
    this.#unwatch(job);
    this.#options.emit({ ...cancelled(job, this.#now(), error, false, false), delayed: true });
    this.#options.outbox.add(() => job.fail(error), undefined);
  }

  #killOne(job: Job<R, E>, error: unknown): void {
    const { state, attempt } = job;
    this.#move(job, 'kill');
    if (state === 'parked') return this.#cancelParked(job, error);
    if (attempt) {
      if (state === 'running') this.#abort(attempt, error);
      attempt.giveUp();
      attempt.timer?.unsubscribe();
      this.#forget(attempt);
    }
    this.#tellCancelled(job, error, state !== 'waiting', false);
  }

  #abort(attempt: JobAttempt<R, E>, reason: unknown): void {
    attempt.timer?.unsubscribe();
    attempt.abort();
    this.#options.outbox.add(() => attempt.tellAbort(reason), undefined);
  }

  // Telling of the end.

  #tellFailed(attempt: JobAttempt<R, E>, error: unknown, goesOn: boolean): void {
    const { outbox, emit } = this.#options;
    const { job } = attempt;
    this.#unwatch(job);
    emit(failed(attempt, this.#now(), error, goesOn));
    outbox.add(() => job.fail(error), undefined);
  }

  #tellCancelled(job: Job<R, E>, error: unknown, running: boolean, goesOn: boolean): void {
    const { outbox, emit } = this.#options;
    this.#unwatch(job);
    emit(cancelled(job, this.#now(), error, running, goesOn));
    outbox.add(() => job.fail(error), undefined);
  }

  // The worker of a task that has ended.

  /** The task has its outcome and goes on: it keeps its worker, but neither its place nor the stop waits for it. */
  #abandon(attempt: JobAttempt<R, E>): void {
    attempt.isAbandoned = true;
    this.#startGrace(attempt, () => {
      this.#giveUp(attempt, 'graceOver');
      attempt.pool.discard(attempt.worker, { error: undefined, task: attempt.job.id });
    });
    attempt.pool.hold(attempt.worker);
    this.#leave(attempt);
  }

  /** What goes on after an abort may do so for a while. */
  #startGrace(attempt: JobAttempt<R, E>, end: () => void): void {
    const { settings, outbox } = this.#options;
    attempt.timer?.unsubscribe();
    attempt.timer = after(settings.abortGrace, settings.scheduler).subscribe(() => {
      end();
      outbox.flush();
    });
  }

  #giveUp(attempt: JobAttempt<R, E>, input: 'graceOver' | 'kill'): void {
    this.#move(attempt.job, input);
    attempt.giveUp();
    attempt.timer?.unsubscribe();
    this.#forget(attempt);
    this.#emitFreed(attempt);
  }

  /** What was not abandoned was free, as far as events say, when its task had ended. */
  #emitFreed({ worker, job, isAbandoned }: JobAttempt<R, E>): void {
    if (!isAbandoned) return;
    this.#options.emit({
      type: 'workerFreed',
      time: this.#now(),
      worker: worker.id,
      direct: job.direct,
    });
  }

  /** @param broken - why its worker is to be replaced, if it is */
  #release(attempt: JobAttempt<R, E>, broken?: Breakage): void {
    attempt.timer?.unsubscribe();
    this.#forget(attempt);
    if (broken) {
      attempt.giveUp();
      attempt.pool.discard(attempt.worker, broken);
    } else attempt.pool.free(attempt.worker);
    if (!attempt.isAbandoned) this.#leave(attempt);
  }

  #forget(attempt: JobAttempt<R, E>): void {
    this.#attempts.remove(attempt);
    if (attempt.job.attempt === attempt) attempt.job.attempt = undefined;
  }

  /** Gives back the place: a transition's last step, since the next task may take it in that call. */
  #leave({ job }: JobAttempt<R, E>): void {
    if (job.direct) this.#options.onDirectLeft();
    else this.#options.lanes.leave();
  }

  #unwatch(job: Job<R, E>): void {
    if (job.options.signal) this.#signals.remove(job.options.signal, job);
  }

  /** What the discipline throws ends the manager, once this transition is over. */
  #withLanes(change: (lanes: RevocableLanes<Job<R, E>>) => void): void {
    const { lanes, outbox, onBrokenLanes } = this.#options;
    try {
      change(lanes);
    } catch (error) {
      outbox.add(onBrokenLanes, error);
    }
  }

  /** Whether the input changes the state. */
  #move(job: Job<R, E>, input: TaskInput): boolean {
    const { state } = job;
    job.state = nextState(state, input);
    return job.state !== state;
  }

  #now(): number {
    return this.#options.settings.scheduler.now();
  }
}

/** A function, since the compiler does not know that a call before it may have ended the task. */
const hasEnded = <R, E>(job: Job<R, E>): boolean => hasState(job, 'ended');

const hasState = <R, E>(job: Job<R, E>, state: TaskState): boolean => job.state === state;

/** Whether the task, though its attempt has ended, still uses the resource. */
const isUsing = <R, E>(job: Job<R, E>): boolean =>
  job.state === 'lingering' || job.state === 'draining';

const tellResult = <R, E>(attempt: JobAttempt<R, E>): void => {
  attempt.job.emit(attempt.result as E);
  tellCompletion(attempt);
};

const tellCompletion = <R, E>({ job, result }: JobAttempt<R, E>): void => job.succeed(result);
