// For those who compile without this library: `AsyncDisposable` is in the declarations.
/// <reference lib="esnext.disposable" preserve="true" />
import {
  AsyncSubject,
  BehaviorSubject,
  distinctUntilChanged,
  firstValueFrom,
  lastValueFrom,
  map,
  Observable,
  startWith,
  Subject,
  switchMap,
  takeUntil,
  takeWhile,
  type Subscriber,
} from 'rxjs';
import { after } from '../rx/after.js';
import { check, checkDuration, checkFunction, checkObject, checkSignal } from '../checks/check.js';
import { latestValues } from '../rx/latestValues.js';
import { LiveValue, type ReadonlyBehaviorSubject } from '../rx/LiveValue.js';
import { callSafely, reportUnhandledError } from '../rx/reportUnhandledError.js';
import { ticks } from '../rx/ticks.js';
import { resolveConfig, type Settings, type TaskManagerConfig } from '../engine/config.js';
import { runJobs, type Cancellation } from '../engine/engine.js';
import { TaskCancelledError, TaskManagerStoppedError } from '../events/errors.js';
import type { TaskEvent } from '../events/events.js';
import { ObservedJob, PromisedJob, type Job } from '../tasks/Job.js';
import { MetricsFold, type TaskMetrics } from '../folds/metrics.js';
import { StatsFold, type TaskStats } from '../folds/stats.js';
import {
  readTaskOptions,
  type ObservableTask,
  type TaskFunction,
  type TaskOptions,
} from '../tasks/task.js';
import { showWaiting, type WaitingTask } from '../tasks/waiting.js';
import { befriend } from './jobsOf.js';
import { whenReady } from './whenReady.js';
import { whenStats } from './whenStats.js';

/**
 * Is told the outcome of a task, once: the error, or `null` and the result, so that `error === null` says that
 * there is a result.
 */
export type TaskCallback<E> = (
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- all but null: anything may be thrown
  ...outcome: [error: null, result: E] | [error: {} | undefined, result: undefined]
) => void;

/**
 * A `TaskCallback` that is declared without the narrowing of its result, or that takes the error alone: to
 * TypeScript these are no `TaskCallback`s.
 */
export type PlainCallback<E> = (error: unknown, result?: E) => void;

/** The options of `TaskManager.stop`. */
export interface StopOptions {
  /**
   * After how many ms the stop becomes a kill.
   *
   * @default none
   */
  timeout?: number | undefined;
  /**
   * What becomes of the tasks that wait: they run, or they end with `TaskManagerStoppedError`. What is in the delay of its
   * `retry` is tried again in any case.
   *
   * @default 'run'
   */
  waiting?: 'run' | 'cancel' | undefined;
}

/**
 * Runs tasks on workers that own a resource each: a connection, a session, a browser, a thread. Between
 * `workerCount` and `maxWorkerCount` workers serve the waiting tasks by priority, as many as the load asks.
 *
 * Every accepted task has exactly one outcome. A task that is wrong, or whose options are, throws
 * `InvalidConfigError` at the call; one that comes after the stop ends with `TaskManagerStoppedError`.
 *
 * @example
 * ```ts
 * import { TaskManager } from 'rx-tasker';
 *
 * const manager = new TaskManager({
 *   onCreate: async () => ({ add: (a: number, b: number) => a + b }),
 *   onDestroy: () => undefined,
 *   workerCount: 2,
 * });
 * console.log(await manager.queueTask((calculator) => calculator.add(40, 2))); // 42
 * await manager.stop();
 * ```
 */
export class TaskManager<R> implements AsyncDisposable {
  /** All that happens, from now on. Completes when the manager has stopped. */
  readonly events$: Observable<TaskEvent>;
  /** What the manager holds and does; right at every event, and equal snapshots are not repeated. */
  readonly stats$: ReadonlyBehaviorSubject<TaskStats>;
  /**
   * What the manager has measured. While somebody is subscribed it is published every `burstInterval` (100 ms
   * if that is 0) while tasks wait or run, once when the last one ends, and until both rates are back at 0.
   */
  readonly metrics$: ReadonlyBehaviorSubject<TaskMetrics>;
  /**
   * Resolves when the base workers and the resources for `runTask` are up; rejects with
   * `ResourceCreationError` when the first creation fails, which is nevertheless tried again, or with
   * `TaskManagerStoppedError` if the manager is stopped before.
   */
  readonly ready: Promise<void>;

