import { boundAt } from './boundAt.js';
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
 * The best lower bound that was found from prices of worker-time.
 *
 * Each price gives a bound: `boundAt` says why. The best one is the solution of a linear program: the prices at which
 * tasks and workers agree. An ascent comes near to it: prices rise where more tasks run than workers are up, and
 * workers come where prices are high. `startWorth` is what it is worth to have one worker more at an edge, which is
 * 0 to startCost.
 *
 * @param rounds - how many steps the ascent makes at most
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
