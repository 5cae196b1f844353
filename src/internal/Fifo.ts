/** A first-in-first-out queue with O(1) operations: one array is filled while the other is emptied. */
export class Fifo<T> {
  #filling: T[] = [];
  #emptying: (T | undefined)[] = [];
  #next = 0;

  /** How many values wait. */
  get size(): number {
    return this.#filling.length + this.#emptying.length - this.#next;
  }

  push(value: T): void {
    this.#filling.push(value);
  }

  /** The oldest value; only to be called while there is one. */
  take(): T {
    if (this.#next === this.#emptying.length) {
      this.#emptying = this.#filling;
      this.#filling = [];
      this.#next = 0;
    }
    const value = this.#emptying[this.#next] as T;
    this.#emptying[this.#next++] = undefined; // a value that has left must not be kept alive
    return value;
  }
}
