import type { SchedulerAction, Subscription } from 'rxjs';
import { VirtualTime } from './VirtualTime.js';

/** A virtual time that tells after each of its actions. */
export class WatchedTime extends VirtualTime {
  readonly #onAction: () => void;

  constructor(onAction: () => void) {
    super();
    this.#onAction = onAction;
  }

  override schedule<T>(
    work: (this: SchedulerAction<T>, state?: T) => void,
    delay?: number,
    state?: T,
  ): Subscription {
    const onAction = this.#onAction;
    const watched = function (this: SchedulerAction<T>, given?: T): void {
      work.call(this, given);
      onAction();
    };
    return super.schedule(watched, delay, state);
  }

  override at(time: number, act: () => void): void {
    super.at(time, () => {
      act();
      this.#onAction();
    });
  }
}
