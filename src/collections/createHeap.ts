/** A binary heap that can also remove an item from its middle, in O(log n). It holds an item at most once. */
export interface Heap<T> {
  /** The first item by the order of the heap. */
  peek: () => T | undefined;
  push: (item: T) => void;
  /** Does nothing with an item outside of the heap. */
  remove: (item: T) => void;
}

/** @param before - whether `a` comes before `b` */
export const createHeap = <T>(before: (a: T, b: T) => boolean): Heap<T> => {
  const items: T[] = [];
  const positions = new Map<T, number>();

  const place = (item: T, position: number): void => {
    items[position] = item;
    positions.set(item, position);
  };

  /** Of two places, the place of the first item: `a` if `b` holds no item. */
  const first = (a: number, b: number): number =>
    b < items.length && before(items[b] as T, items[a] as T) ? b : a;

  /** Moves an item from a free place up or down to its own place. */
  const settle = (item: T, free: number): void => {
    place(item, free);
    const above = free && (free - 1) >> 1; // above the top is the top
    const to =
      first(above, free) === above ? first(first(free, 2 * free + 1), 2 * free + 2) : above;
    if (to !== free) {
      place(items[to] as T, free);
      settle(item, to);
    }
  };

  return {
    peek: () => items[0],
    push: (item) => settle(item, items.length),
    remove: (item) => {
      const position = positions.get(item) as number;
      if (!positions.delete(item)) return;
      const last = items.pop() as T;
      if (last !== item) settle(last, position);
    },
  };
};
