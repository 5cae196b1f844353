import { SteadyTime } from '../measures/SteadyTime.js';
import { SlidingCount } from '../measures/SlidingCount.js';
import type { TaskEvent } from '../events/events.js';
import type { Load } from '../scaling/Load.js';
import { RATE_RESOLUTION } from './timedFold.js';

/** How many tasks the running mean of the execution times remembers. */
const MEMORY = 100;

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
  #meanExecutionTime = 0;

  constructor(rateWindow: number, start: number) {
    const count = (): SlidingCount => new SlidingCount(rateWindow, RATE_RESOLUTION, start);
    this.#arrivals = count();
    this.#completions = count();
    this.#failures = count();
  }

  apply(event: TaskEvent): void {
    const { type } = event;
    if (type === 'arrived') {
      if (!event.direct) this.#arrivals.add(event.time);
    } else if (type === 'completed' || type === 'failed') {
      if (event.direct) return;
      (type === 'completed' ? this.#completions : this.#failures).add(event.time);
      const count = Math.min(this.#completions.count + this.#failures.count, MEMORY);
      const time = Math.max(0, event.finishedAt - event.startedAt); // the clock may have been set back
      this.#meanExecutionTime += (time - this.#meanExecutionTime) / count;
    }
  }

  read(time: number): Omit<Load, 'queued' | 'busy' | 'current' | 'base' | 'max'> {
    const completionRate = this.#completions.rate(time);
    return {
      time: this.#steady.at(time),
      arrivalRate: this.#arrivals.rate(time),
      completionRate,
      throughput: completionRate + this.#failures.rate(time),
      meanExecutionTime: this.#meanExecutionTime,
      completed: this.#completions.count,
      failed: this.#failures.count,
    };
  }
}
