/** What is linked in a `LinkedList`: its neighbours there, `undefined` at the ends and outside of it. */
export interface Linked<T> {
  previous: T | undefined;
  next: T | undefined;
}

/**
 * Items in the order in which they came, with O(1) removal. It is linked through the items themselves: a Set would
 * have an entry for each, and be copied whenever it grows.
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
