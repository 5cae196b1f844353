/** Where values wait for their turn: a queue, or lanes of them. */
interface WaitingRoom<T> {
  readonly size: number;
  add(value: T): void;
  take(): T;
}

interface Options<T> {
  waiting: WaitingRoom<T>;
  /**
   * Starts a value and returns whether it has finished in the same call; if not, `leave` is to be called when
   * it has. One that is started by the loop needs no stack if it says so by what it returns; any other may
   * call `leave` at once, too.
   */
  start: (value: T, byLoop: boolean) => boolean;
  /** Called when nothing waits and nothing runs any more. */
  onIdle?: () => void;
}

/**
 * Starts values while fewer than a limit are running, and has the others wait: what `mergeMapLanes` and the
 * engine are made of.
 */
export class LaneServer<T> {
  readonly #options: Options<T>;
  #limit = 0;
  #running = 0;
  #looping = false;

  constructor(options: Options<T>) {
    this.#options = options;
  }

  /** Whether nothing waits and nothing runs. */
  get isIdle(): boolean {
    return this.#running === 0 && this.#options.waiting.size === 0;
  }

  /** How many may run at once. A lower limit interrupts nothing. */
  setLimit(limit: number): void {
    this.#limit = limit;
    if (!this.#looping) this.#serve();
  }

  arrive(value: T): void {
    const { waiting } = this.#options;
    if (this.#running >= this.#limit || waiting.size > 0) waiting.add(value);
    else if (this.#start(value, false)) this.leave();
  }

  /** One of those that were started has finished. What waits follows at once. */
  leave(): void {
    this.#running--;
    this.#serve();
  }

  #serve(): void {
    const { waiting, onIdle } = this.#options;
    const nested = this.#looping;
    this.#looping = true;
    try {
      while (this.#running < this.#limit && waiting.size > 0) {
        if (this.#start(waiting.take(), true)) this.#running--;
      }
    } finally {
      this.#looping = nested;
    }
    if (this.isIdle) onIdle?.();
  }

  #start(value: T, byLoop: boolean): boolean {
    this.#running++;
    return this.#options.start(value, byLoop);
  }
}
