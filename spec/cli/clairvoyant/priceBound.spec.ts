import { priceBound } from '../../../cli/clairvoyant/priceBound.js';
import { timeCells } from '../../../cli/clairvoyant/timeCells.js';
import { exhaustive, problemOf, type Workload } from './exhaustive.js';

describe('priceBound', () => {
  it('comes near to the cost of the best schedule where each task needs a start', () => {
    const workload: Workload = {
      tasks: Array.from({ length: 5 }, () => ({ at: 0, duration: 4 })),
      options: { base: 0, max: 5, startup: 2, startCost: 2, wait: 1 },
    };
    // Each task overlaps with the others, so there are five starts: 5 · (2 + 4).
    expect(exhaustive(workload)).toBe(30);
    const problem = problemOf(workload);
    const { least } = priceBound(problem, timeCells(problem), 300);
    expect(least).toBeGreaterThan(29);
    expect(least).toBeLessThanOrEqual(30);
  });
});
