import { cheapestPlaces } from './cheapestPlaces.js';
import { earliestEnd, type Problem } from './Problem.js';
import type { TimeCells } from './timeCells.js';

/** A lower bound, and how many workers it would like to have. */
export interface PriceBound {
  /** No schedule costs less, in ms. */
  readonly least: number;
  /** How many workers above base, for each cell; not a whole number. */
  readonly burst: Float64Array;
}

/**
 * A lower bound of the cost of any schedule, from prices of worker-time.
 *
 * Let p(t) >= 0 be any price, such that no stretch of time has a price that exceeds its length by more than a start:
 * ∫(p - 1) <= startCost over every stretch. Let N(t) be how many tasks run in a schedule, and W(t) >= N(t) how many
 * workers are up. With T as the end, the schedule costs
 *
 *     base·T + Σ over the lives of other workers (startCost + length)
 *   = base·∫(1 - p) + Σ over these lives (startCost + ∫(1 - p)) + ∫p·W.
 *
 * The middle term is >= 0 by the choice of p. The last one is at least ∫p·N, which is what the tasks pay at their
 * places, and each of them pays at least what it pays at its cheapest place. So
 *
 *     base·∫(1 - p) + Σ over tasks (the cheapest place within the wait)
 *
 * is a lower bound. T may be later than the earliest end: p <= 1 from there on makes the first term no less. It needs
 * no limit of workers, and no order of the tasks: what holds without them, holds with them.
 *
 * Every p gives a bound, and the best one is the solution of a linear program: the prices at which tasks and workers
 * agree. An ascent finds it but for a few thousandths: prices rise where more tasks run than workers are up, workers
 * come where prices are high. `startWorth` is what it is worth to have one worker more at an edge, which is 0 to
 * startCost. Before each evaluation the prices are cut so that the condition holds.
 */
export const priceBound = (problem: Problem, cells: TimeCells, rounds: number): PriceBound => {
  const { base } = problem;
  const { count } = cells;
  const prices = new Float64Array(count).fill(1);
  let { running } = cheapestPlaces(problem, cells, prices);
  const tasks = running.slice();
  const workers = new Workers(problem, cells, tasks);
  const meanPrices = prices.slice();
  const step = 1 / typicalLoad(running, cells);
  let least = base * earliestEnd(problem);
  let lastGain = 0;
  for (let round = 0; round < Math.min(rounds, lastGain + PATIENCE); round++) {
    for (let j = 0; j < count; j++) {
      const short = tasks[j]! - base - workers.ahead[j]!;
      prices[j] = Math.max(0, prices[j]! + step * short);
    }
    workers.follow(prices, 0.5 / step);
    mix(meanPrices, prices, round < 20 ? 0.2 : 0.05);
    const bound = boundAt(problem, cells, meanPrices);
    if (bound > least * (1 + SMALL_GAIN)) lastGain = round;
    least = Math.max(least, bound);
    ({ running } = cheapestPlaces(problem, cells, prices));
    mix(tasks, running, Math.max(0.02, 2 / (round + 2)));
  }
  return { least: least * (1 - ROUNDING), burst: workers.burst };
};

/** In rounds. */
const PATIENCE = 250;
/** A share of the bound. A smaller gain in a round does not count. */
const SMALL_GAIN = 1e-9;

/** Sums of many numbers are inexact. */
const ROUNDING = 1e-9;

/** The mean over the work of how many tasks run beside it. */
const typicalLoad = (running: Float64Array, { lengths }: TimeCells): number => {
  let work = 0;
  let squares = 0;
  running.forEach((count, j) => {
    work += count * lengths[j]!;
    squares += count * count * lengths[j]!;
  });
  return work > 0 ? squares / work : 1;
};

const mix = (values: Float64Array, others: Float64Array, share: number): void => {
  for (let j = 0; j < values.length; j++) values[j]! += share * (others[j]! - values[j]!);
};

/** The workers above base in the ascent. */
class Workers {
  readonly burst: Float64Array;
  /** Where the workers will be if they change once more as they just did. */
  readonly ahead: Float64Array;
  readonly #cells: TimeCells;
  readonly #startCost: number;
  readonly #startWorth: Float64Array;

  constructor({ base, startCost }: Problem, cells: TimeCells, tasks: Float64Array) {
    this.burst = tasks.map((count) => Math.max(0, count - base));
    this.ahead = this.burst.slice();
    this.#cells = cells;
    this.#startCost = startCost;
    this.#startWorth = new Float64Array(cells.count + 1);
  }

  follow(prices: Float64Array, step: number): void {
    const { count, lengths } = this.#cells;
    const { burst, ahead } = this;
    const worth = this.#startWorth;
    for (let j = 0; j < count; j++) {
      const rise = ahead[j]! - (j > 0 ? ahead[j - 1]! : 0);
      const length = Math.min(lengths[j]!, j > 0 ? lengths[j - 1]! : Infinity);
      const changed = worth[j]! + (length / (8 * step)) * rise;
      worth[j] = Math.min(this.#startCost, Math.max(0, changed));
    }
    for (let j = 0; j < count; j++) {
      const gain = prices[j]! - 1 + (worth[j + 1]! - worth[j]!) / lengths[j]!;
      const changed = Math.max(0, burst[j]! + step * gain);
      ahead[j] = 2 * changed - burst[j]!;
      burst[j] = changed;
    }
  }
}

/** Cuts the prices where they exceed what the proof allows, and says what bound they give. */
const boundAt = (problem: Problem, cells: TimeCells, prices: Float64Array): number => {
  const { base, startCost } = problem;
  const { count, edges, lengths } = cells;
  const end = earliestEnd(problem);
  const cut = new Float64Array(count);
  let ofBase = 0;
  /** The greatest sum of price - 1 over a stretch that ends here. */
  let excess = 0;
  for (let j = 0; j < count; j++) {
    const length = lengths[j]!;
    const most = edges[j + 1]! > end ? Math.min(1, prices[j]!) : prices[j]!;
    cut[j] = Math.min(most, 1 + (startCost - excess) / length);
    excess = Math.max(0, excess + (cut[j]! - 1) * length);
    ofBase += base * (1 - cut[j]!) * Math.max(0, Math.min(edges[j + 1]!, end) - edges[j]!);
  }
  return ofBase + cheapestPlaces(problem, cells, cut).cost;
};
