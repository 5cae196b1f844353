import { defer, map } from 'rxjs';
import { checkNotNegative, checkObject, checkPositive } from '../checks/check.js';
import { wantEagerLooks } from './eagerLooks.js';
import { JustInTimeRule } from './JustInTimeRule.js';
import type { ScalingPolicy } from './ScalingPolicy.js';
import { explain } from './why.js';

/** The options of `justInTimeStaffing`. */
export interface JustInTimeStaffingOptions {
  /**
   * How long a task may wait, in ms, > 0.
   *
   * @default as long as a worker takes to come up, and at least 10
   */
  wait?: number | undefined;
  /**
   * How often the target may turn from up to down, or back, for each task; >= 0. A lower number keeps workers for
   * longer. With 1 there is no limit: a worker is kept for 50 ms, or an eighth of the startup time.
   *
   * @default 0.08
   */
  reversals?: number | undefined;
}

/**
 * The least number of workers with which at most one task in a hundred waits longer than `wait`.
 *
 * ![justInTimeStaffing](../../marbles/justInTimeStaffing.svg)
 *
 * While tasks wait, the policy orders a worker for a task only if no other worker gets to the task in time: none that
 * is on order, and none that will have ended its own task. It learns how long tasks take, and how far it may trust that.
 * Too many late tasks make it cautious, too few make it bold. A worker that is not needed is kept for a while. Too
 * many reversals make that longer.
 *
 * Take it where workers cost money and a task may wait as long as a worker takes to come up. It makes use of that time:
 * the longest waits are about one startup time. Take `squareRootStaffing` where tasks must wait for less than that.
 * With a `wait` below nine tenths of the startup time the policy keeps spare workers too, which costs more.
 *
 * It needs `Load.startupTime`. Its decision, with all that it had in mind, is the `why` of a `scaled` event:
 * a {@link JustInTimeDecision}. Each subscription begins anew. For each load there is one target, nothing is dropped,
 * and errors and the completion of the loads are passed on.
 *
 * @example
 * ```ts
 * import { of } from 'rxjs';
 * import { justInTimeStaffing, whyOf, type Load } from 'rx-tasker';
 *
 * const load: Load = {
 *   time: 0, arrivalRate: 20, completionRate: 20, throughput: 20, meanExecutionTime: 500, executionTime: 50_000,
 *   completed: 100, failed: 0, queued: 0, oldestWait: 0, busy: 2, ready: 2, startupTime: 2000,
 *   current: 2, base: 2, max: 200,
 * };
 * const burst: Load = { ...load, time: 100, queued: 20 };
 * const later: Load = { ...load, time: 1100, completed: 104, queued: 18, current: 22 };
 * of(load, burst, later)
 *   .pipe(justInTimeStaffing())
 *   .subscribe((target) => console.log(target)); // 2, 22, 22
 * console.log(whyOf(burst)?.reason); // tasks waiting: 20, workers on order: 0, tasks that will end in time: about 0
 * ```
 *
 * @param options - wait and reversals
 * @returns the policy
 * @throws InvalidConfigError if an option is out of its range
 * @see {@link squareRootStaffing}, {@link whyOf}
 */
export const justInTimeStaffing = (options: JustInTimeStaffingOptions = {}): ScalingPolicy => {
  checkObject('options', options);
  const { wait, reversals = 0.08 } = options;
  if (wait !== undefined) checkPositive('wait', wait);
  checkNotNegative('reversals', reversals);

  return (loads) =>
    defer(() => {
      wantEagerLooks(loads);
      const rule = new JustInTimeRule({ wait, reversals });
      return loads.pipe(
        map((load) => {
          const decision = rule.look(load);
          explain(load, decision);
          return decision.target;
        }),
      );
    });
};
