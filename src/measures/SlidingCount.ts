import { SteadyTime } from './SteadyTime.js';

/**
 * Counts events over the last `window` ms, (now - window, now], in a ring of buckets. The count is exact at
 * multiples of a bucket's width. In between, the oldest bucket counts in proportion to its part inside the
 * window. When the clock is set back by more than a bucket, no time is lost.
 */
export class SlidingCount {
  /** How many there have been in all. */
  count = 0;
  readonly #window: number;
  readonly #width: number;
  readonly #start: number;
  readonly #ring: Float64Array;
  readonly #steady: SteadyTime;
  #newest = 0;
  /** The newest bucket's place in the ring. */
  #slot = 0;
  /** The time up to which an event belongs to it. */
  #end: number;
  #total = 0;

  /**
   * @param window - in ms
   * @param buckets - the number of buckets in a window
   * @param start - the time at which the count starts, in ms
   */
  constructor(window: number, buckets: number, start: number) {
    this.#window = window;
    this.#width = window / buckets;
    this.#start = start;
    this.#end = start + this.#width;
    this.#ring = new Float64Array(buckets + 1); // one more for the part of the oldest
    this.#steady = new SteadyTime(this.#width);
    this.#steady.at(start);
  }

  add(time: number): void {
    this.count++;
    const now = this.#steady.at(time);
    if (now > this.#end) this.#advanceTo(this.#indexOf(now)); // 6 ns an event, 13 if it always asked
    this.#ring[this.#slot]!++;
    this.#total++;
  }

  /**
   * Events per second. During the first window the divisor is the time since the start. An event at the moment
   * of a look at the end of a bucket, but after the look, belongs to the next bucket.
   */
  rate(time: number): number {
    const now = this.#steady.at(time);
    this.#advanceTo(this.#indexOf(now));
    const elapsed = Math.min(this.#window, now - this.#start);
    const inside = this.#total - this.#outside(now);
    if (this.#bucketsUntil(now) === this.#newest + 1) this.#advanceTo(this.#newest + 1);
    return elapsed > 0 ? (inside / elapsed) * 1000 : 0;
  }

  /** The part of the oldest bucket that has left the window. */
  #outside(now: number): number {
    const oldest = this.#ring[(this.#newest + 1) % this.#ring.length] as number;
    return oldest * (this.#bucketsUntil(now) - this.#newest);
  }

  #bucketsUntil(now: number): number {
    return (now - this.#start) / this.#width;
  }

  #indexOf(now: number): number {
    return Math.max(0, Math.ceil(this.#bucketsUntil(now)) - 1);
  }

  #advanceTo(index: number): void {
    const { length } = this.#ring;
    if (index - this.#newest >= length) {
      this.#ring.fill(0);
      this.#total = 0;
      this.#newest = index;
    }
    while (this.#newest < index) {
      const slot = ++this.#newest % length;
      this.#total -= this.#ring[slot] as number;
      this.#ring[slot] = 0;
    }
    this.#slot = this.#newest % length;
    this.#end = this.#start + (this.#newest + 1) * this.#width;
  }
}
