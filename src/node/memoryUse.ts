import { readFileSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';
import { defer, map, startWith, type Observable, type SchedulerLike } from 'rxjs';
import { cgroupMemory } from './cgroupMemory.js';
import { every } from './every.js';

/** The options of `memoryUse`. */
export interface MemoryUseOptions {
  /**
   * The time between two values, in ms, >= 1 and < 2³¹.
   *
   * @default 1000
   */
  interval?: number | undefined;
  /**
   * Gives the timer.
   *
   * @default a timer of Node that does not hold the process open
   */
  scheduler?: SchedulerLike | undefined;
}

/**
 * How much of the memory is in use, as a share of 0 … 1. Take it for `stepDownWhile`, where each worker needs memory: a
 * browser, for example.
 *
 * In a container with a limit it is the share of that limit, which the processes of the container have in use together: of
 * version 1 or 2 of Linux's cgroups, of the nearest limit where there are several. What caches files and has not been used
 * lately does not count. Without a limit it is the share of the machine's memory that `node:os` does not call free. On
 * macOS that says little, since hardly anything is free there.
 *
 * A value comes at once, and then every `interval` ms. Each subscription measures by itself; nothing is measured, and no
 * timer runs, without one. The timer does not hold the process open, unless it is that of a `scheduler`.
 *
 * @example
 * ```ts
 * import { map } from 'rxjs';
 * import { squareRootStaffing, stepDownWhile, TaskManager } from 'rx-tasker';
 * import { memoryUse } from 'rx-tasker/node';
 *
 * const isFull$ = memoryUse().pipe(map((share) => share > 0.85));
 * const manager = new TaskManager({
 *   onCreate: () => ({}), onDestroy: () => undefined, workerCount: 2, maxWorkerCount: 10,
 *   scaling: (loads) => loads.pipe(squareRootStaffing(), stepDownWhile(isFull$)),
 * });
 * await manager.stop();
 * ```
 *
 * @param options - interval and scheduler
 * @returns a cold Observable of shares, which never completes
 * @throws InvalidConfigError if an option is out of its range
 * @see {@link eventLoopDelay}
 */
export const memoryUse = (options: MemoryUseOptions = {}): Observable<number> => {
  const ticks$ = every(options);
  return defer(() => ticks$.pipe(startWith(undefined), map(usedShare)));
};

const usedShare = (): number => {
  const total = totalmem();
  return cgroupMemory(readIfThere, total) ?? 1 - freemem() / total;
};

/** A file may go, with its cgroup, at any time. */
const readIfThere = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};
