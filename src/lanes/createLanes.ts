import type { Observer } from 'rxjs';
import { checkMethods } from '../checks/check.js';
import { InvalidConfigError } from '../checks/InvalidConfigError.js';
import type { Lane, LaneDiscipline, LaneSchedule } from './LaneDiscipline.js';

/** Where the values of one lane wait: a `Fifo`, or what can do more. */
export interface LaneQueue<T> {
  readonly size: number;
  push(value: T): void;
  take(): T;
}

export interface WaitingLane<Q> extends Lane {
  readonly queue: Q;
}

export interface LanesOptions<T, Q> {
  priority: (value: T) => number;
  discipline: LaneDiscipline;
  /** Makes the queue of a lane. */
  queue: () => Q;
  /** Whether what arrives while a value is being started waits until that call has returned. `start` may not throw. */
  defers?: boolean;
}

export interface LanesOutput extends Pick<Observer<unknown>, 'error' | 'complete'> {
  /** Whether nothing that waits is to be started any more. */
  readonly closed?: boolean;
}

/** Lanes, as the observer of the values that arrive. */
export interface Lanes<T, Q> extends Pick<Observer<T>, 'next' | 'complete'> {
  /** Those in which something waits, by their priorities. */
  readonly open: Map<number, WaitingLane<Q>>;
  readonly schedule: LaneSchedule;
  /** One of those that were started has finished. What waits follows at once. */
  leave: () => void;
  /** How many may run at once. A lower limit interrupts nothing. */
  setLimit: (limit: number) => void;
}

/**
 * Starts values while fewer than a limit are running, at first none. The others wait in lanes, one for each priority,
 * first in first out: what `mergeMapLanes` and the engine are made of. All is O(1), O(log lanes) for a lane that opens
 * or closes.
 *
 * Functions and not a class, since private fields do not minify: as a class the heap alone is 35 bytes larger, compressed,
 * in a bundle of `mergeMapLanes` that has 1,500.
 *
 * @param start - starts a value and returns whether it has finished in the same call; if not, `leave` is to be called
 * when it has
 * @param output - is told when no more arrive and all have finished, or else of what was thrown by `start`, a priority
 * or the discipline, save in `next`
 */
export const createLanes = <T, Q extends LaneQueue<T>>(
  start: (value: T) => boolean,
  output: LanesOutput,
  { priority: priorityOf, discipline, queue: createQueue, defers }: LanesOptions<T, Q>,
): Lanes<T, Q> => {
  const open = new Map<number, WaitingLane<Q>>();
  const schedule = discipline();
  checkMethods(`${discipline.name || 'discipline'}()`, schedule, ['open', 'close', 'next']);
  let running = 0;
  let limit = 0;
  let completed = false;
  /** How many calls of `serve` are on the stack. */
  let depth = 0;

  const run = (value: T): void => {
    running++;
    if (start(value)) running--;
  };

  const nextLane = (): WaitingLane<Q> => {
    const given = schedule.next() as Lane | undefined; // a schedule of the user's may give anything
    const lane = given && open.get(given.priority);
    if (lane) return lane;
    throw new InvalidConfigError(
      `${discipline.name || 'discipline'}().next()`,
      given?.priority,
      'a lane in which something waits',
    );
  };

  /** By a loop, so that what finishes in the call that starts it needs no stack. */
  const serve = (): void => {
    depth++;
    try {
      while (open.size > 0 && running < limit && !output.closed) {
        const lane = nextLane();
        if (lane.queue.size === 1) {
          schedule.close(lane);
          open.delete(lane.priority);
        }
        // Not before, since a schedule that throws, which may be the user's own, must not cost a value.
        run(lane.queue.take());
      }
      if (completed && running + open.size === 0) output.complete();
    } catch (error) {
      output.error(error);
    }
    depth--;
  };

  return {
    open,
    schedule,
    next: (value) => {
      if (defers) {
        if (!depth && running < limit && open.size === 0) {
          depth++;
          run(value);
          depth--;
          return serve();
        }
      } else if (running < limit && open.size === 0) {
        run(value);
        return serve();
      }
      const priority = priorityOf(value);
      let lane = open.get(priority);
      if (!lane) {
        lane = { priority, queue: createQueue() };
        schedule.open(lane);
        open.set(priority, lane);
      }
      lane.queue.push(value);
      if (!depth) serve(); // `priority` may have ended what ran, or raised the limit
    },
    complete: () => {
      completed = true;
      serve();
    },
    leave: () => {
      running--;
      serve();
    },
    setLimit: (to) => {
      limit = to;
      if (!depth) serve();
    },
  };
};
