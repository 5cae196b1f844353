import { Subscription, type SchedulerAction, type SchedulerLike } from 'rxjs';

export type Work<T> = (this: SchedulerAction<T>, state?: T) => void;

/**
 * Virtual time in the order of RxJS's `VirtualTimeScheduler`, which sorts all that is pending at each insert:
 * here an insert is O(log n), and time can be taken step by step.
 */
export class HeapScheduler implements SchedulerLike {
  #time = 0;
  #lastOrder = 0;
  readonly #heap: HeapAction<any>[] = [];

  now(): number {
    return this.#time;
  }

  schedule<T>(work: Work<T>, delay?: number, state?: T): Subscription {
    return new HeapAction(this, work).schedule(state, delay);
  }

  /** How many timers have neither fired nor been cancelled. */
  get timers(): number {
    return this.#heap.filter((action) => !action.closed).length;
  }

  /** Does the next thing that is due up to and with `until`, if there is one. */
  step(until = Infinity): boolean {
    let next = this.#heap[0];
    while (next?.closed) {
      this.#pop();
      next = this.#heap[0];
    }
    if (!next || next.time > until) return false;
    this.#pop();
    this.#time = next.time;
    next.work(next.state);
    return true;
  }

  /** Lets time go on until nothing is left to do, or up to and with `until`. */
  flush(until = Infinity): void {
    while (this.step(until));
    if (until !== Infinity) this.#time = until;
  }

  /** @internal */
  insert<T>(action: HeapAction<T>, delay: number): void {
    action.time = this.#time + delay;
    action.order = ++this.#lastOrder;
    let position = this.#heap.length;
    while (position > 0) {
      const parent = (position - 1) >> 1;
      if (!isBefore(action, this.#heap[parent]!)) break;
      this.#heap[position] = this.#heap[parent]!;
      position = parent;
    }
    this.#heap[position] = action;
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

class HeapAction<T> extends Subscription implements SchedulerAction<T> {
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
    if (!this.closed) this.scheduler.insert(this, delay);
    return this;
  }
}

const isBefore = (a: HeapAction<any>, b: HeapAction<any>): boolean =>
  a.time < b.time || (a.time === b.time && a.order < b.order);
