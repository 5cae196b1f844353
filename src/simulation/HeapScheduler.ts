import { Subscription, type SchedulerAction, type SchedulerLike } from 'rxjs';

export type Work<T> = (this: SchedulerAction<T>, state?: T) => void;

/** An action at a moment. `time` and `order` belong to the scheduler. */
export interface Due {
  time: number;
  order: number;
  /** Whether the action is cancelled. */
  readonly closed: boolean;
  fire(): void;
}

/**
 * Virtual time in the order of RxJS's `VirtualTimeScheduler`. That one sorts all pending actions at each insert.
 * Here an insert is O(log n), and time can go step by step.
 */
export class HeapScheduler implements SchedulerLike {
  #time = 0;
  #lastOrder = 0;
  readonly #heap: Due[] = [];

  now(): number {
    return this.#time;
  }

  schedule<T>(work: Work<T>, delay?: number, state?: T): Subscription {
    return new HeapAction(this, work).schedule(state, delay);
  }

  /** The number of timers that have neither fired nor been cancelled. */
  get timers(): number {
    return this.#heap.filter((each) => !each.closed).length;
  }

  /** The time of the next action; Infinity without one. */
  get nextTime(): number {
    let next = this.#heap[0];
    while (next?.closed) {
      this.#pop();
      next = this.#heap[0];
    }
    return next ? next.time : Infinity;
  }

  /** Fires the next action that is due up to and with `until`, if there is one. */
  step(until = Infinity): boolean {
    if (this.nextTime > until) return false;
    const next = this.#heap[0];
    if (!next) return false;
    this.#pop();
    this.#time = next.time;
    next.fire();
    return true;
  }

  /** Fires all actions, or the actions up to and with `until`. */
  flush(until = Infinity): void {
    while (this.step(until));
    if (until !== Infinity) this.#time = until;
  }

  /** Moves time to a moment before which no action is due. */
  advanceTo(time: number): void {
    this.#time = time;
  }

  /** Adds an action after `delay` ms. The scheduler holds an action at most once. */
  add(due: Due, delay: number): void {
    due.time = this.#time + delay;
    due.order = ++this.#lastOrder;
    let position = this.#heap.length;
    while (position > 0) {
      const parent = (position - 1) >> 1;
      if (!isBefore(due, this.#heap[parent]!)) break;
      this.#heap[position] = this.#heap[parent]!;
      position = parent;
    }
    this.#heap[position] = due;
  }

  #pop(): void {
    const last = this.#heap.pop()!;
    const { length } = this.#heap;
    if (length === 0) return;
    let position = 0;
    for (let child = 1; child < length; child = 2 * position + 1) {
      if (child + 1 < length && isBefore(this.#heap[child + 1]!, this.#heap[child]!)) child++;
      if (!isBefore(this.#heap[child]!, last)) break;
      this.#heap[position] = this.#heap[child]!;
      position = child;
    }
    this.#heap[position] = last;
  }
}

class HeapAction<T> extends Subscription implements SchedulerAction<T>, Due {
  time = 0;
  order = 0;
  state: T | undefined;

  constructor(
    readonly scheduler: HeapScheduler,
    readonly work: Work<T>,
  ) {
    super();
  }

  schedule(state?: T, delay = 0): Subscription {
    this.state = state;
    if (!this.closed) this.scheduler.add(this, delay);
    return this;
  }

  fire(): void {
    this.work(this.state);
  }
}

const isBefore = (a: Due, b: Due): boolean =>
  a.time < b.time || (a.time === b.time && a.order < b.order);
