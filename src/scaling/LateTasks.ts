import { Fifo } from '../collections/Fifo.js';

/** How many tasks had arrived in all at a look. */
interface Arrivals {
  readonly time: number;
  readonly count: number;
}

/**
 * Counts tasks that have come to wait longer than they may, from counts alone: these tasks had arrived that long ago,
 * and have not started. A task counts once. Only looks whose tasks still wait are kept.
 *
 * @internal
 */
export class LateTasks {
  #arrived = 0;
  /** How many tasks had arrived long enough before the last look to be late if these waited. */
  #due = 0;
  readonly #looks = new Fifo<Arrivals>();

  /**
   * @param arrived - new arrivals since the last look
   * @param queued - tasks that wait
   * @param allowed - how long a task may wait, in ms
   * @returns tasks that have become late since the last look
   */
  look(time: number, arrived: number, queued: number, allowed: number): number {
    this.#arrived += arrived;
    if (arrived > 0) this.#looks.push({ time, count: this.#arrived });
    const gone = this.#arrived - queued; // started, or cancelled
    const before = this.#due;
    for (let look = this.#looks.first; look; look = this.#looks.first) {
      const isDue = look.time <= time - allowed;
      if (!isDue && look.count > gone) break;
      if (isDue) this.#due = look.count;
      this.#looks.take();
    }
    return Math.max(0, this.#due - Math.max(gone, before));
  }
}
