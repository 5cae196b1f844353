import { statsFold, type Fold, type TaskEvent, type TaskStats } from '../../src/index.js';

/**
 * The counts of `statsFold` by other means, with which it is compared after each event. It stays apart since numbers
 * do not tell what sets of tasks and workers do: that one leaves without having come, or comes twice.
 */
export class EventFold {
  readonly workers = new Set<number>();
  readonly busy = new Set<number>();
  readonly waiting = new Map<number, number>();
  /** The tasks that run, with the workers of those that are not direct. */
  readonly running = new Map<number, number | undefined>();
  readonly delayed = new Set<number>();
  /** The resources of direct tasks, those that go on included. */
  readonly direct = new Map<number, number | undefined>();
  spares = { ready: 0, available: 0 };
  state = 'running';
  target: number;
  readonly #workerCount: number;
  /** Begins with the first event. */
  #counted: Fold<TaskStats> | undefined;
  readonly #must: (condition: boolean, what: string) => void;

  constructor(workerCount: number, must: (condition: boolean, what: string) => void) {
    this.target = workerCount;
    this.#workerCount = workerCount;
    this.#must = must;
  }

  apply(event: TaskEvent): void {
    const workerCount = this.#workerCount;
    this.#counted ??= statsFold({ workerCount, seed: this.stats(workerCount) });
    this.#counted.apply(event);
    this.#take(event);
    const counted = this.#counted.read();
    for (const [field, count] of Object.entries(this.stats(workerCount))) {
      const found = counted[field as keyof TaskStats];
      this.#must(found === count, `statsFold has ${count} as ${field}, not ${found}`);
    }
  }

  #take(event: TaskEvent): void {
    switch (event.type) {
      case 'arrived':
        if (event.direct) {
          this.running.set(event.id, undefined);
          this.direct.set(event.id, undefined);
        } else this.waiting.set(event.id, event.priority);
        break;
      case 'started':
        if (event.direct) {
          this.direct.set(event.id, event.worker);
        } else {
          this.#must(this.waiting.delete(event.id), `task ${event.id} waits until it starts`);
          this.#must(!this.busy.has(event.worker), `worker ${event.worker} is free`);
          this.#must(this.workers.has(event.worker), `worker ${event.worker} is up`);
          this.busy.add(event.worker);
          this.running.set(event.id, event.worker);
        }
        break;
      case 'retried':
        this.#leave(event.id, false);
        if (event.healthy) this.delayed.add(event.id);
        else this.waiting.set(event.id, event.priority);
        break;
      case 'requeued':
        this.#must(this.delayed.delete(event.id), `task ${event.id} is delayed until it waits`);
        this.waiting.set(event.id, event.priority);
        break;
      case 'completed':
        this.#leave(event.id, false);
        break;
      case 'failed':
        if (event.delayed) this.#endDelay(event.id);
        else this.#leave(event.id, event.abandoned);
        break;
      case 'cancelled':
        if (event.delayed) this.#endDelay(event.id);
        else if (event.running) this.#leave(event.id, event.abandoned);
        else this.#must(this.waiting.delete(event.id), `task ${event.id} waits until its cancel`);
        break;
      case 'workerFreed':
        if (event.direct) {
          for (const [id, worker] of this.direct)
            if (worker === event.worker) this.direct.delete(id);
        } else this.#must(this.busy.delete(event.worker), `worker ${event.worker} is freed once`);
        break;
      case 'workerStarted':
        this.workers.add(event.worker);
        break;
      case 'workerStopped':
        this.#must(this.workers.delete(event.worker), `worker ${event.worker} stops once`);
        break;
      case 'resources':
        this.spares = event;
        break;
      case 'scaled':
        this.#must(
          event.from === this.target,
          `the scaling is from ${this.target}, not ${event.from}`,
        );
        this.target = event.to;
        break;
      case 'state':
        this.state = event.state;
        break;
      case 'rejected':
      case 'resourceFailed':
    }
  }

  stats(base: number): TaskStats {
    const waiting = [...this.waiting.values()];
    return {
      baseWorkers: Math.min(this.workers.size, base),
      activeWorkers: this.workers.size,
      burstWorkers: Math.max(this.workers.size - base, 0),
      busyWorkers: this.busy.size,
      queuedTasks: waiting.filter((priority) => priority <= 0).length,
      priorityTasks: waiting.filter((priority) => priority > 0).length,
      runningTasks: this.running.size,
      delayedTasks: this.delayed.size,
      availableResources: this.spares.available,
      state: this.state as TaskStats['state'],
    };
  }

  #endDelay(id: number): void {
    this.#must(this.delayed.delete(id), `task ${id} is delayed until its end`);
  }

  #leave(id: number, abandoned: boolean): void {
    this.#must(this.running.has(id), `task ${id} runs until it ends`);
    const worker = this.running.get(id);
    this.running.delete(id);
    if (abandoned) return;
    this.direct.delete(id);
    if (worker !== undefined) this.busy.delete(worker);
  }
}
