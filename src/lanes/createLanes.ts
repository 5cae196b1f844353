import { noop } from 'rxjs';
import { checkMethods } from '../checks/check.js';
import { InvalidConfigError } from '../checks/InvalidConfigError.js';
import type { Lane, LaneDiscipline, LaneSchedule } from './LaneDiscipline.js';

/** Where the values of one lane wait: a `Fifo`, or what can do more. */
export interface LaneQueue<T> {
  readonly size: number;
  push(value: T): void;
  take(): T;
}

interface WaitingLane<Q> extends Lane {
  readonly queue: Q;
}

export interface LanesOptions<T, Q> {
  priority: (value: T) => number;
  discipline: LaneDiscipline;
  /** Makes the queue of a lane. */
  queue: () => Q;
}

/** What waits, and how many of those that no longer wait are still running. */
export interface Lanes<T, Q = unknown> {
  /** The lanes in which something waits, by their priorities. */
  readonly open: Map<number, WaitingLane<Q>>;
  /** How many values were started and have not left. */
  running: number;
  /** How many values will come back to the lanes: while there are any, the output does not complete. */
  away: number;
  /** Starts what may start now: given by `mergeLanes`, as the next. */
  serve: () => void;
  /** Whether a value that came now would start at once. */
  isFree: () => boolean;
  /** Has a value wait. */
  push: (value: T) => void;
  /** The value whose turn it is. Only to be called while something waits. */
  take: () => T;
  /** A value that was started has ended: the next one takes its place. */
  leave: () => void;
  readonly schedule: LaneSchedule;
}

/**
 * What waits, in lanes: one for each priority, first in first out. A discipline says whose turn it is. All is O(1),
 * O(log lanes) for a lane that opens or closes.
 *
 * A schedule may be the user's own. What it throws costs no value: a value is in its lane before the schedule is told
 * of it, and leaves after the schedule has said so.
 *
 * Functions and not a class, since names of properties do not minify: every byte counts in `mergeMapLanes`.
 */
export const createLanes = <T, Q extends LaneQueue<T>>({
  priority: priorityOf,
  discipline,
  queue: createQueue,
}: LanesOptions<T, Q>): Lanes<T, Q> => {
  const open = new Map<number, WaitingLane<Q>>();
  const schedule = scheduleOf(discipline);
  const lanes: Lanes<T, Q> = {
    open,
    schedule,
    running: 0,
    away: 0,
    serve: noop,
    isFree: () => false,
    push: (value) => {
      const priority = priorityOf(value);
      const waiting = open.get(priority);
      const lane = waiting ?? { priority, queue: createQueue() };
      lane.queue.push(value);
      if (waiting) return;
      open.set(priority, lane);
      schedule.open(lane);
    },
    take: () => {
      const given = schedule.next() as Lane | undefined; // may be anything
      const lane = given && open.get(given.priority);
      if (!lane) {
        throw new InvalidConfigError(
          `${discipline.name || 'discipline'}().next()`,
          given?.priority,
          'a lane in which something waits',
        );
      }
      if (lane.queue.size === 1) {
        schedule.close(lane);
        open.delete(lane.priority);
      }
      return lane.queue.take();
    },
    leave: () => {
      lanes.running--;
      lanes.serve();
    },
  };
  return lanes;
};

/** @throws InvalidConfigError if the discipline makes no schedule */
export const scheduleOf = (discipline: LaneDiscipline): LaneSchedule => {
  const schedule = discipline();
  checkMethods(`${discipline.name || 'discipline'}()`, schedule, ['open', 'close', 'next']);
  return schedule;
};
