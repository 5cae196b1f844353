import {
  BehaviorSubject,
  defer,
  retry,
  Subscription,
  switchMap,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import { LinkedList, type Linked } from '../collections/LinkedList.js';
import type { Outbox } from '../events/Outbox.js';
import { backoff } from './backoff.js';
import { RunningMean } from '../measures/RunningMean.js';
import type { WorkerStopReason } from '../events/events.js';
import type { Resources } from './Resources.js';

/**
 * The owner of one resource.
 *
 * @internal
 */
export interface Worker<R> extends Linked<Worker<R>> {
  readonly id: number;
  /** `retiring`: busy, and leaving when it is free; `temporary`: made for one task, starting or busy. */
  use: 'starting' | 'idle' | 'busy' | 'retiring' | 'temporary' | 'gone';
  /** While it is subscribed, the resource is kept; unsubscribing releases it. */
  readonly lifetime: Subscription;
  resource: R | undefined;
  /** What its resource has failed with since it is up, and in which task; it leaves when it is free. */
  broken: Breakage | undefined;
  /** How many of those whose place it takes, one after the other, and itself, have not been handed out. */
  unused: number;
  /** Whether it is kept by a task that has its outcome and goes on: it serves no lane. */
  isHeld: boolean;
}

/**
 * Why a worker is broken.
 *
 * @internal
 */
export interface Breakage {
  readonly error: unknown;
  /** The number of the task that found it, if one did. */
  readonly task?: number;
}

/** @internal */
export interface WorkerPoolOptions<R> {
  resources: Resources<R>;
  scheduler: SchedulerLike;
  outbox: Outbox;
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
 * with a growing delay, for as long as the worker is wanted. A worker whose resource says that it is broken is
 * replaced: at once if it is idle, else when it is free.
 *
 * ```
 * resize ─> starting ──> idle <──────────── free
 *                        │  └─── lease ───> leased: retiring … │ busy … busy
 * each of these may leave                   longest in use                latest
 * ```
 *
 * Each worker is in one list, that of its use, and linked through itself: whatever becomes of it is O(1). The methods
 * decide. Creations and releases are told of by the outbox, which the caller flushes.
 *
 * @internal
 */
export class WorkerPool<R> {
  /** How many workers are up and may serve the lanes. */
  readonly ready$ = new BehaviorSubject(0);
  readonly #options: WorkerPoolOptions<R>;
  /** In the order of their start. */
  readonly #starting = new LinkedList<Worker<R>>();
  /** The last one to come back is the first to go out, so that the surplus stays idle. */
  readonly #idle = new LinkedList<Worker<R>>();
  /** In the order in which they were handed out: first those that are retiring, then those that are busy. */
  readonly #leased = new LinkedList<Worker<R>>();
  readonly #temporary = new LinkedList<Worker<R>>();
  #retiring = 0;
  #lastRetiring: Worker<R> | undefined;
  #target = 0;
  #lastId = 0;
  /** Of a worker that broke and is to be replaced, `unused`. */
  #unused = 0;
  readonly #startupTime = new RunningMean(STARTUPS);
  /** How many are held. */
  #held = 0;
  #closing = false;

  constructor(options: WorkerPoolOptions<R>) {
    this.#options = options;
  }

  /** How many workers there are to be: those up and starting, less those that are about to leave. */
  get target(): number {
    return this.#target;
  }

  /** The mean of the last few times from a creation until its resource was up, in ms; 0 before the first. */
  get startupTime(): number {
    return this.#startupTime.mean;
  }

  /** How many are up, in use or not; temporary ones are not counted. */
  get up(): number {
    return this.#idle.size + this.#leased.size;
  }

  /** How many are up and not in use. */
  get available(): number {
    return this.#idle.size;
  }

  resize(target: number): void {
    this.#target = this.#closing ? 0 : target;
    this.#adjust();
  }

  /** An idle worker, the one that was used last, if there is one. */
  lease(): Worker<R> | undefined {
    const worker = this.#idle.last;
    if (worker) {
      this.#move(worker, 'busy');
      worker.unused = 0;
      this.#options.onCount?.();
    }
    return worker;
  }

  /** A worker for one task, which is gone once it is free. It has no resource until `bringUp`. */
  leaseTemporary(): Worker<R> {
    return this.#newWorker('temporary');
  }

  /** Creates the resource of a temporary worker; tried once. */
  bringUp(worker: Worker<R>, onReady: () => void, onError: (error: unknown) => void): void {
    const next = (resource: R): void => {
      worker.resource = resource;
      onReady();
    };
    const resource$ = this.#options.resources.create(() => undefined); // it leaves after its task, broken or not
    worker.lifetime.add(resource$.subscribe({ next, error: onError }));
  }

  /** A leased worker is kept by a task that has its outcome: until it is freed or discarded, it serves no lane. */
  hold(worker: Worker<R>): void {
    if (worker.use === 'temporary') return;
    worker.isHeld = true;
    this.#held++;
    this.#setReady();
  }

  /** Takes a leased worker back. */
  free(worker: Worker<R>): void {
    if (worker.broken) {
      this.discard(worker);
    } else if (worker.use === 'temporary' || worker.use === 'retiring') {
      this.#remove(worker, 'scaledDown');
    } else if (worker.use === 'busy') {
      this.#move(worker, 'idle');
      this.#countReady();
    }
  }

  /** Releases a worker, and has another one take its place if it was a part of the pool. */
  discard(worker: Worker<R>, broken = worker.broken): void {
    worker.broken = broken;
    this.#remove(worker, 'unhealthy');
    this.#adjust();
  }

  /** Releases everything: what is in use when it is free, or with `now` at once. */
  close(now: boolean): void {
    this.#closing = true;
    this.resize(0); // none is idle any more
    if (!now) return;
    for (const list of [this.#leased, this.#temporary]) {
      while (list.first) this.#remove(list.first, 'stopped');
    }
  }

  get #current(): number {
    return this.#starting.size + this.up - this.#retiring;
  }

  #adjust(): void {
    while (this.#current < this.#target) this.#grow();
    while (this.#current > this.#target) this.#shrink();
    this.#unused = 0;
  }

  /** One more: first of those that are about to leave, the one that was told to leave last. */
  #grow(): void {
    if (this.#lastRetiring) return this.#stay(this.#lastRetiring);
    const worker = this.#newWorker('starting');
    worker.unused = this.#unused + 1;
    this.#unused = 0;
    this.#options.outbox.add(this.#create, worker);
  }

  readonly #create = (worker: Worker<R>): void => {
    if (worker.use !== 'starting') return;
    const { resources, scheduler } = this.#options;
    const delay = (failures: number): Observable<unknown> => timer(backoff(failures), scheduler);
    /** Of the last try: failures, and the pauses after these, say nothing about the next worker. */
    let begin = 0;
    const created$ = defer(() => {
      begin = scheduler.now();
      return resources.create((error) => this.#break(worker, error));
    }).pipe(retry({ delay: (_error, failures) => delay(failures) }));
    // Resources that break as soon as they are up must not be made without end.
    const unused = worker.unused - 1;
    const resource$ = unused > 0 ? delay(unused).pipe(switchMap(() => created$)) : created$;
    worker.lifetime.add(
      resource$.subscribe((resource) => this.#enter(worker, resource, scheduler.now() - begin)),
    );
  };

  /**
   * Fewer: first those idle for longest, then those that are still starting, then those that are busy for longest. A
   * creation that has begun is paid to its end.
   */
  #shrink(): void {
    const unused = this.#idle.first ?? this.#starting.last;
    if (unused) return this.#remove(unused, 'scaledDown');
    const busy = this.#lastRetiring ? this.#lastRetiring.next : this.#leased.first;
    if (busy) this.#retire(busy);
  }

  /** `worker` is the first of those that are busy. */
  #retire(worker: Worker<R>): void {
    worker.use = 'retiring';
    this.#retiring++;
    this.#lastRetiring = worker;
  }

  /** The `worker`, which was retiring, is busy now, or on its way out. */
  #stay(worker: Worker<R>): void {
    worker.use = 'busy';
    this.#retiring--;
    if (worker === this.#lastRetiring) this.#lastRetiring = worker.previous;
  }

  #newWorker(use: 'starting' | 'temporary'): Worker<R> {
    const worker: Worker<R> = {
      id: ++this.#lastId,
      use,
      lifetime: new Subscription(),
      resource: undefined,
      broken: undefined,
      unused: 0,
      isHeld: false,
      previous: undefined,
      next: undefined,
    };
    this.#listOf(use).add(worker);
    return worker;
  }

  /** The list that holds those of a use. */
  #listOf(use: Exclude<Worker<R>['use'], 'gone'>): LinkedList<Worker<R>> {
    if (use === 'starting') return this.#starting;
    if (use === 'idle') return this.#idle;
    return use === 'temporary' ? this.#temporary : this.#leased;
  }

  #move(worker: Worker<R>, use: Worker<R>['use']): void {
    if (worker.use === 'retiring') this.#stay(worker);
    if (worker.use !== 'gone') this.#listOf(worker.use).remove(worker);
    if (worker.isHeld) this.#held--;
    worker.isHeld = false;
    worker.use = use;
    if (use !== 'gone') this.#listOf(use).add(worker);
  }

  #enter(worker: Worker<R>, resource: R, startupTime: number): void {
    if (worker.use !== 'starting') return; // its release is still to be told
    this.#startupTime.add(Math.max(0, startupTime)); // the clock may have been set back
    worker.resource = resource;
    this.#move(worker, 'idle');
    this.#options.onStarted?.(worker);
    this.#countReady();
    this.#options.outbox.flush();
  }

  #break(worker: Worker<R>, error: unknown): void {
    worker.broken = { error };
    if (worker.use !== 'idle') return;
    this.#unused = worker.unused;
    this.discard(worker);
    this.#options.outbox.flush();
  }

  #remove(worker: Worker<R>, reason: WorkerStopReason): void {
    const { use } = worker;
    if (use === 'gone') return;
    this.#move(worker, 'gone');
    if (use !== 'starting' && use !== 'temporary') {
      this.#countReady();
      this.#options.onStopped?.(worker, this.#closing ? 'stopped' : reason);
    }
    this.#options.outbox.add(releaseResource, worker);
  }

  #countReady(): void {
    this.#options.onCount?.();
    this.#setReady();
  }

  #setReady(): void {
    const ready = this.up - this.#held;
    if (ready !== this.ready$.value) this.ready$.next(ready);
  }
}

/** How many startup times the mean remembers. */
const STARTUPS = 5;

const releaseResource = ({ lifetime }: Worker<unknown>): void => lifetime.unsubscribe();
