import { FifoRun } from './FifoRun.js';
import { FifoSearch } from './FifoSearch.js';
import type { Problem } from './Problem.js';
import type { TimeCells } from './timeCells.js';

/**
 * Looks for a cheap schedule. It begins with limits that follow the workers that the lower bound would like to have.
 *
 * @param burst - workers above base, for each cell
 * @param steps - how many starts of tasks the search may try
 * @returns when the tasks start, in the order of arrival; undefined if `max` workers are too few
 */
export const findSchedule = (
  problem: Problem,
  cells: TimeCells,
  burst: Float64Array,
  steps: number,
): Float64Array | undefined => {
  const { base, max } = problem;
  const costOf = (limits: Int32Array): number => {
    const run = new FifoRun(problem, cells, limits);
    while (!run.isDone) run.step();
    return run.finish();
  };
  // No task starts earlier than with this: if a task is late, it is late with any limits.
  let best = new Int32Array(cells.count).fill(max);
  let least = costOf(best);
  if (least === Infinity) return undefined;
  for (const roundUp of ROUND_UP) {
    const limits = Int32Array.from(burst, (workers) =>
      Math.min(max, base + Math.max(0, Math.floor(workers + roundUp))),
    );
    const cost = costOf(limits);
    if (cost < least) [best, least] = [limits, cost];
  }
  new FifoSearch(problem, cells, best, steps).improve();
  const run = new FifoRun(problem, cells, best);
  return Float64Array.from(problem.at, () => run.step());
};

/** What is added before the decimals are cut off. */
const ROUND_UP = [0.5, 0.7, 0.9, 1, 1.5];
