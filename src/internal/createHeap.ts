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

  /** Puts an item that comes to a free place where it belongs, from there up or down. */
  const settle = (item: T, free: number): void => {
    const above = (free - 1) >> 1;
    let below = 2 * free + 1;
    if (below + 1 < items.length && before(items[below + 1] as T, items[below] as T)) below++;
    const neighbour = free > 0 && before(item, items[above] as T) ? above : below;
    if (neighbour === above || (below < items.length && before(items[below] as T, item))) {
      place(items[neighbour] as T, free);
      settle(item, neighbour);
    } else {
      place(item, free);
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
