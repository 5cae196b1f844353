import { monitorEventLoopDelay } from 'node:perf_hooks';
import { defer, finalize, map, type Observable, type SchedulerLike } from 'rxjs';
import { InvalidConfigError } from 'rx-tasker';
import { every } from './every.js';

/** The options of `eventLoopDelay`. */
export interface EventLoopDelayOptions {
  /**
   * The time between two values, in ms, >= 100 and < 2³¹. A shorter time has too few delays in it.
   *
   * @default 1000
   */
  interval?: number | undefined;
  /**
   * Which percentile of the delays of an interval is emitted; > 0 and <= 100.
   *
   * @default 99
   */
  percentile?: number | undefined;
  /**
   * Gives the timer of the values. The delays are those of real time with any.
   *
   * @default a timer of Node that does not hold the process open
   */
  scheduler?: SchedulerLike | undefined;
}

/** Node looks at its event loop so often, in ms. What it measures contains that time. */
const RESOLUTION = 10;

/**
 * How late the event loop is, in ms: how long something that is ready waits until this process comes to it. Take it for
 * `stepDownWhile`, where tasks compute in this process, or parse much.
 *
 * A value comes every `interval` ms. It is the `percentile` of some hundred delays within the interval, as
 * `monitorEventLoopDelay` of `node:perf_hooks` measures them. An idle process has less than 1 ms. A delay is seen in whole
 * when it is over.
 *
 * Each subscription measures by itself; nothing is measured, and no timer runs, without one. The timer does not hold the
 * process open, unless it is that of a `scheduler`.
 *
 * @example
 * ```ts
 * import { map } from 'rxjs';
 * import { squareRootStaffing, stepDownWhile, TaskManager } from 'rx-tasker';
 * import { eventLoopDelay } from 'rx-tasker/node';
 *
 * const isLate$ = eventLoopDelay().pipe(map((delay) => delay > 100));
 * const manager = new TaskManager({
 *   onCreate: () => ({}), onDestroy: () => undefined, workerCount: 2, maxWorkerCount: 10,
 *   scaling: (loads) => loads.pipe(squareRootStaffing(), stepDownWhile(isLate$)),
 * });
 * await manager.stop();
 * ```
 *
 * @param options - interval, percentile and scheduler
 * @returns a cold Observable of delays, which never completes
 * @throws InvalidConfigError if an option is out of its range
 * @see {@link memoryUse}
 */
export const eventLoopDelay = (options: EventLoopDelayOptions = {}): Observable<number> => {
  const ticks$ = every(options, 100);
  const { percentile = 99 } = options;
  if (typeof percentile !== 'number' || !(percentile > 0 && percentile <= 100)) {
    throw new InvalidConfigError('percentile', percentile, 'a number > 0 and <= 100');
  }
  return defer(() => {
    const delays = monitorEventLoopDelay({ resolution: RESOLUTION });
    delays.enable();
    return ticks$.pipe(
      map(() => {
        const delay = Math.max(0, delays.percentile(percentile) / 1e6 - RESOLUTION);
        delays.reset();
        return delay;
      }),
      finalize(() => delays.disable()),
    );
  });
};
