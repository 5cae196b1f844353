import type { Load } from './Load.js';

/** The weight of a new observation. */
const LEARNING_RATE = 0.2;

/** A change of the target by which the pool grows. */
interface Growth {
  readonly time: number;
  /** The target. */
  readonly workers: number;
}

/**
 * Learns the startup time of workers from the loads alone. While tasks wait, every worker that is up is busy. So
 * when as many workers are busy as the target says, the last worker has come up. Until then the startup takes
 * longer still. While no task waits, the meter learns nothing.
 *
 * The result is too short by up to the time between two looks.
 *
 * @internal
 */
export class StartupMeter {
  #growths: readonly Growth[] = [];
  #lastLook = 0;
  #startup = 0;

  /** The startup time in ms, as far as known; 0 at first. */
  get startup(): number {
    return this.#startup;
  }

  /** Learns from a look at the load. */
  look({ time, queued, busy }: Load): void {
    for (const growth of this.#growths) {
      if (growth.workers > busy) break;
      this.#startup += LEARNING_RATE * (this.#lastLook - growth.time - this.#startup);
    }
    this.#growths = queued === 0 ? [] : this.#growths.filter(({ workers }) => workers > busy);
    const [first] = this.#growths;
    if (first) this.#startup = Math.max(this.#startup, this.#lastLook - first.time);
    this.#lastLook = time;
  }

  /** The pool has a new target. */
  resize({ time, current }: Load, workers: number): void {
    if (workers > current) this.#growths = [...this.#growths, { time, workers }];
    else this.#growths = this.#growths.filter((growth) => growth.workers <= workers);
  }
}