  readonly #settings: Settings<R>;
  /** Takes the tasks, until the stop. */
  #jobs: Subscriber<Job<R, unknown>> | undefined;
  readonly #cancel = new Subject<Cancellation<R, unknown>>();
  readonly #paused = new BehaviorSubject(false);
  readonly #kill = new Subject<void>();
  readonly #events = new Subject<TaskEvent>();
  readonly #ended = new AsyncSubject<void>();
  readonly #stopping = new AbortController();
  /** Whether one more task may come. */
  #hasRoom = (): boolean => true;
  readonly #stats: StatsFold;
  /** What has ended the engine, if it was an error. */
  #failure: unknown;
  #lastMetrics: TaskMetrics;

  /**
   * @param config - how the manager is set up
   * @throws InvalidConfigError, or one of the errors derived from it, that names the field, its value and
   * what would be right
   */
  constructor(config: TaskManagerConfig<R>) {
    const settings = resolveConfig(config);
    this.#settings = settings;
    this.#stats = new StatsFold(settings.workerCount);
    this.#lastMetrics = new MetricsFold(settings.rateWindow, () => settings.scheduler.now()).read();

    const stats$ = new LiveValue({
      read: () => this.#stats.read(),
      changes$: this.#events,
    });
    const metrics$ = new LiveValue({
      read: () => this.metrics(),
      changes$: this.#metricsDue(),
    });
    this.events$ = this.#events.asObservable();
    this.stats$ = stats$;
    this.metrics$ = metrics$;
    befriend<R>(this, {
      queue: (job) => this.#queue(job),
      cancel: (jobs, error) => this.#cancel.next({ jobs, error }),
      hasRoom: () => this.#hasRoom(),
      refusal: () => this.#refusal(),
      stopping: this.#stopping.signal,
    });
    this.ready = firstValueFrom(whenReady(this.#events, this.#stats, settings));
    this.ready.catch(() => undefined); // nobody has to wait for it

    const end = (): void => {
      // A teardown of one of their subscribers may throw.
      for (const each of [stats$, metrics$, this.#events]) callSafely(() => each.complete());
      this.#ended.next();
      this.#ended.complete();
    };
    runJobs(settings, {
      jobs$: new Observable<Job<R, unknown>>((jobs) => {
        this.#jobs = jobs;
      }),
      cancel$: this.#cancel,
      paused$: this.#paused,
      kill$: this.#kill,
      onDoor: (hasRoom) => (this.#hasRoom = hasRoom),
      stats: this.#stats,
    }).subscribe({
      next: (event) => {
        if (this.#events.observed) this.#events.next(event);
        if (event.type === 'state' && !this.#takesTasks) this.#stopping.abort();
      },
      complete: end,
      // Its jobs cannot fail: a discipline that throws has killed it.
      error: (error: unknown) => {
        this.#failure = error;
        reportUnhandledError(error);
        end();
      },
    });
  }

  /** The greatest number of workers, as configured. */
  get maxWorkerCount(): number {
    return this.#settings.maxWorkerCount;
  }

  /**
   * Queues a task.
   *
   * @param task - what to do with a worker's resource
   * @param options - priority, once, signal, timeout, maxRetries, retry, label, key, cost
   * @returns its result; of an Observable the last value, or `undefined` if there was none
   * @throws InvalidConfigError if the task or an option is wrong
   */
  queueTask<E>(task: ObservableTask<R, E>, options?: TaskOptions): Promise<E | undefined>;
  queueTask<E>(task: TaskFunction<R, E>, options?: TaskOptions): Promise<E>;
  queueTask<E>(task: TaskFunction<R, E>, options?: TaskOptions): Promise<E | undefined> {
    return this.#promise(task, options, false);
  }

  /** As `queueTask`, with a default `priority` of 1. */
  queueTaskWithPriority<E>(
    task: ObservableTask<R, E>,
    options?: TaskOptions,
  ): Promise<E | undefined>;
  queueTaskWithPriority<E>(task: TaskFunction<R, E>, options?: TaskOptions): Promise<E>;
  queueTaskWithPriority<E>(
    task: TaskFunction<R, E>,
    options?: TaskOptions,
  ): Promise<E | undefined> {
    return this.queueTask(task, withPriority(options));
  }

  /** As `queueTask`, tried at most once. */
  queueTaskOnce<E>(task: ObservableTask<R, E>, options?: TaskOptions): Promise<E | undefined>;
  queueTaskOnce<E>(task: TaskFunction<R, E>, options?: TaskOptions): Promise<E>;
  queueTaskOnce<E>(task: TaskFunction<R, E>, options?: TaskOptions): Promise<E | undefined> {
    return this.queueTask(task, once(options));
  }

  /** As `queueTask`, tried at most once, with a default `priority` of 1. */
  queueTaskWithPriorityOnce<E>(
    task: ObservableTask<R, E>,
    options?: TaskOptions,
  ): Promise<E | undefined>;
  queueTaskWithPriorityOnce<E>(task: TaskFunction<R, E>, options?: TaskOptions): Promise<E>;
  queueTaskWithPriorityOnce<E>(
    task: TaskFunction<R, E>,
    options?: TaskOptions,
  ): Promise<E | undefined> {
    return this.queueTask(task, once(withPriority(options)));
  }

  /* eslint-disable @typescript-eslint/unified-signatures -- a union of callbacks gives its parameters no types */

  /**
   * Queues a task and calls back once with its outcome, error first.
   *
   * @param task - what to do with a worker's resource
   * @param callback - gets the error, or `null` and the result
   * @param options - as for `queueTask`
   * @throws InvalidConfigError if the task, the callback or an option is wrong
   */
  queueTaskWithCallback<E>(
    task: ObservableTask<R, E>,
    callback: TaskCallback<E | undefined>,
    options?: TaskOptions,
  ): void;
  queueTaskWithCallback<E>(
    task: TaskFunction<R, E>,
    callback: TaskCallback<E>,
    options?: TaskOptions,
  ): void;
  queueTaskWithCallback<E>(
    task: TaskFunction<R, E>,
    callback: PlainCallback<E>,
    options?: TaskOptions,
  ): void;
  queueTaskWithCallback<E>(
    task: TaskFunction<R, E>,
    callback: TaskCallback<E | undefined> & PlainCallback<E>,
    options?: TaskOptions,
  ): void {
    checkFunction('task', task);
    checkFunction('callback', callback);
    const ownOptions = readTaskOptions(options);
    const observer = {
      // `null` says that there is a result, also to the callback of a task that failed with it.
      error: (error: unknown) => callback(error ?? undefined),
      complete: (result: E | undefined) => callback(null, result),
    };
    this.#queue(new ObservedJob(task, ownOptions, observer));
  }

  /** As `queueTaskWithCallback`, with a default `priority` of 1. */
  queueTaskWithPriorityWithCallback<E>(
    task: ObservableTask<R, E>,
    callback: TaskCallback<E | undefined>,
    options?: TaskOptions,
  ): void;
  queueTaskWithPriorityWithCallback<E>(
    task: TaskFunction<R, E>,
    callback: TaskCallback<E>,
    options?: TaskOptions,
  ): void;
  queueTaskWithPriorityWithCallback<E>(
    task: TaskFunction<R, E>,
    callback: PlainCallback<E>,
    options?: TaskOptions,
  ): void;
  queueTaskWithPriorityWithCallback<E>(
    task: TaskFunction<R, E>,
    callback: TaskCallback<E | undefined>,
    options?: TaskOptions,
  ): void {
    this.queueTaskWithCallback(task, callback, withPriority(options));
  }

  /** As `queueTaskWithCallback`, tried at most once. */
  queueTaskOnceWithCallback<E>(
    task: ObservableTask<R, E>,
    callback: TaskCallback<E | undefined>,
    options?: TaskOptions,
  ): void;
  queueTaskOnceWithCallback<E>(
    task: TaskFunction<R, E>,
    callback: TaskCallback<E>,
    options?: TaskOptions,
  ): void;
  queueTaskOnceWithCallback<E>(
    task: TaskFunction<R, E>,
    callback: PlainCallback<E>,
    options?: TaskOptions,
  ): void;
  queueTaskOnceWithCallback<E>(
    task: TaskFunction<R, E>,
    callback: TaskCallback<E | undefined>,
    options?: TaskOptions,
  ): void {
    this.queueTaskWithCallback(task, callback, once(options));
  }

  /** As `queueTaskWithCallback`, tried at most once, with a default `priority` of 1. */
  queueTaskWithPriorityOnceWithCallback<E>(
    task: ObservableTask<R, E>,
    callback: TaskCallback<E | undefined>,
    options?: TaskOptions,
  ): void;
  queueTaskWithPriorityOnceWithCallback<E>(
    task: TaskFunction<R, E>,
    callback: TaskCallback<E>,
    options?: TaskOptions,
  ): void;
  queueTaskWithPriorityOnceWithCallback<E>(
    task: TaskFunction<R, E>,
    callback: PlainCallback<E>,
    options?: TaskOptions,
  ): void;
  queueTaskWithPriorityOnceWithCallback<E>(
    task: TaskFunction<R, E>,
    callback: TaskCallback<E | undefined>,
    options?: TaskOptions,
  ): void {
    this.queueTaskWithCallback(task, callback, once(withPriority(options)));
  }

  /* eslint-enable @typescript-eslint/unified-signatures */

  /**
   * Queues a task at once.
   *
   * @param task - what to do with a worker's resource
   * @param options - as for `queueTask`
   * @returns an Observable that gives the outcome to any subscriber, whenever it subscribes; unsubscribing
   * does not cancel the task
   * @throws InvalidConfigError if the task or an option is wrong
   */
  queueTaskAsync<E>(task: ObservableTask<R, E>, options?: TaskOptions): Observable<E | undefined>;
  queueTaskAsync<E>(task: TaskFunction<R, E>, options?: TaskOptions): Observable<E>;
  queueTaskAsync<E>(task: TaskFunction<R, E>, options?: TaskOptions): Observable<E | undefined> {
    checkFunction('task', task);
    const ownOptions = readTaskOptions(options);
    const outcome = new AsyncSubject<E | undefined>();
    const observer = {
      error: (error: unknown) => outcome.error(error),
      complete: (result: E | undefined) => {
        outcome.next(result);
        outcome.complete();
      },
    };
    this.#queue(new ObservedJob(task, ownOptions, observer));
    return outcome.asObservable();
  }

  /** As `queueTaskAsync`, with a default `priority` of 1. */
  queueTaskWithPriorityAsync<E>(
    task: ObservableTask<R, E>,
    options?: TaskOptions,
  ): Observable<E | undefined>;
  queueTaskWithPriorityAsync<E>(task: TaskFunction<R, E>, options?: TaskOptions): Observable<E>;
  queueTaskWithPriorityAsync<E>(
    task: TaskFunction<R, E>,
    options?: TaskOptions,
  ): Observable<E | undefined> {
    return this.queueTaskAsync(task, withPriority(options));
  }

  /** As `queueTaskAsync`, tried at most once. */
  queueTaskOnceAsync<E>(
    task: ObservableTask<R, E>,
    options?: TaskOptions,
  ): Observable<E | undefined>;
  queueTaskOnceAsync<E>(task: TaskFunction<R, E>, options?: TaskOptions): Observable<E>;
  queueTaskOnceAsync<E>(
    task: TaskFunction<R, E>,
    options?: TaskOptions,
  ): Observable<E | undefined> {
    return this.queueTaskAsync(task, once(options));
  }

  /** As `queueTaskAsync`, tried at most once, with a default `priority` of 1. */
  queueTaskWithPriorityOnceAsync<E>(
    task: ObservableTask<R, E>,
    options?: TaskOptions,
  ): Observable<E | undefined>;
  queueTaskWithPriorityOnceAsync<E>(task: TaskFunction<R, E>, options?: TaskOptions): Observable<E>;
  queueTaskWithPriorityOnceAsync<E>(
    task: TaskFunction<R, E>,
    options?: TaskOptions,
  ): Observable<E | undefined> {
    return this.queueTaskAsync(task, once(withPriority(options)));
  }

  /**
   * A task that is queued at each subscription and cancelled by unsubscribing: taken out of the queue, or
   * aborted by its signal when it runs. All values of an Observable task are passed on; those of an attempt
   * that is followed by a retry too.
   *
   * @param task - what to do with a worker's resource
   * @param options - as for `queueTask`
   * @returns a cold Observable of the task's values
   * @throws InvalidConfigError if the task or an option is wrong
   */
  submit<E>(task: TaskFunction<R, E>, options?: TaskOptions): Observable<E> {
    checkFunction('task', task);
    const ownOptions = readTaskOptions(options);
    return new Observable<E>((subscriber) => {
      if (subscriber.closed) return;
      const job = new ObservedJob(task, ownOptions, subscriber);
      // Before it is queued, since it may run, and be unsubscribed from, in that very call.
      subscriber.add(() => {
        if (job.state !== 'ended')
          this.#cancel.next({ jobs: [job], error: new TaskCancelledError() });
      });
      this.#queue(job);
    });
  }

  /**
   * Runs a task at once, past the lanes and also while paused: on a resource kept ready for it or, when there
   * is none, on a temporary one that is created for it. It counts in the metrics. It is never retried; a
   * resource that it found broken is replaced.
   *
   * @param task - what to do with the resource
   * @param options - as for `queueTask`; `priority`, `once`, `maxRetries` and `retry` mean nothing here
   * @returns its result
   * @throws InvalidConfigError if the task or an option is wrong; the Promise rejects with
   * `ResourceCreationError` if a temporary resource could not be created
   */
  runTask<E>(task: ObservableTask<R, E>, options?: TaskOptions): Promise<E | undefined>;
  runTask<E>(task: TaskFunction<R, E>, options?: TaskOptions): Promise<E>;
  runTask<E>(task: TaskFunction<R, E>, options?: TaskOptions): Promise<E | undefined> {
    return this.#promise(task, options, true);
  }

  /**
   * The graceful stop: new tasks are refused, those accepted run to their end, also if the manager was
   * paused; then the resources are released.
   *
   * ![stop](../../marbles/stop.svg)
   *
   * @param options - timeout and waiting
   * @returns when every resource is released; always the same end, however often it is called
   * @throws InvalidConfigError if `timeout` is not a number >= 0, or `waiting` is another word
   */
  stop(options: StopOptions = {}): Promise<void> {
    checkObject('options', options);
    const { timeout = Infinity, waiting = 'run' } = options;
    checkDuration('timeout', timeout);
    check(waiting === 'run' || waiting === 'cancel', "'run' or 'cancel'", 'waiting', waiting);
    const jobs = this.#jobs;
    this.#jobs = undefined; // first: a listener of what follows may queue
    jobs?.complete();
    if (waiting === 'cancel') {
      for (const started of [true, false]) {
        const jobs = this.#waiting().filter(({ hasStarted }) => hasStarted === started);
        this.#cancel.next({ jobs, error: new TaskManagerStoppedError(undefined, { started }) });
      }
    }
    after(timeout, this.#settings.scheduler)
      .pipe(takeUntil(this.#ended))
      .subscribe(() => this.#kill.next());
    return lastValueFrom(this.#ended);
  }

  /**
   * Aborts the signals of running tasks, ends all tasks with `TaskManagerStoppedError` and releases the
   * resources at once. Takes over from a stop that is under way.
   *
   * ![kill](../../marbles/kill.svg)
   *
   * @returns when every resource is released
   */
  kill(): Promise<void> {
    this.#kill.next();
    return lastValueFrom(this.#ended);
  }

  /**
   * Nothing starts from the lanes until `resume`; tasks are still accepted, and `runTask` still runs.
   *
   * ![pause](../../marbles/pause.svg)
   */
  pause(): void {
    this.#paused.next(true);
  }

  /** Goes on after `pause`. */
  resume(): void {
    this.#paused.next(false);
  }

  /**
   * Cancels tasks that wait: they end with `TaskCancelledError`. What runs goes on, and so does what is yet to be tried
   * again after a delay.
   *
   * @example
   * ```ts
   * import { TaskManager } from 'rx-tasker';
   *
   * const manager = new TaskManager({ onCreate: () => ({}), onDestroy: () => undefined, workerCount: 1 });
   * const first = manager.queueTask(async () => 'done');
   * const others = ['a', 'b'].map((label) => manager.queueTask(async () => label, { label }).catch(() => 'cancelled'));
   * console.log(manager.cancelWaiting(({ label }) => label === 'b')); // 1
   * console.log(await first, await Promise.all(others)); // done [ 'a', 'cancelled' ]
   * await manager.stop();
   * ```
   *
   * @param which - says which of them; all without it
   * @returns how many there were
   * @throws InvalidConfigError if `which` is not a function; what `which` throws, before any task is cancelled
   */
  cancelWaiting(which?: (task: WaitingTask) => boolean): number {
    if (which !== undefined) checkFunction('which', which);
    const jobs = this.#waiting().filter((job) => !which || which(showWaiting(job)));
    this.#cancel.next({ jobs, error: new TaskCancelledError() });
    return jobs.length;
  }

  /**
   * Waits until the stats are so.
   *
   * @example
   * ```ts
   * import { TaskManager } from 'rx-tasker';
   *
   * const manager = new TaskManager({ onCreate: () => ({}), onDestroy: () => undefined, workerCount: 2 });
   * for (let i = 0; i < 100; i++) {
   *   await manager.when(({ queuedTasks }) => queuedTasks < 10);
   *   void manager.queueTask(async () => i);
   * }
   * await manager.when(({ queuedTasks, runningTasks }) => queuedTasks + runningTasks === 0);
   * console.log(manager.metrics().totalTasksCompleted); // 100
   * await manager.stop();
   * ```
   *
   * @param is - whether it is so; asked at once, and at each change
   * @param options - `signal`, an abort of which ends the waiting with its reason
   * @returns the first stats for which `is` holds
   * @throws InvalidConfigError if an argument is of the wrong type; the Promise rejects with `TaskManagerStoppedError`
   * if the manager ends before, with the reason of the signal, or with what `is` throws
   */
  when(
    is: (stats: TaskStats) => boolean,
    options: { signal?: AbortSignal | undefined } = {},
  ): Promise<TaskStats> {
    checkFunction('is', is);
    checkObject('options', options);
    const { signal } = options;
    if (signal !== undefined) checkSignal('signal', signal);
    return whenStats(this.stats$, is, signal, () => this.#refusal());
  }

  /** What the manager holds and does now. */
  stats(): TaskStats {
    return this.#stats.read();
  }

  /** What the manager has measured up to now. */
  metrics(): TaskMetrics {
    try {
      this.#lastMetrics = this.#settings.metrics.read();
    } catch (error) {
      reportUnhandledError(error);
    }
    return this.#lastMetrics;
  }

  /** `stats$` for `for await`: each time the latest value, none twice. */
  watchStats(): AsyncIterableIterator<TaskStats> {
    return latestValues(this.stats$);
  }

  /** `metrics$` for `for await`: each time the latest value, none twice. */
  watchMetrics(): AsyncIterableIterator<TaskMetrics> {
    return latestValues(this.metrics$);
  }

  /** `stop()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #queue<E>(job: Job<R, E>): void {
    if (this.#jobs?.closed === false) this.#jobs.next(job);
    else job.refuse(this.#refusal());
  }

  /** The tasks that wait, in the order of their arrival. */
  #waiting(): Job<R, unknown>[] {
    let jobs: Job<R, unknown>[] = [];
    const look = (waiting: Job<R, unknown>[]): Job<R, unknown>[] => {
      jobs = waiting;
      return [];
    };
    this.#cancel.next({ jobs: look, error: undefined });
    return jobs;
  }

  #refusal(): TaskManagerStoppedError {
    return new TaskManagerStoppedError(undefined, { cause: this.#failure });
  }

  get #takesTasks(): boolean {
    const { state } = this.#stats;
    return state === 'running' || state === 'paused';
  }

  #promise<E>(
    task: TaskFunction<R, E>,
    options: TaskOptions | undefined,
    direct: boolean,
  ): Promise<E | undefined> {
    checkFunction('task', task);
    const ownOptions = readTaskOptions(options);
    return new Promise<E | undefined>((resolve, reject) => {
      this.#queue(new PromisedJob(task, ownOptions, direct, resolve, reject));
    });
  }

  #metricsDue(): Observable<unknown> {
    const interval = this.#settings.burstInterval || 100;
    const ticks$ = ticks(interval, interval, this.#settings.scheduler);
    const isBusy = (): boolean => this.#stats.waitingTasks + this.#stats.runningTasks > 0;
    const ratesAreUp = (): boolean => {
      const { taskArrivalRate, taskCompletionRate } = this.metrics();
      return taskArrivalRate > 0 || taskCompletionRate > 0;
    };
    const untilRatesAreDown$ = ticks$.pipe(startWith(undefined), takeWhile(ratesAreUp, true));
    return this.#events.pipe(
      startWith(undefined),
      map(isBusy),
      distinctUntilChanged(),
      switchMap((busy) => (busy ? ticks$ : untilRatesAreDown$)),
    );
  }
}

const withPriority = (options?: TaskOptions): TaskOptions => {
  const ownOptions = readTaskOptions(options);
  return { ...ownOptions, priority: ownOptions.priority ?? 1 };
};

const once = (options?: TaskOptions): TaskOptions => ({ ...readTaskOptions(options), once: true });
