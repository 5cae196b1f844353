import fc from 'fast-check';
import {
  adaptiveStaffing,
  backlogThreshold,
  fixed,
  InvalidConfigError,
  justInTimeStaffing,
  rateDeficit,
  squareRootStaffing,
  type ScalingPolicy,
} from 'rx-tasker';
import { simulate } from 'rx-tasker/simulation';
import { clairvoyant, type ClairvoyantOptions } from '../../cli/clairvoyant.js';
import { inBursts, poisson } from '../simulation/workload.js';
import { exhaustive } from './clairvoyant/exhaustive.js';
import { manyTasks, smallWorkloads } from './clairvoyant/workloads.js';

const options = (given: Partial<ClairvoyantOptions> = {}): ClairvoyantOptions => {
  const { startup = 2000 } = given;
  return { base: 1, max: 9, startup, startCost: startup, wait: 0, ...given };
};

/** Tasks as pairs of arrival and duration, in seconds. */
const tasksOf = (...pairs: readonly (readonly [number, number])[]) =>
  pairs.map(([at, duration]) => ({ at: 1000 * at, duration: 1000 * duration }));

describe('clairvoyant', () => {
  it.each<[string, ReturnType<typeof tasksOf>, Partial<ClairvoyantOptions>, number, number]>([
    // Base: 10 s.
    ['pays base for one task', tasksOf([5, 10]), {}, 10, 1],
    // Base: from 0 to 22. Nothing else, though base is idle for 18 s.
    ['pays base through a gap', tasksOf([0, 2], [20, 2]), {}, 22, 1],
    // Base: 10 s. The other worker: 2 s startup, 3 s task.
    ['pays a startup for a second task', tasksOf([0, 10], [4, 3]), {}, 15, 2],
    // Base: 10 s. The other worker: startup 2 s, tasks 1 s each, 1.5 s between them; a start would be 2 s.
    ['keeps a worker through a short gap', tasksOf([0, 10], [4, 1], [6.5, 1]), {}, 15.5, 2],
    // Base: 10 s. Two others: startup 2 s and task 1 s each; the gap would be 3 s.
    ['starts anew after a long gap', tasksOf([0, 10], [4, 1], [8, 1]), {}, 16, 3],
    // As before, but a start costs 5 s: startup 2 s and 3 s beside. So the gap of 3 s is kept: 10 + 5 + 1 + 3 + 1.
    [
      'keeps a worker if starts are dear',
      tasksOf([0, 10], [4, 1], [8, 1]),
      { startCost: 5000 },
      20,
      2,
    ],
    // Base: 8 s. No other worker, since the second task waits for 1 s.
    ['lets a task wait for base', tasksOf([0, 4], [3, 4]), { wait: 1000 }, 8, 1],
    // Two tasks from 3 to 4, since a wait of 0.9 s is of no use. Then one of the workers leaves: 7 + 2 + 1.
    ['starts if base is free too late', tasksOf([0, 4], [3, 4]), { wait: 900 }, 10, 2],
    // Level 2 is busy from 4 to 5 and from 8 to 9. With a wait of 3 s: from 7 to 9 at a stretch: 10 + 2 + 2.
    ['puts tasks together', tasksOf([0, 10], [4, 1], [8, 1]), { wait: 3000 }, 14, 2],
    // Each of four tasks at once has 4 s. Base and another worker: 8 s, 2 s + 8 s. With 4 workers: 4 + 3 · 6 = 22.
    [
      'serves a burst with few workers',
      tasksOf([0, 4], [0, 4], [0, 4], [0, 4]),
      { wait: 4000 },
      18,
      2,
    ],
    // Two workers without base: startups 2 · 2 s, tasks 2 + 3 s.
    ['pays all workers without base', tasksOf([0, 2], [1, 3]), { base: 0 }, 9, 2],
    // Without base and with a wait of 1 s: startup 2 s, tasks 2 + 3 s.
    ['uses a burst worker again', tasksOf([0, 2], [1, 3]), { base: 0, wait: 1000 }, 7, 1],
    // A worker that is up at the moment, 2 s, for a task that takes no time. Base: 3 s.
    ['pays a startup for a task of no time', tasksOf([0, 3], [1, 0]), {}, 5, 2],
    // Base: 2 s; at 1 s the next task takes the worker over.
    ['takes a worker over at once', tasksOf([0, 1], [1, 1]), {}, 2, 1],
  ])('%s', (_, tasks, given, seconds, started) => {
    const found = clairvoyant(tasks, options(given))!;
    expect(found.workerSeconds).toBeCloseTo(seconds, 9);
    expect(found.workersStarted).toBe(started);
    expect(found.leastSeconds).toBeLessThanOrEqual(seconds);
  });

  it('pays nothing without tasks', () => {
    expect(clairvoyant([], options())).toEqual({
      ...{ workerSeconds: 0, leastSeconds: 0, workersStarted: 0, peakWorkers: 0 },
    });
  });

  it('finds nothing if all workers are too few', () => {
    const tasks = tasksOf([0, 4], [0, 4], [0, 4]);
    expect(clairvoyant(tasks, options({ max: 2 }))).toBeUndefined();
    expect(clairvoyant(tasks, options({ max: 2, wait: 3999 }))).toBeUndefined();
    expect(clairvoyant(tasks, options({ max: 2, wait: 4000 }))!.peakWorkers).toBe(2);
    expect(clairvoyant(tasks, options({ max: 3 }))!.peakWorkers).toBe(3);
  });

  it('counts base workers that are not needed', () => {
    const found = clairvoyant(tasksOf([0, 4]), options({ base: 3 }))!;
    expect(found).toMatchObject({ workerSeconds: 12, workersStarted: 3, peakWorkers: 3 });
  });

  it.each<[string, Partial<ClairvoyantOptions>]>([
    ['base', { base: -1 }],
    ['base', { base: 1.5 }],
    ['max', { base: 3, max: 2 }],
    ['max', { base: 0, max: 0 }],
    ['startup', { startup: NaN, startCost: 0 }],
    ['startCost', { startCost: -1 }],
    ['wait', { wait: Infinity }],
  ])('refuses a wrong %s', (field, given) => {
    expect(() => clairvoyant([], options(given))).toThrow(InvalidConfigError);
    expect(() => clairvoyant([], options(given))).toThrow(expect.objectContaining({ field }));
  });

  it('refuses wrong tasks', () => {
    const fieldOf = (...tasks: { at: number; duration: number }[]) => {
      try {
        return clairvoyant(tasks, options());
      } catch (error) {
        return error instanceof InvalidConfigError && error.field;
      }
    };
    expect(fieldOf({ at: NaN, duration: 1 })).toBe('tasks[0].at');
    expect(fieldOf({ at: 5, duration: 1 }, { at: 4, duration: 1 })).toBe('tasks[1].at');
    expect(fieldOf({ at: 0, duration: -1 })).toBe('tasks[0].duration');
    expect(fieldOf({ at: 0, duration: Infinity })).toBe('tasks[0].duration');
  });

  it('is as cheap as the best of all schedules if no task may wait', () => {
    fc.assert(
      fc.property(smallWorkloads({ longestWait: 0 }), (workload) => {
        const least = exhaustive(workload);
        const found = clairvoyant(workload.tasks, workload.options);
        if (least === Infinity) return expect(found).toBeUndefined();
        expect(found!.workerSeconds).toBeCloseTo(least / 1000, 9);
        expect(found!.leastSeconds).toBeCloseTo(least / 1000, 9);
      }),
    );
  });

  it('has the best of all schedules between its two costs', () => {
    fc.assert(
      fc.property(smallWorkloads({ longestWait: 4 }), (workload) => {
        const least = exhaustive(workload);
        const found = clairvoyant(workload.tasks, workload.options);
        if (least === Infinity) return expect(found).toBeUndefined();
        expect(found!.leastSeconds).toBeLessThanOrEqual(least / 1000 + 1e-9);
        expect(found!.workerSeconds).toBeGreaterThanOrEqual(least / 1000 - 1e-9);
      }),
      { numRuns: 50 },
    );
  });

  it('finds a schedule for a measured wait, whatever its decimals', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.double({ min: 0, max: 1, noNaN: true }),
            fc.double({ min: 0, max: 9, noNaN: true }),
          ),
          { minLength: 1, maxLength: 30 },
        ),
        (pairs) => {
          let at = 0;
          const tasks = pairs.map(([gap, duration]) => ({ at: (at += gap), duration }));
          const run = simulate({ tasks, config: { workerCount: 2, maxWorkerCount: 2 } });
          const found = clairvoyant(tasks, options({ base: 2, max: 2, wait: run.wait.max }))!;
          expect(found.workerSeconds).toBeCloseTo(run.workerSeconds, 9);
        },
      ),
    );
  });

  it('finds the best of all schedules in most cases', () => {
    const workloads = fc.sample(smallWorkloads({ longestWait: 4 }), { numRuns: 60, seed: 1 });
    const ratios = workloads.flatMap((workload) => {
      const found = clairvoyant(workload.tasks, workload.options);
      return found ? [(1000 * found.workerSeconds) / exhaustive(workload)] : [];
    });
    const best = ratios.filter((ratio) => ratio < 1 + 1e-9).length;
    expect(best / ratios.length).toBeGreaterThan(0.95);
  });

  // The limits are those that the search meets. Without it, the two differ by 6.8 %, 3.1 %, 2.0 % and 1.4 %.
  it.each([
    ['steady', 500, 1.05],
    ['steady', 2000, 1.02],
    ['bursts', 500, 1.015],
    ['bursts', 2000, 1.011],
  ])('has its two costs near to each other: %s, start-up %s ms', (workload, startup, most) => {
    const tasks =
      workload === 'steady'
        ? [...poisson({ count: 200, rate: 0.01, mean: 500 })]
        : [...inBursts({ count: 200, rate: 0.02, mean: 1000, length: 30_000 })];
    const found = clairvoyant(tasks, options({ base: 2, max: 200, startup, wait: startup }))!;
    expect(found.workerSeconds / found.leastSeconds).toBeLessThan(most);
  });

  const policies: Record<string, () => ScalingPolicy> = {
    justInTimeStaffing,
    squareRootStaffing,
    adaptiveStaffing,
    rateDeficit,
    backlogThreshold: () => backlogThreshold({ threshold: 2, step: 2 }),
    fixed: () => fixed(3),
  };

  it.each(Object.entries(policies))('is never undercut by %s', (_, policy) => {
    fc.assert(
      fc.property(
        manyTasks,
        fc.constantFrom(0, 100, 1000),
        fc.integer({ min: 1, max: 3 }),
        (tasks, startup, base) => {
          const run = simulate({
            tasks,
            config: { workerCount: base, maxWorkerCount: 20, scaling: policy() },
            startup: (n) => (n < base ? 0 : startup),
          });
          const found = clairvoyant(tasks, options({ base, max: 20, startup, wait: run.wait.max }));
          expect(run.workerSeconds).toBeGreaterThanOrEqual(found!.leastSeconds - 1e-9);
        },
      ),
      { numRuns: 40 },
    );
  });
});
