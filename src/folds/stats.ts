import type { TaskEvent, TaskManagerState } from '../events/events.js';

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
  /** Tasks of priority <= 0 that wait in the lanes. */
  readonly queuedTasks: number;
  /** Tasks of priority > 0 that wait in the lanes. */
  readonly priorityTasks: number;
  /** Tasks that run, those of `runTask` included. */
  readonly runningTasks: number;
  /** Resources for `runTask` that are not in use. */
  readonly availableResources: number;
  readonly state: TaskManagerState;
}

/**
 * The fold of the events into the counts. `snapshot()` is the same object until a count changes.
 *
 * @internal
 */
export class StatsFold {
  readonly #base: number;
  #snapshot: TaskStats | undefined;
  #workers = 0;
  #busy = 0;
  #queued = 0;
  #queuedPriority = 0;
  #running = 0;
  #available = 0;
  #state: TaskManagerState = 'running';

  constructor(workerCount: number) {
    this.#base = workerCount;
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
        this.#wait(event.priority, 1);
        break;
      case 'completed':
        this.#run(event.direct, -1);
        break;
      case 'failed':
        this.#end(event);
        break;
      case 'cancelled':
        if (event.running) this.#end(event);
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
      case 'resourceFailed':
      case 'scaled':
        break;
    }
  }

  snapshot(): TaskStats {
    return (this.#snapshot ??= {
      baseWorkers: Math.min(this.#workers, this.#base),
      activeWorkers: this.#workers,
      burstWorkers: Math.max(0, this.#workers - this.#base),
      busyWorkers: this.#busy,
      queuedTasks: this.#queued,
      priorityTasks: this.#queuedPriority,
      runningTasks: this.#running,
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

  #end({ direct, abandoned }: { direct: boolean; abandoned: boolean }): void {
    this.#running--;
    if (!direct && !abandoned) this.#busy--;
  }
}
