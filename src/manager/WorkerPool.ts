import { BehaviorSubject, retry, Subscription, timer, type SchedulerLike } from 'rxjs';
import { callSafely } from '../internal/reportUnhandledError.js';
import { backoff } from './backoff.js';
import type { WorkerStopReason } from './events.js';
import type { Resources } from './Resources.js';

/**
 * The owner of one resource.
 *
 * @internal
 */
export interface Worker<R> {
  readonly id: number;
  /** `retiring`: busy, and leaving when it is free; `temporary`: made for one task, starting or busy. */
  use: 'starting' | 'idle' | 'busy' | 'retiring' | 'temporary' | 'gone';
  /** While it is subscribed, the resource is kept; unsubscribing releases it. */
  readonly lifetime: Subscription;
  resource: R | undefined;
  /** The number of the last time that it was handed out. */
  lease: number;
}

/** @internal */
export interface WorkerPoolOptions<R> {
  resources: Resources<R>;
  scheduler: SchedulerLike;
  /** A worker's resource is up. */
  onStarted?: (worker: Worker<R>) => void;
  /** A worker whose resource was up has left. */
  onStopped?: (worker: Worker<R>, reason: WorkerStopReason) => void;
  /** How many are up, or how many of them are available, is another number now. */
  onCount?: () => void;
}

/**
 * Workers, each of which owns one resource for its life: `resize` says how many there are to be, `lease` and
 * `free` hand them out and take them back, `discard` has one replaced. A creation that fails is tried again,
 * with a growing delay, for as long as the worker is wanted.
 *
 * @internal
 */
export class WorkerPool<R> {
  /** How many workers have their resource up. */
  readonly ready$ = new BehaviorSubject(0);
  readonly #options: WorkerPoolOptions<R>;
  #starting: Worker<R>[] = [];
  /** The last one to come back is the first to go out, so that the surplus stays idle. */
  #idle: Worker<R>[] = [];
  /** Those that are idle, busy or retiring. */
  readonly #up = new Set<Worker<R>>();
  #retiring = 0;
  readonly #temporary = new Set<Worker<R>>();
  #target = 0;
  #lastId = 0;
  #lastLease = 0;
  #adjusting = false;
  #closing = false;

  constructor(options: WorkerPoolOptions<R>) {
    this.#options = options;
  }

  /** How many workers there are to be: those up and starting, less those that are about to leave. */
  get target(): number {
    return this.#target;
  }

  /** How many are up, in use or not; temporary ones are not counted. */
  get up(): number {
    return this.#up.size;
  }

  /** How many are up and not in use. */
  get available(): number {
    return this.#idle.length;
  }

  resize(target: number): void {
    this.#target = this.#closing ? 0 : target;
    this.#adjust();
  }

  /** An idle worker, the one that was used last, if there is one. */
  lease(): Worker<R> | undefined {
    const worker = this.#idle.pop();
    if (worker) {
      worker.use = 'busy';
      worker.lease = ++this.#lastLease;
      this.#options.onCount?.();
    }
    return worker;
  }

  /** A worker for one task, which is gone once it is free. It has no resource until `bringUp`. */
  leaseTemporary(): Worker<R> {
    const worker = this.#newWorker('temporary');
    this.#temporary.add(worker);
    return worker;
  }

  /** Creates the resource of a temporary worker; tried once. */
  bringUp(worker: Worker<R>, onReady: () => void, onError: (error: unknown) => void): void {
    const next = (resource: R): void => {
      worker.resource = resource;
      onReady();
    };
    worker.lifetime.add(this.#options.resources.resource$.subscribe({ next, error: onError }));
  }

  /** Takes a leased worker back. */
  free(worker: Worker<R>): void {
    if (worker.use === 'temporary' || worker.use === 'retiring') {
      this.#remove(worker, 'scaledDown');
    } else if (worker.use === 'busy') {
      worker.use = 'idle';
      this.#idle.push(worker);
      this.#options.onCount?.();
    }
  }

  /** Releases a worker, and has another one take its place if it was a part of the pool. */
  discard(worker: Worker<R>): void {
    this.#remove(worker, 'unhealthy');
    this.#adjust();
  }

  /** Releases everything: what is in use when it is free, or with `now` at once. */
  close(now: boolean): void {
    this.#closing = true;
    this.resize(0); // none is idle any more
    if (!now) return;
    for (const worker of [...this.#byLease, ...this.#temporary]) this.#remove(worker, 'stopped');
  }

  get #current(): number {
    return this.#starting.length + this.#up.size - this.#retiring;
  }

  /** Those that are up, the ones that were handed out first in front. */
  get #byLease(): Worker<R>[] {
    return [...this.#up].sort((first, second) => first.lease - second.lease);
  }

  #adjust(): void {
    if (this.#adjusting) return; // the loop below sees the new target
    this.#adjusting = true;
    while (this.#current !== this.#target) {
      if (this.#current < this.#target) this.#grow();
      else this.#shrink();
    }
    this.#adjusting = false;
  }

  /** One more: first of those that are about to leave. */
  #grow(): void {
    const retiring = this.#retiring > 0 && [...this.#up].find(({ use }) => use === 'retiring');
    if (retiring) {
      retiring.use = 'busy';
      this.#retiring--;
      return;
    }
    const worker = this.#newWorker('starting');
    this.#starting.push(worker);
    const resource$ = this.#options.resources.resource$.pipe(
      retry({
        delay: (_error, failures) => timer(backoff(failures), this.#options.scheduler),
      }),
    );
    worker.lifetime.add(resource$.subscribe((resource) => this.#enter(worker, resource)));
  }

  /** Fewer: first those that are still starting, then those idle for longest, then those that are busy for longest. */
  #shrink(): void {
    // One at a time, since who hears that one has left may have the others used.
    const unused = this.#starting.at(-1) ?? this.#idle[0];
    if (unused) {
      this.#remove(unused, 'scaledDown');
    } else {
      const busy = this.#byLease.filter(({ use }) => use === 'busy');
      for (const worker of busy.slice(0, this.#current - this.#target)) {
        worker.use = 'retiring';
        this.#retiring++;
      }
    }
  }

  #newWorker(use: Worker<R>['use']): Worker<R> {
    return {
      id: ++this.#lastId,
      use,
      lifetime: new Subscription(),
      resource: undefined,
      lease: 0,
    };
  }

  #enter(worker: Worker<R>, resource: R): void {
    worker.resource = resource;
    worker.use = 'idle';
    this.#starting = this.#starting.filter((each) => each !== worker);
    this.#idle.push(worker);
    this.#up.add(worker);
    this.#options.onStarted?.(worker);
    this.#countReady();
  }

  #remove(worker: Worker<R>, reason: WorkerStopReason): void {
    if (worker.use === 'retiring') this.#retiring--;
    worker.use = 'gone';
    this.#starting = this.#starting.filter((each) => each !== worker);
    this.#idle = this.#idle.filter((each) => each !== worker);
    this.#temporary.delete(worker);
    if (this.#up.delete(worker)) {
      this.#countReady();
      this.#options.onStopped?.(worker, this.#closing ? 'stopped' : reason);
    }
    callSafely(() => worker.lifetime.unsubscribe());
  }

  #countReady(): void {
    this.#options.onCount?.();
    this.ready$.next(this.up);
  }
}
