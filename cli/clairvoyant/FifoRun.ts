import { Levels } from './Levels.js';
import type { Problem } from './Problem.js';
import type { TimeCells } from './timeCells.js';

/**
 * Starts tasks in the order of arrival. A task starts as soon as fewer tasks run than the cell of that moment allows,
 * and at the latest when it has waited for `wait`. So every limit gives a schedule in which no task waits longer. If
 * more than `max` tasks run at once, then there is no schedule for the limit, and its cost is Infinity.
 */
export class FifoRun {
  readonly #problem: Problem;
  readonly #cells: TimeCells;
  /** How many tasks a cell allows at once. The caller may change it for what is to come. */
  readonly #limits: Int32Array;
  readonly #levels: Levels;
  /** The next task to start. */
  next = 0;
  #cell = 0;
  #time = 0;
  #lastEnd = 0;
  #isPossible = true;

  constructor(
    problem: Problem,
    cells: TimeCells,
    limits: Int32Array,
    levels = new Levels(problem),
  ) {
    this.#problem = problem;
    this.#cells = cells;
    this.#limits = limits;
    this.#levels = levels;
  }

  get isDone(): boolean {
    return this.next === this.#problem.at.length;
  }

  /** What the workers above base have cost until the latest start, in ms. */
  get cost(): number {
    return this.#isPossible ? this.#levels.cost : Infinity;
  }

  /** What all workers cost until the last end, in ms, when all tasks have started. */
  finish(): number {
    this.#levels.passTo(this.#lastEnd);
    return this.cost + this.#problem.base * this.#lastEnd;
  }

  /** No earlier than this does the next task start. */
  get earliestStart(): number {
    return Math.max(this.#time, this.#problem.at[this.next]!);
  }

  /** Starts the next task. @returns when */
  step(): number {
    const { at, duration, wait, max } = this.#problem;
    const { edges, count } = this.#cells;
    const levels = this.#levels;
    const latest = at[this.next]! + wait;
    let time = this.earliestStart;
    for (;;) {
      levels.passTo(time);
      while (this.#cell < count - 1 && edges[this.#cell + 1]! <= time) this.#cell++;
      if (time >= latest || levels.running < this.#limits[this.#cell]!) break;
      time = Math.min(latest, levels.nextEnd);
      if (this.#cell < count - 1) time = Math.min(time, edges[this.#cell + 1]!);
    }
    if (levels.running >= max) this.#isPossible = false;
    const end = time + duration[this.next]!;
    levels.start(time, end);
    this.#lastEnd = Math.max(this.#lastEnd, end);
    this.#time = time;
    this.next++;
    return time;
  }

  copy(): FifoRun {
    const copy = new FifoRun(this.#problem, this.#cells, this.#limits, this.#levels.copy());
    copy.next = this.next;
    copy.#cell = this.#cell;
    copy.#time = this.#time;
    copy.#lastEnd = this.#lastEnd;
    copy.#isPossible = this.#isPossible;
    return copy;
  }
}
