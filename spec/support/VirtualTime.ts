import {
  VirtualTimeScheduler,
  type SchedulerAction,
  type SchedulerLike,
  type Subscription,
} from 'rxjs';

/** A scheduler whose time moves only when the spec says so. It knows its open timers. */
export class VirtualTime implements SchedulerLike {
  readonly #scheduler = new VirtualTimeScheduler();
  readonly #timers = new Set<Subscription>();

  now(): number {
    return this.#scheduler.frame;
  }

  schedule<T>(
    work: (this: SchedulerAction<T>, state?: T) => void,
    delay?: number,
    state?: T,
  ): Subscription {
    const timer = this.#scheduler.schedule(work, delay, state);
    this.#timers.add(timer);
    timer.add(() => this.#timers.delete(timer));
    return timer;
  }

  /** The number of timers that have neither ended nor been cancelled. */
  get timers(): number {
    return this.#timers.size;
  }

  /** Calls a function at a time. This does not count as a timer. */
  at(time: number, act: () => void): void {
    this.#scheduler.schedule(act, time - this.now());
  }

  /** Moves time up to and with `time`. */
  advanceTo(time: number): void {
    this.at(time, () => undefined);
    this.#scheduler.maxFrames = time;
    this.#scheduler.flush();
  }
}
