import { FAR } from './far.js';

/** What remains of an observation after each further end. So about fifty ends count. */
const FADE = 0.98;

/** No look is made while the manager is idle. So workers may not have been busy for all of a longer pause. */
const LONGEST_PAUSE = 500;

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
  /** The workers that were busy at the last look. */
  #busy = 0;

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
   * @param busy - workers that are busy now
   * @param elapsed - the time since the last look, in ms
   * @param executed - the execution times of the new ends, in ms; 0 if it is not known
   */
  look(ends: number, busy: number, elapsed: number, executed: number): void {
    // Where a task of the last look still runs, there was no pause.
    const most = ends < this.#busy ? Infinity : executed + busy * LONGEST_PAUSE;
    const faded = FADE ** ends;
    this.#work = Math.min(FAR, this.#work + Math.min(busy * elapsed, most)) * faded;
    this.#ends = this.#ends * faded + (1 - faded) / (1 - FADE);
    this.#busy = busy;
  }
}
