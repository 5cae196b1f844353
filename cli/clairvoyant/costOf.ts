import { Levels } from './Levels.js';
import type { Problem } from './Problem.js';

/** What a schedule costs, with the cheapest workers for it. */
export interface Cost {
  /** In ms. */
  readonly workerTime: number;
  readonly workersStarted: number;
  readonly peakWorkers: number;
}

/**
 * @param starts - when the tasks start, in ascending order
 * @param ends - when each of them ends
 * @param lastEnd - until then the base workers are paid
 */
export const costOf = (
  starts: Float64Array,
  ends: Float64Array,
  lastEnd: number,
  problem: Problem,
): Cost => {
  const levels = new Levels(problem);
  starts.forEach((start, i) => {
    levels.passTo(start);
    levels.start(start, ends[i]!);
  });
  levels.passTo(lastEnd);
  return {
    workerTime: problem.base * lastEnd + levels.cost,
    workersStarted: problem.base + levels.starts,
    peakWorkers: Math.max(problem.base, levels.peak),
  };
};
