/** A binary heap that can also remove an item from its middle, all in O(log n). An item is in it at most once. */
export class Heap<T> {
  readonly #items: T[] = [];
  readonly #positions = new Map<T, number>();
  readonly #before: (a: T, b: T) => boolean;

  /** @param before - whether `a` comes out before `b` */
  constructor(before: (a: T, b: T) => boolean) {
    this.#before = before;
  }

  /** The item that comes out next. */
  peek(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    this.#items.push(item);
    this.#rise(this.#items.length - 1, item);
  }

  remove(item: T): boolean {
    const position = this.#positions.get(item);
    if (position === undefined) return false;
    this.#positions.delete(item);
    const last = this.#items.pop() as T;
    if (last !== item) {
      this.#rise(position, last);
      this.#sink(this.#positions.get(last) as number, last);
    }
    return true;
  }

  #rise(position: number, item: T): void {
    while (position > 0) {
      const parent = (position - 1) >> 1;
      const above = this.#items[parent] as T;
      if (!this.#before(item, above)) break;
      this.#place(position, above);
      position = parent;
    }
    this.#place(position, item);
  }

  #sink(position: number, item: T): void {
    const { length } = this.#items;
    for (let child = 2 * position + 1; child < length; child = 2 * position + 1) {
      if (child + 1 < length && this.#before(this.#items[child + 1] as T, this.#items[child] as T))
        child++;
      const below = this.#items[child] as T;
      if (!this.#before(below, item)) break;
      this.#place(position, below);
      position = child;
    }
    this.#place(position, item);
  }

  #place(position: number, item: T): void {
    this.#items[position] = item;
    this.#positions.set(item, position);
  }
}
