import { defer, map } from 'rxjs';
import { check, checkFunction, checkObject, checkPositive } from '../checks/check.js';
import type { Load } from './Load.js';
import { Round } from './Round.js';
import type { ScalingPolicy } from './ScalingPolicy.js';

/** The options of `aimd`. */
export interface AimdOptions {
  /**
   * What the limit is multiplied by at an overload; > 0 and < 1.
   *
   * @default 0.9
   */
  backoffRatio?: number | undefined;
  /**
   * The mean execution time of a window above which the window counts as overloaded, in ms, > 0.
   *
   * @default none
   */
  latency?: number | undefined;
  /**
   * Whether an error of an attempt says that too much runs at once: a 429, for example. Without it, every task that
   * fails counts.
   */
  isOverload?: ((error: unknown) => boolean) | undefined;
}

/**
 * A limit of starts that finds itself: one more while all of it is used, a tenth less when something is overloaded.
 * Take it for a `concurrency`, where what tasks use answers with errors to too many of them. If it only becomes slow,
 * take `gradient`.
 *
 * ![aimd](../../marbles/aimd.svg)
 *
 * The limit is `max` at first, and from then on 1 … `max`. After an overload it is ⌊limit · `backoffRatio`⌋ at once. It
 * rises by one at the end of a window in which as many tasks ran as it allows.
 *
 * A window ends at the first look at which as many tasks have ended as ran when it began. So nine errors of one window
 * lower the limit once: the tasks that ran at the overload belong to it, and what they end with says nothing new.
 * Cancelled tasks are no sign of an overload.
 *
 * The policy asks `isOverload` about `Load.errors`, which has the errors of attempts that are tried again too. Without
 * `isOverload` it looks at `Load.failed` alone.
 *
 * Source: additive increase and multiplicative decrease (Chiu and Jain, "Analysis of the increase and decrease
 * algorithms for congestion avoidance in computer networks", Computer Networks and ISDN Systems 17, 1989), once for each
 * round-trip as in TCP. The defaults are those of `AIMDLimit` in Netflix's concurrency-limits.
 *
 * @example
 * ```ts
 * import { from } from 'rxjs';
 * import { aimd, type Load } from 'rx-tasker';
 *
 * const load: Load = {
 *   time: 0, arrivalRate: 20, completionRate: 20, throughput: 20, meanExecutionTime: 500,
 *   completed: 100, failed: 0, queued: 9, busy: 10, executionTime: 50_000, oldestWait: 0, ready: 10, startupTime: 0, current: 10, base: 2, max: 10,
 * };
 * const tooMany = { status: 429 };
 * from([
 *   { ...load, time: 0 },
 *   { ...load, time: 100, completed: 102, errors: [tooMany, tooMany] },
 *   { ...load, time: 200, completed: 104, errors: [tooMany] },
 *   { ...load, time: 300, completed: 112, busy: 9 },
 *   { ...load, time: 400, completed: 121, busy: 9 },
 * ])
 *   .pipe(aimd({ isOverload: (error) => error === tooMany }))
 *   .subscribe((limit) => console.log(limit)); // 10, 9, 9, 9, 10
 * ```
 *
 * @param options - backoffRatio, latency and isOverload
 * @returns the policy
 * @throws InvalidConfigError if an option is out of its range
 * @see {@link gradient}, {@link lowest}
 */
export const aimd = (options: AimdOptions = {}): ScalingPolicy => {
  checkObject('options', options);
  const { backoffRatio = 0.9, latency, isOverload } = options;
  check(
    checkPositive('backoffRatio', backoffRatio) < 1,
    'a number < 1',
    'backoffRatio',
    backoffRatio,
  );
  if (latency !== undefined) checkPositive('latency', latency);
  if (isOverload !== undefined) checkFunction('isOverload', isOverload);

  return (loads) =>
    defer(() => {
      const round = new Round();
      let limit = Infinity;
      /** Whether the tasks that ran at the last overload still run. */
      let isRecovering = false;
      let before: Load | undefined;

      const hasErrors = (load: Load): boolean =>
        isOverload
          ? (load.errors ?? []).some((error) => isOverload(error))
          : load.failed > (before ?? load).failed;

      return loads.pipe(
        map((load) => {
          const { max } = load;
          const isOver = hasErrors(load);
          before = load;
          limit = Math.min(limit, max);
          const past = round.look(load);
          const isSlow = past !== undefined && latency !== undefined && past.meanTime > latency;
          if (!isRecovering && (isOver || isSlow)) {
            limit = Math.max(1, Math.floor(limit * backoffRatio));
            isRecovering = true;
            round.begin(load);
          } else if (past) {
            if (!isRecovering && past.running >= limit) limit = Math.min(limit + 1, max);
            isRecovering = false;
          }
          return limit;
        }),
      );
    });
};
