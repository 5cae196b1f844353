import { statsFold, type TaskEvent, type TaskStats, type Why } from 'rx-tasker';
import { Reversals } from './Reversals.js';

/** What a pool has come to since the beginning. */
export interface PoolTotals {
  /** The moment, in ms by the manager's clock. */
  readonly time: number;
  /** The paid time, in ms. */
  readonly workerTime: number;
  readonly workersStarted: number;
  readonly reversals: number;
}

/**
 * What the workers of a live manager cost, from its events alone.
 *
 * ```
 * target > up     up are there, and target - up are starting
 * target < up     target stay, and up - target end their task before they leave
 * given up        a worker that is not wanted before it is up is paid until it is up
 * ```
 *
 * A pool gives up all starting workers before it makes a busy one leave, and takes those back before it makes others.
 * So max(target, up) workers are paid, and those that were given up.
 */
export class LivePool {
  /** How long workers take to come up, in ms: as the caller or the latest `scaled` event says. */
  startup: number;
  /** `workerCount`, once a `scaled` event has told it. */
  base: number | undefined;
  /** What the policy has said about its latest decision. */
  why: Why | undefined;
  readonly #startup: number | undefined;
  readonly #stats;
  readonly #reversals = new Reversals();
  #target: number;
  /** Workers that are up. */
  #up: number;
  /** When those that are starting were made, as far as known, in this order. */
  #creations: number[] = [];
  /** When those that were given up while they started will be up. */
  #givenUp: number[] = [];
  #workerTime = 0;
  #started = 0;
  /** The moment up to which `#workerTime` counts. */
  #paidUntil: number;

  /**
   * @param seed - what the manager holds now
   * @param base - its base workers, as far as known
   * @param time - the moment
   * @param startup - the startup time, where the caller knows it
   */
  constructor(seed: TaskStats, base: number, time: number, startup: number | undefined) {
    this.#startup = startup;
    this.startup = startup ?? 0;
    this.#stats = statsFold({ workerCount: 1, seed });
    this.#up = seed.activeWorkers;
    this.#target = Math.max(base, this.#up);
    this.#paidUntil = time;
  }

  /** How many workers the manager wants. */
  get target(): number {
    return this.#target;
  }

  apply(event: TaskEvent): void {
    switch (event.type) {
      case 'scaled':
        this.#payUntil(event.time);
        this.#scale(event);
        break;
      case 'workerStarted':
        this.#payUntil(event.time);
        this.#up++;
        this.#creations.shift();
        break;
      case 'workerStopped':
        this.#payUntil(event.time);
        if (event.reason === 'stopped') this.#target = 0;
        // Another worker takes the place of a broken one, unless that was about to leave.
        if (event.reason === 'unhealthy' && this.#up <= this.#target) this.#create(event.time, 1);
        this.#up--;
        break;
      default:
    }
    this.#stats.apply(event);
  }

  totals(time: number): PoolTotals {
    this.#payUntil(time);
    const { count: reversals } = this.#reversals;
    return { time, workerTime: this.#workerTime, workersStarted: this.#started, reversals };
  }

  #scale({ time, from, to, load, why }: Extract<TaskEvent, { type: 'scaled' }>): void {
    this.base = load.base;
    this.startup = this.#startup ?? (load.startupTime || this.startup);
    this.why = why;
    this.#reversals.add(to - from);
    this.#target = to;
    const up = this.#up;
    if (to > from) return this.#create(time, to - Math.max(from, up));
    const idle = Math.max(0, up - this.#stats.read().busyWorkers); // these leave first
    const givenUp = Math.min(from - up, from - to - idle);
    for (let i = 0; i < givenUp; i++) {
      this.#givenUp.push((this.#creations.pop() ?? time) + this.startup);
    }
  }

  #create(time: number, count: number): void {
    for (let i = 0; i < count; i++) this.#creations.push(time);
    this.#started += Math.max(0, count);
  }

  #payUntil(time: number): void {
    const since = this.#paidUntil;
    if (time <= since) return;
    this.#paidUntil = time;
    this.#workerTime += Math.max(this.#target, this.#up) * (time - since);
    if (this.#givenUp.length === 0) return;
    for (const up of this.#givenUp) this.#workerTime += Math.max(0, Math.min(up, time) - since);
    this.#givenUp = this.#givenUp.filter((up) => up > time);
  }
}
