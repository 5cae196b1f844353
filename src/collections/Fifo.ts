/** A first-in-first-out queue. Every operation is O(1) on average. */
export class Fifo<T> {
  #values: (T | undefined)[] = [];
  #first = 0;

  /** The number of waiting values. */
  get size(): number {
    return this.#values.length - this.#first;
  }

  /** The oldest value, if there is one. */
  get first(): T | undefined {
    return this.#values[this.#first];
  }

  /** The newest value, if there is one. */
  get last(): T | undefined {
    return this.size > 0 ? this.#values[this.#values.length - 1] : undefined;
  }

  /** All values, the oldest first. */
  values(): T[] {
    return this.#values.slice(this.#first) as T[];
  }

  push(value: T): void {
    this.#values.push(value);
  }

  /** Removes the newest value. The queue must not be empty. */
  takeLast(): T {
    return this.#values.pop() as T;
  }

  /** Removes the oldest value. The queue must not be empty. */
  take(): T {
    const value = this.#values[this.#first] as T;
    this.#values[this.#first++] = undefined; // the queue must not keep a removed value alive
    if (this.#first * 2 > this.#values.length) {
      this.#values = this.#values.slice(this.#first);
      this.#first = 0;
    }
    return value;
  }
}
