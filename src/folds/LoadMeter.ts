import { SteadyTime } from '../measures/SteadyTime.js';
import { RunningMean } from '../measures/RunningMean.js';
import { SlidingCount } from '../measures/SlidingCount.js';
import type { TaskEvent } from '../events/events.js';
import type { Load } from '../scaling/Load.js';
import type { StatsFold } from './stats.js';
import { RATE_RESOLUTION } from './timedFold.js';

/** How many errors a look holds at most. */
const MOST_ERRORS = 100;

const NO_ERRORS: readonly unknown[] = Object.freeze([]);

/** How many tasks the running mean of the execution times remembers. */
const MEMORY = 100;

/**
 * What the arrivals and ends of tasks say of the load.
 *
 * @internal
 */
export type TimedLoad = Pick<
  Load,
  | 'time'
  | 'arrivalRate'
  | 'completionRate'
  | 'throughput'
  | 'meanExecutionTime'
  | 'executionTime'
  | 'busyTime'
  | 'completed'
  | 'failed'
>;

/**
 * The fold of the events into what a scaling policy needs to know of the tasks that workers ran.
 *
 * @internal
 */
export class LoadMeter {
  readonly #arrivals: SlidingCount;
  readonly #completions: SlidingCount;
  readonly #failures: SlidingCount;
  /** A policy's time must not fall, whatever the clock does. */
  readonly #steady = new SteadyTime();
  readonly #meanExecutionTime = new RunningMean(MEMORY);
  #executionTime = 0;
  readonly #stats: StatsFold;
  /** The workers that were busy at the last change of that number, and when that was. */
  #busy: number;
  #busySince: number;
  /** In ms, up to `#busySince`. */
  #busyTime = 0;
  /** Of attempts that failed since the last look, the latest. */
  #errors: unknown[] = [];

  /** @param stats - the fold of the same events, which applies each event first */
  constructor(stats: StatsFold, rateWindow: number, start: number) {
    this.#stats = stats;
    this.#busy = stats.busyWorkers;
    this.#busySince = start;
    const count = (): SlidingCount => new SlidingCount(rateWindow, RATE_RESOLUTION, start);
    this.#arrivals = count();
    this.#completions = count();
    this.#failures = count();
  }

  apply(event: TaskEvent): void {
    const { type } = event;
    if (this.#stats.busyWorkers !== this.#busy) this.#countBusyTime(event.time);
    if (type === 'arrived') {
      if (!event.direct) this.#arrivals.add(event.time);
    } else if (type === 'retried') {
      this.#noteError(event.error);
    } else if (type === 'completed' || type === 'failed') {
      if (event.direct) return;
      if (type === 'failed') this.#noteError(event.error);
      (type === 'completed' ? this.#completions : this.#failures).add(event.time);
      const time = Math.max(0, event.finishedAt - event.startedAt); // the clock may have been set back
      this.#executionTime += time;
      this.#meanExecutionTime.add(time);
    }
  }

  read(time: number): TimedLoad {
    const completionRate = this.#completions.rate(time);
    this.#countBusyTime(time);
    return {
      time: this.#steady.at(time),
      arrivalRate: this.#arrivals.rate(time),
      completionRate,
      throughput: completionRate + this.#failures.rate(time),
      meanExecutionTime: this.#meanExecutionTime.mean,
      executionTime: this.#executionTime,
      busyTime: this.#busyTime,
      completed: this.#completions.count,
      failed: this.#failures.count,
    };
  }

  /** Gives the errors since the last call. */
  takeErrors(): readonly unknown[] {
    if (this.#errors.length === 0) return NO_ERRORS;
    const errors = this.#errors;
    this.#errors = [];
    return errors;
  }

  #countBusyTime(time: number): void {
    this.#busyTime += this.#busy * Math.max(0, time - this.#busySince); // the clock may have been set back
    this.#busySince = time;
    this.#busy = this.#stats.busyWorkers;
  }

  #noteError(error: unknown): void {
    if (this.#errors.length === MOST_ERRORS) this.#errors.shift();
    this.#errors.push(error);
  }
}
