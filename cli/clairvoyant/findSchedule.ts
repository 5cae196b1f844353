import { FifoRun } from './FifoRun.js';
import { FifoSearch } from './FifoSearch.js';
import type { PriceBound } from './priceBound.js';
import type { Problem } from './Problem.js';
import type { TimeCells } from './timeCells.js';

/**
 * Looks for a cheap schedule. It improves the best of these limits: those that follow the workers that the lower bound
 * would like to have, and those that never change. The next best get the steps that are left.
 *
 * @param bound - what it would like to have, and the cost at which nothing is left to gain
 * @param steps - how many starts of tasks the search may try
 * @returns when the tasks start, in the order of arrival; undefined if `max` workers are too few
 */
export const findSchedule = (
  problem: Problem,
  cells: TimeCells,
  { burst, least }: PriceBound,
  steps: number,
): Float64Array | undefined => {
  const trialOf = (limits: Int32Array): Trial => {
    const run = new FifoRun(problem, cells, limits);
    while (!run.isDone) run.step();
    return { limits, cost: run.finish() };
  };
  // No task starts earlier than with this: if a task is late, it is late with any limits.
  const widest = trialOf(new Int32Array(cells.count).fill(problem.max));
  if (widest.cost === Infinity) return undefined;

  const trials = [widest, ...firstLimits(problem, burst).map(trialOf)].sort(byCost);
  let left = steps;
  const improved = trials
    .filter(({ cost }) => cost < Infinity)
    .slice(0, MOST_SEARCHES)
    .map(({ limits, cost }) => {
      if (cost <= least * NEAR) return { limits, cost };
      left = new FifoSearch(problem, cells, limits, left).improve();
      return trialOf(limits);
    });
  const run = new FifoRun(problem, cells, improved.sort(byCost)[0]!.limits);
  return Float64Array.from(problem.at, () => run.step());
};

interface Trial {
  readonly limits: Int32Array;
  readonly cost: number;
}

const byCost = (a: Trial, b: Trial): number => a.cost - b.cost;

const firstLimits = ({ base, max }: Problem, burst: Float64Array): Int32Array[] => {
  const limited = (limitOf: (workers: number) => number): Int32Array =>
    Int32Array.from(burst, (workers) => Math.min(max, Math.max(base, limitOf(workers))));
  const constant: Int32Array[] = [];
  for (let limit = base; limit < max; limit = Math.max(limit + 1, Math.round(limit * 1.3))) {
    constant.push(limited(() => limit));
  }
  const rounded = ROUND_UP.map((more) => limited((workers) => base + Math.floor(workers + more)));
  return [...rounded, ...constant];
};

/** What is added before the decimals are cut off. */
const ROUND_UP = [0.5, 0.7, 0.9, 1, 1.5];

/** Two thousandths would be seen in a table, a tenth of them is not worth seconds. */
const NEAR = 1.0002;

const MOST_SEARCHES = 3;
