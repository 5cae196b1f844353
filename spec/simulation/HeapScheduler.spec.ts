import * as fc from 'fast-check';
import { timer, VirtualTimeScheduler, type SchedulerLike } from 'rxjs';
import { HeapScheduler } from '../../src/simulation/HeapScheduler.js';

interface Step {
  delay: number;
  /** The delay after which the action comes again, once. */
  again: number | undefined;
  /** The number of the action that this action cancels. */
  cancels: number;
  /** The delay of an action that this action schedules. */
  inner: number | undefined;
}

const steps = fc.array(
  fc.record<Step>({
    delay: fc.nat(20),
    again: fc.option(fc.nat(20), { nil: undefined }),
    cancels: fc.nat(60),
    inner: fc.option(fc.nat(20), { nil: undefined }),
  }),
  { maxLength: 30 },
);

/** The log of all runs with their times. */
const trace = (scheduler: SchedulerLike, flush: () => void, program: readonly Step[]): string[] => {
  const log: string[] = [];
  const actions = program.map(({ delay, again, cancels, inner }, id) =>
    scheduler.schedule<number>(
      function (state) {
        const times = state ?? 0;
        log.push(`${scheduler.now()}: ${id} for the ${times + 1}. time`);
        if (again !== undefined && times === 0) this.schedule(1, again);
        actions[cancels]?.unsubscribe();
        if (inner !== undefined) {
          scheduler.schedule(() => log.push(`${scheduler.now()}: inner of ${id}`), inner);
        }
      },
      delay,
      0,
    ),
  );
  flush();
  return log;
};

describe('HeapScheduler', () => {
  it('runs the same as VirtualTimeScheduler, in the same order', () => {
    fc.assert(
      fc.property(steps, (program) => {
        const reference = new VirtualTimeScheduler();
        const heap = new HeapScheduler();
        expect(trace(heap, () => heap.flush(), program)).toEqual(
          trace(reference, () => reference.flush(), program),
        );
      }),
    );
  });

  it('stops at a time, and counts the remaining timers', () => {
    const scheduler = new HeapScheduler();
    const fired: number[] = [];
    for (const time of [3, 1, 2]) timer(time, scheduler).subscribe(() => fired.push(time));
    const cancelled = timer(4, scheduler).subscribe();
    expect(scheduler.timers).toBe(4);

    cancelled.unsubscribe();
    scheduler.flush(2);

    expect(fired).toEqual([1, 2]);
    expect(scheduler.now()).toBe(2);
    expect(scheduler.timers).toBe(1);
  });
});
