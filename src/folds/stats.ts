import { checkObject, checkCount } from '../checks/check.js';
import type { TaskCancelled, TaskEvent, TaskFailed, TaskManagerState } from '../events/events.js';
import type { Fold } from './fold.js';

/** What a manager holds and does at a moment. */
export interface TaskStats {
  /** Workers up, as far as `workerCount`. */
  readonly baseWorkers: number;
  /** Workers up: base and burst. */
  readonly activeWorkers: number;
  /** Workers up beyond `workerCount`. */
  readonly burstWorkers: number;
  /** Workers that have a task, or wait for an abandoned one to settle. */
  readonly busyWorkers: number;
  /** Tasks of priority <= 0 that wait in the lanes. `Load.queued` counts all that wait: `priorityTasks` too. */
  readonly queuedTasks: number;
  /** Tasks of priority > 0 that wait in the lanes. */
  readonly priorityTasks: number;
  /** Tasks that run, those of `runTask` included. */
  readonly runningTasks: number;
  /** Tasks that have failed, and wait for the delay of their `retry` before they wait in the lanes again. */
  readonly delayedTasks: number;
  /** Resources for `runTask` that are not in use. */
  readonly availableResources: number;
  readonly state: TaskManagerState;
}

/** The options of `statsFold`. */
export interface StatsFoldOptions {
  /** The base workers, as in the manager's config; an integer >= 0. */
  workerCount: number;
  /**
   * What there is when the fold begins: the `manager.stats()` of that moment.
   *
   * @default nothing, and the state `running`
   */
  seed?: TaskStats | undefined;
}

/**
 * The fold of events into stats: what a manager holds and does right after each event.
 *
 * Use it where there is no `TaskManager` to ask: on the output of `runTasks`, in `onEvent` of a simulation, or on
 * events that were recorded. A `TaskManager` has `stats()` and `stats$`.
 *
 * `read()` returns the same object until the next event. A fold that begins late misses what was there before: its
 * counts are too low, and may be negative. With a `seed` they are right.
 *
 * @example
 * ```ts
 * import { fold, statsFold, TaskManager } from 'rx-tasker';
 *
 * const manager = new TaskManager({ onCreate: () => ({}), onDestroy: () => undefined, workerCount: 2 });
 * manager.events$
 *   .pipe(fold(() => statsFold({ workerCount: 2, seed: manager.stats() })))
 *   .subscribe(({ activeWorkers, busyWorkers }) => console.log(busyWorkers, activeWorkers)); // 0 2, 1 2, 0 2
 * await manager.queueTask(() => 42);
 * ```
 *
 * @param options - workerCount and seed
 * @returns a new fold
 * @throws InvalidConfigError if an option is of the wrong type or range
 * @see {@link fold}, {@link loadFold}
 */
export const statsFold = (options: StatsFoldOptions): Fold<TaskStats> => {
  checkObject('options', options);
  const { workerCount, seed } = options;
  checkCount('workerCount', workerCount);
  if (seed !== undefined) checkObject('seed', seed);
  return new StatsFold(workerCount, seed);
};

/**
 * `statsFold`, whose counts the engine also reads one by one.
 *
 * @internal
 */
export class StatsFold implements Fold<TaskStats> {
  readonly #base: number;
  /** What `read` gave last, unless there was an event since. */
  #snapshot: TaskStats | undefined;
  /** Workers that are up. */
  #workers: number;
  #busy: number;
  /** Tasks that wait, of priority <= 0 and above. */
  #queued: number;
  #queuedPriority: number;
  /** Tasks that run, direct ones from their arrival on. */
  #running: number;
  #delayed: number;
  #available: number;
  #state: TaskManagerState;

  constructor(workerCount: number, seed?: TaskStats) {
    this.#base = workerCount;
    this.#workers = seed?.activeWorkers ?? 0;
    this.#busy = seed?.busyWorkers ?? 0;
    this.#queued = seed?.queuedTasks ?? 0;
    this.#queuedPriority = seed?.priorityTasks ?? 0;
    this.#running = seed?.runningTasks ?? 0;
    this.#delayed = seed?.delayedTasks ?? 0;
    this.#available = seed?.availableResources ?? 0;
    this.#state = seed?.state ?? 'running';
  }

  /** Workers that are up. */
  get activeWorkers(): number {
    return this.#workers;
  }

  get busyWorkers(): number {
    return this.#busy;
  }

  /** Tasks that wait in the lanes, whatever their priority. */
  get waitingTasks(): number {
    return this.#queued + this.#queuedPriority;
  }

  get runningTasks(): number {
    return this.#running;
  }

  get state(): TaskManagerState {
    return this.#state;
  }

  apply(event: TaskEvent): void {
    this.#snapshot = undefined;
    switch (event.type) {
      case 'arrived':
        if (event.direct) this.#running++;
        else this.#wait(event.priority, 1);
        break;
      case 'started':
        if (event.direct) break; // it counts as running from its arrival
        this.#wait(event.priority, -1);
        this.#run(event.direct, 1);
        break;
      case 'retried':
        this.#run(event.direct, -1);
        if (event.healthy) this.#delayed++;
        else this.#wait(event.priority, 1);
        break;
      case 'requeued':
        this.#delayed--;
        this.#wait(event.priority, 1);
        break;
      case 'completed':
        this.#run(event.direct, -1);
        break;
      case 'failed':
        this.#end(event);
        break;
      case 'cancelled':
        if (event.running || event.delayed) this.#end(event);
        else this.#wait(event.priority, -1);
        break;
      case 'workerFreed':
        if (!event.direct) this.#busy--;
        break;
      case 'workerStarted':
        this.#workers++;
        break;
      case 'workerStopped':
        this.#workers--;
        break;
      case 'resources':
        this.#available = event.available;
        break;
      case 'state':
        this.#state = event.state;
        break;
      case 'rejected':
      case 'resourceFailed':
      case 'scaled':
        break;
    }
  }

  read(): TaskStats {
    return (this.#snapshot ??= {
      baseWorkers: Math.min(this.#workers, this.#base),
      activeWorkers: this.#workers,
      burstWorkers: Math.max(0, this.#workers - this.#base),
      busyWorkers: this.#busy,
      queuedTasks: this.#queued,
      priorityTasks: this.#queuedPriority,
      runningTasks: this.#running,
      delayedTasks: this.#delayed,
      availableResources: this.#available,
      state: this.#state,
    });
  }

  #wait(priority: number, change: number): void {
    if (priority > 0) this.#queuedPriority += change;
    else this.#queued += change;
  }

  #run(direct: boolean, change: number): void {
    this.#running += change;
    if (!direct) this.#busy += change;
  }

  #end({ direct, abandoned, delayed }: TaskFailed | TaskCancelled): void {
    if (delayed) {
      this.#delayed--;
      return;
    }
    this.#running--;
    if (!direct && !abandoned) this.#busy--;
  }
}
