/** A binary heap that can also remove an item from its middle, all in O(log n). An item is in it at most once. */
export interface Heap<T> {
  /** The item that comes out next. */
  peek: () => T | undefined;
  push: (item: T) => void;
  /** Does nothing with an item that is not in it. */
  remove: (item: T) => void;
}

/** @param before - whether `a` comes out before `b` */
export const createHeap = <T>(before: (a: T, b: T) => boolean): Heap<T> => {
  const items: T[] = [];
  const positions = new Map<T, number>();

  const place = (item: T, position: number): void => {
    items[position] = item;
    positions.set(item, position);
  };

  /** Of two places, the one whose item comes out first: `a` if there is nothing at `b`. */
  const first = (a: number, b: number): number =>
    b < items.length && before(items[b] as T, items[a] as T) ? b : a;

  /** Puts an item that comes to a free place where it belongs, from there up or down. */
  const settle = (item: T, free: number): void => {
    place(item, free);
    const above = free && (free - 1) >> 1; // the top's is the top
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
