/** An item of a `LinkedList` with its neighbours. They are `undefined` at the ends and outside of a list. */
export interface Linked<T> {
  previous: T | undefined;
  next: T | undefined;
}

/**
 * Items in the order of their addition, with O(1) removal. The items themselves hold the links. A Set would
 * need an entry for each item, and would copy all entries whenever it grows.
 */
export class LinkedList<T extends Linked<T>> implements Iterable<T> {
  size = 0;
  #first: T | undefined;
  #last: T | undefined;

  get first(): T | undefined {
    return this.#first;
  }

  get last(): T | undefined {
    return this.#last;
  }

  add(item: T): void {
    item.previous = this.#last;
    if (this.#last) this.#last.next = item;
    else this.#first = item;
    this.#last = item;
    this.size++;
  }

  /** The item must be in the list. */
  remove(item: T): void {
    const { previous, next } = item;
    if (previous) previous.next = next;
    else this.#first = next;
    if (next) next.previous = previous;
    else this.#last = previous;
    item.previous = undefined;
    item.next = undefined;
    this.size--;
  }

  *[Symbol.iterator](): Iterator<T> {
    for (let item = this.#first; item; item = item.next) yield item;
  }
}
