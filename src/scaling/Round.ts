import { endsOf, type GivenLoad } from './ends.js';

/** A load that tells how long tasks took, or one that was made by hand. */
export type TimedLoad = GivenLoad & {
  /** How long all tasks took that have completed or failed on workers so far, in ms. */
  readonly executionTime?: number;
};

/** What has happened in a round. */
interface PastRound {
  /** The mean execution time of the tasks that have ended, in ms; 0 if none has. */
  readonly meanTime: number;
  /** How many tasks ran at once: the most that a look saw, or the mean over the round if that is higher. */
  readonly running: number;
}

/**
 * The window in which a limit of starts shows its effect.
 *
 * ```
 * look   look      look           look
 *  ├──────┼─────────┼──────────────┤
 *  begin: 8 run                    over: 8 tasks have ended since
 * ```
 *
 * A round begins with a look. It is over at the first look at which as many tasks have ended as ran at its begin: a
 * round-trip of TCP, in tasks. So it is as long as tasks are, however often there is a look.
 *
 * @internal
 */
export class Round {
  /** So many tasks end in a round at least. */
  readonly #least: number;
  /** The look with which the round began. */
  #first: TimedLoad | undefined;
  /** The most tasks that ran at a look of this round. What runs at its end belongs to the next. */
  #busiest = 0;

  constructor(least = 0) {
    this.#least = least;
  }

  /** Begins a round. */
  begin(load: TimedLoad): void {
    this.#first = load;
    this.#busiest = load.busy;
  }

  /** Returns the round that is over with this look, if one is, and begins the next. */
  look(load: TimedLoad): PastRound | undefined {
    const first = this.#first;
    if (!first) {
      this.begin(load);
      return undefined;
    }
    const ended = endsOf(load) - endsOf(first);
    // Tasks that were cancelled do not end by themselves. If nothing runs, none of the round is left.
    const expected = load.busy === 0 ? 0 : first.busy;
    if (ended < Math.max(expected, this.#least)) {
      this.#busiest = Math.max(this.#busiest, load.busy);
      return undefined;
    }
    const worked = (load.executionTime ?? 0) - (first.executionTime ?? 0);
    const elapsed = load.time - first.time;
    const running = Math.max(this.#busiest, elapsed > 0 ? worked / elapsed : 0);
    this.begin(load);
    return { meanTime: ended > 0 ? worked / ended : 0, running };
  }
}
