import { FifoRun } from './FifoRun.js';
import type { Problem } from './Problem.js';
import type { TimeCells } from './timeCells.js';

/**
 * Improves limits: how many tasks each cell allows at once.
 *
 * It goes along time, and tries one task more and one less in stretches of cells: long ones first, then shorter ones.
 * The run with the changed limits and the run with the old ones go side by side from the beginning of the stretch,
 * until they are the same again. Then the difference of their costs is exact, and a cheaper change stays. So an attempt
 * costs what changes, and not the whole run.
 */
export class FifoSearch {
  readonly #problem: Problem;
  readonly #cells: TimeCells;
  readonly #limits: Int32Array;
  /** How many more starts of tasks it may try. */
  #left: number;

  /** @param limits - those of a possible schedule; they are changed */
  constructor(problem: Problem, cells: TimeCells, limits: Int32Array, steps: number) {
    this.#problem = problem;
    this.#cells = cells;
    this.#limits = limits;
    this.#left = steps;
  }

  /** @returns how many steps are left */
  improve(): number {
    let isBetter = true;
    while (isBetter && this.#left > 0) {
      isBetter = false;
      for (const length of STRETCHES) if (this.#pass(length)) isBetter = true;
    }
    return this.#left;
  }

  #pass(length: number): boolean {
    const { edges, count } = this.#cells;
    let run = new FifoRun(this.#problem, this.#cells, this.#limits);
    let isBetter = false;
    for (let from = 0; from < count && this.#left > 0; from += Math.ceil(length / 2)) {
      run = this.#passTo(edges[from]!, run);
      const to = Math.min(count, from + length);
      for (const change of [-1, 1]) {
        let times = 0;
        while (times < MOST_REPEATS && this.#changes(run, from, to, change)) times++;
        isBetter ||= times > 0;
      }
    }
    return isBetter;
  }

  /** The run until the last start before `time`. */
  #passTo(time: number, run: FifoRun): FifoRun {
    while (!run.isDone && run.earliestStart < time) {
      const further = run.copy();
      this.#left--;
      if (further.step() >= time) return run;
      run = further;
    }
    return run;
  }

  /** Changes the limits of a stretch. @returns whether that is cheaper; if not, the limits are as before */
  #changes(run: FifoRun, from: number, to: number, change: number): boolean {
    const limits = this.#limits;
    const { base, max } = this.#problem;
    const old = limits.slice(from, to);
    const changed = old.map((limit) => Math.min(max, Math.max(base, limit + change)));
    if (changed.every((limit, j) => limit === old[j])) return false;
    const gain = this.#gain(run, from, old, changed);
    if (gain > LEAST_GAIN) return true;
    limits.set(old, from);
    return false;
  }

  /** What the changed limits are cheaper by, in ms; 0 if nothing changes, or not for long. They stay. */
  #gain(run: FifoRun, from: number, old: Int32Array, changed: Int32Array): number {
    const { duration, startCost, startup } = this.#problem;
    const limits = this.#limits;
    const stretchEnd = this.#cells.edges[from + old.length]!;
    const before = run.copy();
    const after = run.copy();
    /** Until then a task runs that starts at another time than before. */
    let differsUntil = -Infinity;
    for (let step = 0; step < LONGEST_LOOK && !before.isDone; step++) {
      const length = duration[before.next]!;
      limits.set(old, from);
      const start = before.step();
      limits.set(changed, from);
      const other = after.step();
      this.#left -= 2;
      if (start !== other) differsUntil = Math.max(differsUntil, start + length, other + length);
      else if (start < stretchEnd) continue;
      else if (differsUntil === -Infinity) return 0;
      // A longer gap costs a start, however long it is.
      else if (start > differsUntil + Math.max(startCost, startup)) return before.cost - after.cost;
    }
    return before.isDone ? before.finish() - after.finish() : 0;
  }
}

/** In cells. */
const STRETCHES = [32, 16, 8, 4, 2, 1];
const MOST_REPEATS = 3;
/** In starts. */
const LONGEST_LOOK = 3000;
/** In ms. Less may be an error of rounding. */
const LEAST_GAIN = 1e-3;
