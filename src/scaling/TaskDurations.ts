import { FAR } from './far.js';

/** What remains of an observation after each further end. So about fifty ends count. */
const FADE = 0.98;

/**
 * Learns how long workers are busy for a task: busy time over ends, tasks that still run included.
 *
 * @internal
 */
export class TaskDurations {
  /** The busy time of all workers in ms, faded. */
  #work = 0;
  /** The ends of tasks, faded as `#work`. */
  #ends = 0;

  /** Whether a task has ended. */
  get hasEnds(): boolean {
    return this.#ends > 0;
  }

  /** In ms, at least 1; 1 before the first end. */
  get mean(): number {
    return this.hasEnds ? Math.max(1, this.#work / this.#ends) : 1;
  }

  /** The tasks that end within `busyTime` ms of busy time, all workers together; 0 before the first end. */
  endsWithin(busyTime: number): number {
    return this.hasEnds ? Math.min(FAR, busyTime / this.mean) : 0;
  }

  /**
   * @param ends - new ends since the last look
   * @param busyTime - how long workers were busy since the last look, all together, in ms
   */
  look(ends: number, busyTime: number): void {
    const faded = FADE ** ends;
    this.#work = Math.min(FAR, this.#work + busyTime) * faded;
    this.#ends = this.#ends * faded + (1 - faded) / (1 - FADE);
  }
}
