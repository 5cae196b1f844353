import type { Lane, LaneSchedule } from '../operators/LaneDiscipline.js';
import { Fifo } from './Fifo.js';

interface Options<T> {
  schedule: LaneSchedule;
  priority: (value: T) => number;
  /** Whether a value goes ahead of those of its priority that came without this. Default: none does. */
  ahead?: (value: T) => boolean;
  /** Whether a waiting value is not wanted any more: what `drop` was called for. */
  dropped?: (value: T) => boolean;
}

/**
 * What waits, first in first out within each priority. All is O(1), O(log lanes) for a lane that opens or closes.
 * A schedule that throws, which may be the user's own, loses no value: it is still among those iterated over.
 */
export class Lanes<T> implements Iterable<T> {
  readonly #options: Options<T>;
  readonly #open = new Map<number, WaitingLane<T>>();
  #size = 0;

  constructor(options: Options<T>) {
    this.#options = options;
  }

  /** How many values wait, those that were dropped not counted. */
  get size(): number {
    return this.#size;
  }

  add(value: T): void {
    const { schedule, priority, ahead } = this.#options;
    const key = priority(value);
    let lane = this.#open.get(key);
    const isNew = !lane;
    if (!lane) this.#open.set(key, (lane = new WaitingLane(key)));
    lane.add(value, ahead?.(value) ?? false);
    this.#size++;
    if (isNew) schedule.open(lane);
  }

  /** The value whose turn it is; only to be called while there is one. */
  take(): T {
    const { schedule, dropped } = this.#options;
    const lane = schedule.next() as WaitingLane<T>;
    let value = lane.take();
    while (lane.dropped > 0 && dropped?.(value)) {
      lane.dropped--;
      value = lane.take();
    }
    this.#size--;
    try {
      schedule.served(lane);
      if (lane.size === 0) this.#close(lane);
    } catch (error) {
      lane.add(value, true);
      this.#size++;
      throw error;
    }
    return value;
  }

  /** Takes out a waiting value that `options.dropped` now holds true for. */
  drop(value: T): void {
    const { priority, dropped } = this.#options;
    const lane = this.#open.get(priority(value)) as WaitingLane<T>;
    lane.dropped++;
    this.#size--;
    if (lane.size === 0) this.#close(lane);
    // The gaps are closed when they are the larger part: O(1) a drop on average, and memory stays bounded.
    else if (lane.dropped > lane.size) lane.compact((each) => !dropped?.(each));
  }

  /** All values, those that were dropped too, lane by lane. */
  *[Symbol.iterator](): Iterator<T> {
    for (const lane of this.#open.values()) yield* lane;
  }

  #close(lane: WaitingLane<T>): void {
    this.#options.schedule.close(lane);
    this.#open.delete(lane.priority);
  }
}

class WaitingLane<T> implements Lane, Iterable<T> {
  readonly priority: number;
  /** How many of the values in it are gaps. */
  dropped = 0;
  readonly #values = new Fifo<T>();
  #ahead: Fifo<T> | undefined;

  constructor(priority: number) {
    this.priority = priority;
  }

  get size(): number {
    return this.#values.size + (this.#ahead?.size ?? 0) - this.dropped;
  }

  add(value: T, ahead: boolean): void {
    if (ahead) (this.#ahead ??= new Fifo<T>()).push(value);
    else this.#values.push(value);
  }

  take(): T {
    return this.#ahead && this.#ahead.size > 0 ? this.#ahead.take() : this.#values.take();
  }

  *[Symbol.iterator](): Iterator<T> {
    if (this.#ahead) yield* this.#ahead;
    yield* this.#values;
  }

  compact(wanted: (value: T) => boolean): void {
    this.#values.retain(wanted);
    this.#ahead?.retain(wanted);
    this.dropped = 0;
  }
}
