import fc from 'fast-check';
import type { Workload } from './exhaustive.js';

/** Few tasks with times in whole ms. A start costs at least its startup. */
export const smallWorkloads = ({ longestWait }: { longestWait: number }): fc.Arbitrary<Workload> =>
  fc
    .record({
      gaps: fc.array(
        fc.record({
          gap: fc.integer({ min: 0, max: 4 }),
          duration: fc.integer({ min: 1, max: 6 }),
        }),
        { minLength: 1, maxLength: 5 },
      ),
      base: fc.integer({ min: 0, max: 2 }),
      burst: fc.integer({ min: 1, max: 5 }),
      startup: fc.integer({ min: 0, max: 4 }),
      more: fc.integer({ min: 0, max: 4 }),
      wait: fc.integer({ min: 0, max: longestWait }),
    })
    .map(({ gaps, base, burst, startup, more, wait }) => {
      let at = 0;
      return {
        tasks: gaps.map(({ gap, duration }) => ({ at: (at += gap), duration })),
        options: { base, max: base + burst, startup, startCost: startup + more, wait },
      };
    });

/** Dozens of tasks with times in whole ms, some of them at once. */
export const manyTasks: fc.Arbitrary<{ at: number; duration: number }[]> = fc
  .array(
    fc.record({
      gap: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 300 })),
      duration: fc.oneof(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 3000 })),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((gaps) => {
    let at = 0;
    return gaps.map(({ gap, duration }) => ({ at: (at += gap), duration }));
  });
