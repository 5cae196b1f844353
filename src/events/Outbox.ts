import { noop } from 'rxjs';
import { reportUnhandledError } from '../rx/reportUnhandledError.js';

type Tell<A> = (about: A) => void;

/** How many empty places the queue keeps at its front. */
const SPARE = 1024;

/**
 * The queue of what is to be told: events, outcomes, starts, aborts, releases.
 *
 * ```
 * input ─▶ a transition: decides, and adds ─▶ [ event · abort · outcome · start ] ─▶ told, in order
 *   ▲                                                                                   │
 *   └─────────── what a callback does: decided at once, told after the rest ────────────┘
 * ```
 *
 * A transition calls nobody: it changes the state and adds to the queue. The input that caused it flushes the queue when
 * the transition is over. An input that comes from within a callback is decided at once; what it adds is told once the
 * callback has returned. Thus no callback sees a transition that is half done, and no chain of tasks needs the stack.
 *
 * @internal
 */
export class Outbox {
  /** Functions and what they are called with, in turns: no object for each pair. Places that were told are empty. */
  #queue: unknown[] = [];
  /** The places of the next function, and behind the last. */
  #next = 0;
  #end = 0;
  #isTelling = false;
  /** Is called when all is told, before the flush returns. What it adds is told, too. */
  onTold: () => void = noop;

  add<A>(tell: Tell<A>, about: A): void {
    this.#queue[this.#end++] = tell;
    this.#queue[this.#end++] = about;
  }

  /** Tells all that was added, and what is added by that. Within a telling it does nothing: the loop goes on. */
  flush(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    do {
      while (this.#next < this.#end) this.#tellNext();
      this.onTold();
    } while (this.#next < this.#end);
    this.#isTelling = false;
  }

  #tellNext(): void {
    const tell = this.#take() as Tell<unknown>;
    const about = this.#take();
    this.#makeRoom();
    try {
      tell(about);
    } catch (error) {
      reportUnhandledError(error); // and the others are told all the same
    }
  }

  #take(): unknown {
    const entry = this.#queue[this.#next];
    this.#queue[this.#next++] = undefined; // what was told must not be kept alive
    return entry;
  }

  /** Places are used again once all is told, and when half of many are empty: O(1) an entry. */
  #makeRoom(): void {
    const isEmpty = this.#next === this.#end;
    if (this.#next > SPARE && (isEmpty || this.#next * 2 > this.#end)) {
      this.#queue = this.#queue.slice(this.#next, this.#end);
      this.#end -= this.#next;
      this.#next = 0;
    } else if (isEmpty) {
      this.#next = 0;
      this.#end = 0;
    }
  }
}
