import * as fc from 'fast-check';
import { peakConcurrency } from '../../cli/peakConcurrency.js';
import { parsePolicy } from '../../cli/policies.js';
import { simulateSettings } from '../../cli/settings.js';

describe('peakConcurrency', () => {
  it('counts tasks that overlap, and not tasks that follow', () => {
    const tasks = [
      { at: 0, duration: 10, priority: 0 },
      { at: 5, duration: 5, priority: 0 },
      { at: 10, duration: 5, priority: 0 },
    ];
    expect(peakConcurrency(tasks)).toBe(2);
    expect(peakConcurrency(tasks.slice(0, 1))).toBe(1);
    expect(peakConcurrency([{ at: 0, duration: 0, priority: 0 }])).toBe(1);
  });

  it('counts a task of no time for a moment', () => {
    const [long, none] = [1, 0].map((duration) => ({ at: 0, duration, priority: 0 }));
    expect(peakConcurrency([long!, none!, none!])).toBe(2);
    expect(peakConcurrency([none!, none!, long!])).toBe(1);
  });

  it('is the number of workers with which no task waits', () => {
    const task = fc.record({ at: fc.nat(50), duration: fc.nat(30), priority: fc.constant(0) });
    fc.assert(
      fc.property(fc.array(task, { minLength: 1, maxLength: 40 }), (given) => {
        const tasks = given.toSorted((a, b) => a.at - b.at);
        const count = peakConcurrency(tasks);
        const rest = {
          startup: 0,
          interval: 0,
          rateWindow: 1000,
          policy: parsePolicy('rateDeficit'),
        };
        expect(simulateSettings(tasks, { ...rest, base: count, max: count }).wait.max).toBe(0);
      }),
    );
  });
});
