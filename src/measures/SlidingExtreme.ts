interface Past {
  value: number;
  /** The time at which another value replaced this value. */
  ended: number;
}

/**
 * The most extreme of the values that held at some time within the last `window` ms. Every operation is O(1)
 * on average: a value is dropped when a later value is as extreme.
 */
export class SlidingExtreme {
  readonly #window: number;
  readonly #beats: (a: number, b: number) => boolean;
  #past: Past[] = [];
  #first = 0;

  /**
   * @param window - in ms
   * @param beats - whether `a` is more extreme than `b`
   */
  constructor(window: number, beats: (a: number, b: number) => boolean) {
    this.#window = window;
    this.#beats = beats;
  }

  /** Adds a value that held until now. */
  add(value: number, now: number): void {
    while (this.#past.length > this.#first) {
      const last = this.#past[this.#past.length - 1] as Past;
      if (this.#beats(last.value, value)) break;
      this.#past.pop();
    }
    this.#past.push({ value, ended: now });
  }

  /** The most extreme value within the window. `current` is the value that holds now. */
  get(current: number, now: number): number {
    const first = this.#expire(now);
    return first && this.#beats(first.value, current) ? first.value : current;
  }

  /** The time at which the most extreme past value leaves the window. */
  nextExpiry(now: number): number {
    const first = this.#expire(now);
    return first ? first.ended + this.#window : now;
  }

  #expire(now: number): Past | undefined {
    let first = this.#past[this.#first];
    while (first && first.ended + this.#window <= now) first = this.#past[++this.#first];
    if (this.#first * 2 > this.#past.length) {
      this.#past = this.#past.slice(this.#first);
      this.#first = 0;
    }
    return first;
  }
}
