import type { LaneSchedule } from '../operators/LaneDiscipline.js';
import { Fifo } from './Fifo.js';
import { Lanes, type LaneQueue, type WaitingLane } from './Lanes.js';

interface Options<T> {
  schedule: LaneSchedule;
  priority: (value: T) => number;
  /** Whether a value goes ahead of those of its priority that came without this. */
  ahead: (value: T) => boolean;
  /** Whether a waiting value is not wanted any more: what `drop` was called for. */
  dropped: (value: T) => boolean;
}

/** Lanes of which values can be taken back, and in which some go ahead. */
export class RevocableLanes<T> extends Lanes<T, RevocableQueue<T>> {
  constructor(options: Options<T>) {
    super(options.schedule, options.priority, () => new RevocableQueue(options));
  }

  /** Takes out a waiting value that `options.dropped` now holds true for. */
  drop(value: T): void {
    const lane = this.open.get(this.priorityOf(value)) as WaitingLane<T, RevocableQueue<T>>;
    lane.queue.drop();
    this.size--;
    if (lane.queue.size === 0) this.close(lane);
  }

  /** Takes all values, those that were dropped perhaps too, without telling the schedule. */
  drain(): T[] {
    const values = [...this.open.values()].flatMap(({ queue }) => queue.drain());
    this.open.clear();
    this.size = 0;
    return values;
  }
}

class RevocableQueue<T> implements LaneQueue<T> {
  readonly #options: Options<T>;
  #values = new Fifo<T>();
  #ahead: Fifo<T> | undefined;
  /** How many of the values are gaps. */
  #gaps = 0;

  constructor(options: Options<T>) {
    this.#options = options;
  }

  get size(): number {
    return this.#values.size + (this.#ahead?.size ?? 0) - this.#gaps;
  }

  push(value: T): void {
    if (this.#options.ahead(value)) (this.#ahead ??= new Fifo()).push(value);
    else this.#values.push(value);
  }

  take(): T {
    let value = this.#takeAny();
    while (this.#gaps > 0 && this.#options.dropped(value)) {
      this.#gaps--;
      value = this.#takeAny();
    }
    return value;
  }

  drop(): void {
    this.#gaps++;
    // The gaps are closed when they are the larger part: O(1) a drop on average, and memory stays bounded.
    if (this.#gaps <= this.size) return;
    const waiting = this.drain().filter((value) => !this.#options.dropped(value));
    for (const value of waiting) this.push(value);
    this.#gaps = 0;
  }

  drain(): T[] {
    return Array.from({ length: this.size + this.#gaps }, () => this.#takeAny());
  }

  #takeAny(): T {
    return this.#ahead && this.#ahead.size > 0 ? this.#ahead.take() : this.#values.take();
  }
}
