import type { SchedulerLike, Subscription } from 'rxjs';
import { wait } from '../rx/wait.js';

/** At most one eager look within so many ms. */
const INTERVAL = 10;

/**
 * Looks when a task needs a worker: at once, or as soon as the last eager look is 10 ms ago.
 *
 * ```
 * needs  n  n n            n n
 * looks  l    ─────── l    l ─────── l
 *        0            10   25        35
 * ```
 *
 * Written by hand: `throttleTime` keeps its timer though nothing needs a look any more, and looks twice if a look leads to
 * the next need.
 *
 * @internal
 */
export class EagerLooks {
  readonly #scheduler: SchedulerLike;
  readonly #look: () => void;
  /** When the next look may be. */
  #next = -Infinity;
  /** Of the look that is to come. */
  #timer: Subscription | undefined;

  constructor(scheduler: SchedulerLike, look: () => void) {
    this.#scheduler = scheduler;
    this.#look = look;
  }

  /** Whether a look is to come. */
  get isDue(): boolean {
    return this.#timer !== undefined;
  }

  need(): void {
    if (this.#timer) return;
    const now = this.#scheduler.now();
    const rest = Math.min(this.#next - now, INTERVAL); // the clock may have been set back
    if (rest <= 0) {
      this.#next = now + INTERVAL;
      this.#look();
    } else {
      this.#timer = wait(rest, this.#scheduler, () => {
        this.cancel();
        this.#next = this.#scheduler.now() + INTERVAL;
        this.#look();
      });
    }
  }

  /** The look that is to come is not needed any more. */
  cancel(): void {
    this.#timer?.unsubscribe();
    this.#timer = undefined;
  }
}
