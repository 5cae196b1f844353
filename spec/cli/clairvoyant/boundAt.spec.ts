import fc from 'fast-check';
import { boundAt } from '../../../cli/clairvoyant/boundAt.js';
import { timeCells } from '../../../cli/clairvoyant/timeCells.js';
import { exhaustive, problemOf, type Workload } from './exhaustive.js';
import { smallWorkloads } from './workloads.js';

const boundOf = (workload: Workload, prices: readonly number[]): number => {
  const problem = problemOf(workload);
  const cells = timeCells(problem);
  const repeated = Float64Array.from({ length: cells.count }, (_, j) => prices[j % prices.length]!);
  return boundAt(problem, cells, repeated);
};

describe('boundAt', () => {
  it('is never above the cost of the best schedule, whatever the prices', () => {
    const prices = fc.array(fc.constantFrom(0, 0.5, 1, 1.5, 4), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(smallWorkloads({ longestWait: 3 }), prices, (workload, each) => {
        expect(boundOf(workload, each)).toBeLessThanOrEqual(exhaustive(workload) + 1e-9);
      }),
      { numRuns: 500 },
    );
  });

  it('takes the time after the earliest end at no more than its own price', () => {
    // One after the other: the end is 4, not 2.
    const tasks = [0, 0].map((at) => ({ at, duration: 2 }));
    const options = { base: 1, max: 2, startup: 10, startCost: 10, wait: 2 };
    expect(exhaustive({ tasks, options })).toBe(4);
    expect(boundOf({ tasks, options }, [4])).toBeLessThanOrEqual(4);
  });

  it('is the work if all time has the same price', () => {
    const tasks = [0, 1, 9].map((at) => ({ at, duration: 2 }));
    const options = { base: 1, max: 3, startup: 1, startCost: 1, wait: 2 };
    expect(boundOf({ tasks, options }, [1])).toBeCloseTo(6, 9);
  });

  it('is the time of base if time has no price', () => {
    const tasks = [0, 1, 9].map((at) => ({ at, duration: 2 }));
    const options = { base: 2, max: 3, startup: 1, startCost: 1, wait: 2 };
    expect(boundOf({ tasks, options }, [0])).toBeCloseTo(22, 9);
  });
});
