import {
  VirtualTimeScheduler,
  type SchedulerAction,
  type SchedulerLike,
  type Subscription,
} from 'rxjs';

/** A scheduler whose time stands still until it is told to go on, and that knows of its open timers. */
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

  /** How many timers have neither ended nor been cancelled. */
  get timers(): number {
    return this.#timers.size;
  }

  /** Does something at a time, and is no timer. */
  at(time: number, act: () => void): void {
    this.#scheduler.schedule(act, time - this.now());
  }

  /** Lets time go on up to and with `time`. */
  advanceTo(time: number): void {
    this.at(time, () => undefined);
    this.#scheduler.maxFrames = time;
    this.#scheduler.flush();
  }
}
