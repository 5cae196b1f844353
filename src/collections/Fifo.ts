/** A first-in-first-out queue, all in O(1) on average. */
export class Fifo<T> {
  #values: (T | undefined)[] = [];
  #first = 0;

  /** How many values wait. */
  get size(): number {
    return this.#values.length - this.#first;
  }

  push(value: T): void {
    this.#values.push(value);
  }

  /** The oldest value; only to be called while there is one. */
  take(): T {
    const value = this.#values[this.#first] as T;
    this.#values[this.#first++] = undefined; // a value that has left must not be kept alive
    if (this.#first * 2 > this.#values.length) {
      this.#values = this.#values.slice(this.#first);
      this.#first = 0;
    }
    return value;
  }
}
