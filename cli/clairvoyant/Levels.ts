import type { Problem } from './Problem.js';

/**
 * The cheapest workers for tasks that start at known times.
 *
 * ```
 * tasks at once   3 │    ██  ██          the gap of level 3 is paid: it is cheaper than a start
 *                 2 │  ████████      ██  level 2 starts twice
 *            base 1 │████████████████████████
 * ```
 *
 * Level k is busy while at least k tasks run, and has one worker at a time. A level up to `base` is always paid for.
 * Another one pays for each busy stretch, and for each gap between two of them either the gap or a start. It can pay
 * for a start only if the gap is no shorter than the startup. So no level has two workers at once, and there are never
 * more workers than levels. If a start costs at least its startup, then a shorter gap is cheaper than a start, and no
 * choice of workers is cheaper than this one: the paid levels lie within each other, and each worker counts in one.
 *
 * Workers for the first tasks are ordered before the first arrival: who knows the future has them up in time.
 */
export class Levels {
  readonly #base: number;
  readonly #startup: number;
  readonly #startCost: number;
  /** The ends of the running tasks, in ascending order, from `#head`. */
  #ends: number[] = [];
  #head = 0;
  /** The end of the last busy stretch of a level. */
  #last: number[] = [];
  #now = -Infinity;
  /** What the levels above base have cost until the last start or end, in ms. */
  cost = 0;
  /** The number of starts above base. */
  starts = 0;
  peak = 0;

  constructor({ base, startup, startCost }: Pick<Problem, 'base' | 'startup' | 'startCost'>) {
    this.#base = base;
    this.#startup = startup;
    this.#startCost = startCost;
  }

  get running(): number {
    return this.#ends.length - this.#head;
  }

  /** When the next running task ends; Infinity if none runs. */
  get nextEnd(): number {
    return this.#ends[this.#head] ?? Infinity;
  }

  /** Ends all tasks that end until `time`. */
  passTo(time: number): void {
    let end = this.nextEnd;
    while (end <= time) {
      this.#accrue(end);
      this.#last[this.running] = end;
      this.#head++;
      if (end === Infinity) break;
      end = this.nextEnd;
    }
    if (this.#head < 32 || this.#head < this.running) return;
    this.#ends = this.#ends.slice(this.#head);
    this.#head = 0;
  }

  /** Starts a task, after `passTo(time)`. */
  start(time: number, end: number): void {
    this.#accrue(time);
    const ends = this.#ends;
    let place = ends.length;
    while (place > this.#head && ends[place - 1]! > end) {
      ends[place] = ends[place - 1]!;
      place--;
    }
    ends[place] = end;
    const level = this.running;
    if (level > this.peak) this.peak = level;
    if (level > this.#base) this.#open(time - (this.#last[level] ?? -Infinity));
  }

  copy(): Levels {
    const copy = new Levels({
      base: this.#base,
      startup: this.#startup,
      startCost: this.#startCost,
    });
    copy.#ends = this.#ends.slice(this.#head);
    copy.#last = this.#last.slice();
    copy.#now = this.#now;
    copy.cost = this.cost;
    copy.starts = this.starts;
    copy.peak = this.peak;
    return copy;
  }

  #open(gap: number): void {
    if (gap < this.#startup || gap <= this.#startCost) {
      this.cost += gap;
    } else {
      this.cost += this.#startCost;
      this.starts++;
    }
  }

  #accrue(time: number): void {
    const burst = this.running - this.#base;
    if (burst > 0) this.cost += burst * (time - this.#now);
    this.#now = time;
  }
}
