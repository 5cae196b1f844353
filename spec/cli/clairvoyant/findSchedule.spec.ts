import fc from 'fast-check';
import { findSchedule } from '../../../cli/clairvoyant/findSchedule.js';
import { priceBound } from '../../../cli/clairvoyant/priceBound.js';
import type { Problem } from '../../../cli/clairvoyant/Problem.js';
import { timeCells } from '../../../cli/clairvoyant/timeCells.js';
import { problemOf } from './exhaustive.js';
import { manyTasks } from './workloads.js';

const problems = fc
  .record({
    tasks: manyTasks,
    base: fc.integer({ min: 0, max: 2 }),
    burst: fc.integer({ min: 1, max: 8 }),
    startup: fc.constantFrom(0, 500),
    wait: fc.constantFrom(0, 50, 500),
  })
  .map(({ tasks, base, burst, startup, wait }) =>
    problemOf({
      tasks,
      options: { base, max: base + burst, startup, startCost: startup, wait },
    }),
  );

const schedule = (problem: Problem): Float64Array | undefined => {
  const cells = timeCells(problem);
  return findSchedule(problem, cells, priceBound(problem, cells, 100), 100_000);
};

/** The waits if all of `max` workers are always up, from the times at which each is free. */
const leastWaits = ({ at, duration, max }: Problem): number[] => {
  const free = Array<number>(max).fill(0);
  return Array.from(at, (arrival, i) => {
    const first = free.indexOf(Math.min(...free));
    const start = Math.max(arrival, free[first]!);
    free[first] = start + duration[i]!;
    return start - arrival;
  });
};

describe('findSchedule', () => {
  it('starts all tasks in order, in time, and on at most max workers', () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const { at, duration, max, wait } = problem;
        const starts = schedule(problem);
        if (!starts) return expect(Math.max(...leastWaits(problem))).toBeGreaterThan(wait);
        expect(starts).toHaveLength(at.length);
        starts.forEach((start, i) => {
          expect(start).toBeGreaterThanOrEqual(Math.max(at[i]!, starts[i - 1] ?? 0));
          expect(start).toBeLessThanOrEqual(at[i]! + wait);
          const running = starts.filter((other, j) => j < i && other + duration[j]! > start);
          expect(running.length).toBeLessThan(max);
        });
      }),
      { numRuns: 50 },
    );
  });
});
