import { createSteadyTime } from '../measures/createSteadyTime.js';
import { SlidingCount } from '../measures/SlidingCount.js';
import type { TaskEvent } from '../events/events.js';
import type { Load } from '../scaling/Load.js';

/** Into how many steps the window of a rate is divided. */
const RATE_RESOLUTION = 100;

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
  /** A policy's time must not fall, whatever the clock does. */
  readonly #steady = createSteadyTime();
  #completed = 0;
  #meanExecutionTime = 0;

  constructor(rateWindow: number, start: number) {
    this.#arrivals = new SlidingCount(rateWindow, RATE_RESOLUTION, start);
    this.#completions = new SlidingCount(rateWindow, RATE_RESOLUTION, start);
  }

  apply(event: TaskEvent): void {
    if (event.type === 'arrived') {
      if (!event.direct) this.#arrivals.add(event.time);
    } else if (event.type === 'completed' || event.type === 'failed') {
      if (event.direct) return;
      this.#completions.add(event.time);
      this.#completed++;
      const time = Math.max(0, event.finishedAt - event.startedAt); // the clock may have been set back
      this.#meanExecutionTime +=
        (time - this.#meanExecutionTime) / Math.min(this.#completed, MEMORY);
    }
  }

  read(
    time: number,
  ): Pick<Load, 'time' | 'arrivalRate' | 'completionRate' | 'meanExecutionTime' | 'completed'> {
    return {
      time: this.#steady(time),
      arrivalRate: this.#arrivals.rate(time),
      completionRate: this.#completions.rate(time),
      meanExecutionTime: this.#meanExecutionTime,
      completed: this.#completed,
    };
  }
}
