import type { Load } from './Load.js';

/** How much of a new observation is taken over. */
const LEARNING_RATE = 0.2;

/** A time at which the pool was to grow. */
interface Growth {
  readonly time: number;
  /** How many workers there were to be. */
  readonly workers: number;
}

/**
 * Learns how long workers take to come up from nothing but the loads. While tasks wait, every worker that is up
 * is busy: that as many are busy as were asked for tells that the last of them has come up, and as long as they are
 * not, that it takes longer still. While none waits, there is nothing to be learned.
 *
 * It comes out too short by up to the time between two looks.
 *
 * @internal
 */
export class StartupMeter {
  #growths: readonly Growth[] = [];
  #lastLook = 0;
  #startup = 0;

  /** What it takes, in ms, as far as known; 0 at first. */
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

  /** The pool is to have so many workers from now on. */
  resize({ time, current }: Load, workers: number): void {
    if (workers > current) this.#growths = [...this.#growths, { time, workers }];
    else this.#growths = this.#growths.filter((growth) => growth.workers <= workers);
  }
}
