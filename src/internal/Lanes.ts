import type { Lane, LaneSchedule } from '../operators/LaneDiscipline.js';

/** Where the values of one lane wait: a `Fifo`, or what can do more. */
export interface LaneQueue<T> {
  readonly size: number;
  push(value: T): void;
  take(): T;
}

export interface WaitingLane<T, Q extends LaneQueue<T>> extends Lane {
  readonly queue: Q;
}

/** What waits, first in first out within each priority. All is O(1), O(log lanes) for a lane that opens or closes. */
export class Lanes<T, Q extends LaneQueue<T>> {
  /** How many values wait. */
  size = 0;
  protected readonly open = new Map<number, WaitingLane<T, Q>>();
  protected readonly priorityOf: (value: T) => number;
  readonly #schedule: LaneSchedule;
  readonly #createQueue: () => Q;

  constructor(schedule: LaneSchedule, priorityOf: (value: T) => number, createQueue: () => Q) {
    this.#schedule = schedule;
    this.priorityOf = priorityOf;
    this.#createQueue = createQueue;
  }

  add(value: T): void {
    const priority = this.priorityOf(value);
    let lane = this.open.get(priority);
    const isNew = !lane;
    if (!lane) this.open.set(priority, (lane = { priority, queue: this.#createQueue() }));
    lane.queue.push(value);
    this.size++;
    if (isNew) this.#schedule.open(lane);
  }

  /** The value whose turn it is; only to be called while there is one. */
  take(): T {
    const lane = this.#schedule.next() as WaitingLane<T, Q>;
    this.#schedule.served(lane);
    if (lane.queue.size === 1) this.close(lane);
    // Last, since a schedule that throws, which may be the user's own, must not cost a value.
    this.size--;
    return lane.queue.take();
  }

  protected close(lane: WaitingLane<T, Q>): void {
    this.#schedule.close(lane);
    this.open.delete(lane.priority);
  }
}
