import { cheapestPlaces } from './cheapestPlaces.js';
import { earliestEnd, type Problem } from './Problem.js';
import type { TimeCells } from './timeCells.js';

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
 * @param prices - >= 0, for each cell; they are cut first where they exceed what the proof allows
 * @returns the bound, in ms
 */
export const boundAt = (problem: Problem, cells: TimeCells, prices: Float64Array): number => {
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
