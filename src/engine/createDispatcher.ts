import { after } from '../rx/after.js';
import { isPromiseLike } from '../rx/eventual.js';
import { createRevocableLanes } from '../lanes/createRevocableLanes.js';
import { LinkedList } from '../collections/LinkedList.js';
import { InvalidConfigError } from '../checks/InvalidConfigError.js';
import { reportUnhandledError } from '../rx/reportUnhandledError.js';
import { SignalWatch } from '../rx/SignalWatch.js';
import { Attempt } from '../tasks/Attempt.js';
import type { Settings } from './config.js';
import {
  MaxRetriesExceededError,
  TaskCancelledError,
  TaskManagerStoppedError,
  TaskTimeoutError,
} from '../events/errors.js';
import type { TaskEvent } from '../events/events.js';
import type { Job } from '../tasks/Job.js';
import { arrived, cancelled, completed, failed, retried, started } from '../tasks/taskEvents.js';
import type { Breakage, Worker, WorkerPool } from '../pool/WorkerPool.js';

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

/** @internal */
export interface Dispatcher<R, E> {
  /** Takes a task in, or refuses it. */
  accept: (job: Job<R, E>) => void;
  /** Takes no more tasks; those accepted go on. */
  refuse: () => void;
  /** Whether every accepted task has ended. */
  isDrained: () => boolean;
  /** Ends a task that has not ended: out of the lanes, or by an abort of what runs. */
  cancel: (job: Job<R, E>, error: unknown) => void;
  /**
   * Ends all tasks. To refuse further ones, hold the lanes and close the pools is left to the caller.
   *
   * @param cause - the error that ends the manager, if one does
   */
  kill: (cause?: unknown) => void;
  /** How many tasks the lanes may have running. */
  setConcurrency: (workers: number) => void;
}

/**
 * Takes every task from its arrival to its one outcome: into the lanes or past them, on a worker, again after
 * an unhealthy failure, out of it all when it is cancelled.
 *
 * @internal
 */
