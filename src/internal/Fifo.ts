/** A first-in-first-out queue with O(1) operations: one array is filled while the other is emptied. */
export class Fifo<T> implements Iterable<T> {
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

  /** Keeps only the values that pass the test, in their order. O(n). */
  retain(test: (value: T) => boolean): void {
    this.#filling = [...this].filter(test);
    this.#emptying = [];
    this.#next = 0;
  }

  [Symbol.iterator](): Iterator<T> {
    return (this.#emptying.slice(this.#next) as T[]).concat(this.#filling).values();
  }
}