export const createDispatcher = <R, E>({
  settings,
  workers,
  spares,
  emit,
  onProgress,
  onBrokenLanes,
}: DispatcherOptions<R, E>): Dispatcher<R, E> => {
  const { scheduler } = settings;
  const lanes = createRevocableLanes<Job<R, E>>(
    runOnWorker,
    { error: onBrokenLanes, complete: () => undefined },
    {
      discipline: settings.discipline,
      priority: (job) => job.priority,
      ahead: (job) => job.retries > 0,
      dropped: hasEnded,
    },
  );
  /** How many accepted tasks have not ended. */
  let unfinished = 0;
  /** The tasks on their way to the lanes or a resource; a listener of an event on it may kill. */
  const onTheirWay: Job<R, E>[] = [];
  /** The attempts of those that have left the lanes. A Set of them would cost a tenth of a whole task, measured. */
  const attempts = new LinkedList<Attempt<R, E>>();
  /** The attempts of ended tasks that go on and keep their workers. */
  const abandoned = new Set<Attempt<R, E>>();
  const signals = new SignalWatch<Job<R, E>>(
    (job, reason) => cancel(job, new TaskCancelledError(reason)),
    ({ state }) => state === 'waiting', // none of these is to start in the place of one that runs
  );
  let accepting = true;
  let killed = false;
  let lastId = 0;

  const listener = { succeeded, failed: fail, settled };

  function accept(job: Job<R, E>): void {
    if (!accepting) return job.refuse(new TaskManagerStoppedError());
    job.id = ++lastId;
    job.queuedAt = scheduler.now();
    if (job.direct) job.state = 'running';
    unfinished++;
    onTheirWay.push(job);
    emit(arrived(job));
    const { signal } = job.options;
    if (signal && !hasEnded(job)) signals.add(signal, job);
    // It may have been cancelled by its signal, or by a listener of its arrival.
    if (!hasEnded(job)) {
      if (job.direct) runDirectly(job);
      else enqueue(job);
    }
    onTheirWay.pop();
    onProgress();
  }

  function enqueue(job: Job<R, E>): void {
    job.state = 'waiting';
    try {
      lanes.next(job);
    } catch (error) {
      onBrokenLanes(error);
    }
  }

  /** Whether the worker is free again already. */
  function runOnWorker(job: Job<R, E>): boolean {
    job.state = 'running';
    const worker = workers.lease() as Worker<R>; // there is one: no more are started than are ready
    const attempt = enter(job, worker, workers);
    begin(attempt);
    attempt.takesPlace = !attempt.isOver;
    return attempt.isOver;
  }

  function runDirectly(job: Job<R, E>): void {
    const spare = spares.lease();
    const attempt = enter(job, spare ?? spares.leaseTemporary(), spares);
    if (spare) return begin(attempt);
    spares.bringUp(
      attempt.worker,
      () => begin(attempt),
      (error) => {
        if (hasEnded(job)) return; // a listener of the failure has cancelled it
        attempt.startedAt = scheduler.now();
        endFailed(attempt, error, false);
        release(attempt);
        onProgress();
      },
    );
  }

  function enter(job: Job<R, E>, worker: Worker<R>, pool: WorkerPool<R>): Attempt<R, E> {
    const attempt = new Attempt(job, worker, pool, listener);
    job.attempt = attempt;
    attempts.add(attempt);
    return attempt;
  }

  function begin(attempt: Attempt<R, E>): void {
    const { job } = attempt;
    const { timeout = Infinity } = job.options;
    if (hasEnded(job)) {
      leave(job); // cancelled while its resource was got, perhaps before it had this attempt
      return release(attempt);
    }
    attempt.startedAt = scheduler.now();
    job.hasStarted = true;
    if (timeout !== Infinity) {
      attempt.timer = after(timeout, scheduler).subscribe(() => {
        const error = new TaskTimeoutError(timeout);
        attempt.abort(error);
        fail(attempt, error);
      });
    }
    emit(started(attempt));
    attempt.begin();
  }

  function succeeded(attempt: Attempt<R, E>, isResultNew: boolean): void {
    const { job } = attempt;
    end(job);
    emit(completed(attempt, scheduler.now()));
    if (isResultNew) job.emit(attempt.result as E);
    job.succeed(attempt.result);
    release(attempt);
    onProgress();
  }

  function fail(attempt: Attempt<R, E>, error: unknown): void {
    const { job } = attempt;
    const { once = false, maxRetries = settings.maxRetries } = job.options;
    const health = healthAfter(error, attempt);
    if (hasEnded(job)) return; // a listener of the abort, or checkHealth, has cancelled it
    if (health === 'healthy') {
      const { goesOn } = attempt;
      endFailed(attempt, error, goesOn);
      if (!goesOn) release(attempt);
    } else {
      // First the task, which is to be the next one at its priority, then the worker.
      const mayRetry = health === 'unhealthy';
      if (mayRetry && !job.direct && !once && job.retries < maxRetries) retry(attempt, error);
      else if (!mayRetry || job.retries === 0) endFailed(attempt, error, false);
      else endFailed(attempt, new MaxRetriesExceededError(job.retries, error), false);
      release(attempt, { error, task: job.id });
    }
    onProgress();
  }

  /** What `checkHealth` says of the attempt's resource; `broken` is not to be tried again. */
  function healthAfter(error: unknown, attempt: Attempt<R, E>): 'healthy' | 'unhealthy' | 'broken' {
    try {
      const answer = settings.checkHealth(error, attempt.worker.resource as R);
      if (answer === 'replace') return 'broken';
      if (typeof answer === 'boolean') return answer ? 'healthy' : 'unhealthy';
      const given: unknown = answer; // by a caller without types
      if (isPromiseLike(given)) given.then(undefined, () => undefined); // its error says no more
      throw new InvalidConfigError(
        'checkHealth(error)',
        answer,
        "true, false or 'replace', at once",
      );
    } catch (thrown) {
      reportUnhandledError(thrown);
      return 'healthy';
    }
  }

  function retry(attempt: Attempt<R, E>, error: unknown): void {
    const { job } = attempt;
    job.state = 'new';
    job.priority = Math.max(1, job.priority);
    leave(job);
    onTheirWay.push(job);
    emit(retried(attempt, scheduler.now(), error));
    job.retries++;
    if (!hasEnded(job)) enqueue(job); // a listener of its retry may have cancelled it
    onTheirWay.pop();
  }

  function endFailed(attempt: Attempt<R, E>, error: unknown, goesOn: boolean): void {
    const { job } = attempt;
    end(job);
    if (goesOn) abandon(attempt);
    emit(failed(attempt, scheduler.now(), error, goesOn));
    job.fail(error);
  }

  function cancel(job: Job<R, E>, error: unknown): void {
    if (hasEnded(job)) return;
    const attempt = job.attempt as Attempt<R, E> | undefined;
    attempt?.abort(error);
    if (hasEnded(job)) return; // a listener of the abort has ended it
    const { state } = job;
    end(job);
    let broken: { error: unknown } | undefined; // the discipline, told of once the task has its end
    try {
      if (state === 'waiting' && !killed) lanes.drop(job);
    } catch (thrown) {
      broken = { error: thrown };
    }
    const goesOn = !killed && attempt?.goesOn === true;
    if (goesOn) abandon(attempt);
    emit(cancelled(job, scheduler.now(), error, state === 'running', goesOn));
    job.fail(error);
    if (attempt && !goesOn && !killed) giveBack(attempt);
    if (broken) onBrokenLanes(broken.error);
    onProgress();
  }

  function kill(cause?: unknown): void {
    killed = true;
    for (const attempt of abandoned) giveUp(attempt); // not a copy: a listener of one may settle another
    const message = 'The task manager was killed before the task ended';
    const errors = {
      begun: new TaskManagerStoppedError(message, { started: true, cause }),
      waiting: new TaskManagerStoppedError(message, { cause }),
    };
    const running = [...attempts].map(({ job }) => job);
    const tasks = [...onTheirWay, ...running, ...lanes.drain()].sort((a, b) => a.id - b.id);
    for (const job of tasks) cancel(job, job.hasStarted ? errors.begun : errors.waiting);
  }

  function end(job: Job<R, E>): void {
    job.state = 'ended';
    unfinished--;
    leave(job);
    if (job.options.signal) signals.remove(job.options.signal, job);
  }

  function leave(job: Job<R, E>): void {
    const attempt = job.attempt as Attempt<R, E> | undefined;
    if (!attempt) return;
    attempt.timer?.unsubscribe();
    attempts.remove(attempt);
    job.attempt = undefined;
  }

  /**
   * Has an attempt that goes on, though its task has ended, keep its worker until it settles. Before anybody
   * hears of the end, since a kill must find it.
   */
  function abandon(attempt: Attempt<R, E>): void {
    abandoned.add(attempt);
    attempt.timer = after(settings.abortGrace, scheduler).subscribe(() => {
      giveUp(attempt);
      release(attempt, { error: undefined, task: attempt.job.id });
      onProgress();
    });
  }

  function settled(attempt: Attempt<R, E>): void {
    if (!abandoned.has(attempt)) return;
    letGo(attempt);
    giveBack(attempt);
    onProgress();
  }

  /** What an attempt ended with after its abort is the last that is known of its resource. */
  function giveBack(attempt: Attempt<R, E>): void {
    const { lateError } = attempt;
    const isBroken = lateError && healthAfter(lateError.error, attempt) !== 'healthy';
    release(attempt, isBroken ? { ...lateError, task: attempt.job.id } : undefined);
  }

  function giveUp(attempt: Attempt<R, E>): void {
    attempt.giveUp();
    letGo(attempt);
  }

  function letGo(attempt: Attempt<R, E>): void {
    const { worker, job } = attempt;
    abandoned.delete(attempt);
    attempt.timer?.unsubscribe();
    emit({ type: 'workerFreed', time: scheduler.now(), worker: worker.id, direct: job.direct });
  }

  /** @param broken - why its worker is to be replaced, if it is */
  function release(attempt: Attempt<R, E>, broken?: Breakage): void {
    if (broken) attempt.pool.discard(attempt.worker, broken);
    else attempt.pool.free(attempt.worker);
    attempt.isOver = true;
    if (attempt.takesPlace) lanes.leave();
  }

  return {
    accept,
    refuse: () => {
      accepting = false;
    },
    isDrained: () => unfinished === 0,
    cancel,
    kill,
    setConcurrency: lanes.setLimit,
  };
};

/** A function, since the compiler does not know that a call before it may have ended the task. */
const hasEnded = <R, E>(job: Job<R, E>): boolean => job.state === 'ended';
