/** Workers that were ordered at one look. */
interface Order {
  readonly time: number;
  readonly count: number;
}

/**
 * Remembers when each worker that is not up was ordered. The worker that was ordered first is up first.
 *
 * @internal
 */
export class WorkersOnOrder {
  /** The oldest first. */
  #orders: readonly Order[] = [];
  #count = 0;

  /** Orders `count` more. */
  add(time: number, count: number): void {
    if (count <= 0) return;
    this.#orders = [...this.#orders, { time, count }];
    this.#count += count;
  }

  /** No more than `count` are not up. */
  keep(count: number): void {
    while (this.#count > count) {
      const [oldest, ...others] = this.#orders as [Order, ...Order[]];
      const up = Math.min(oldest.count, this.#count - count);
      this.#orders =
        up < oldest.count ? [{ ...oldest, count: oldest.count - up }, ...others] : others;
      this.#count -= up;
    }
  }

  /** The sum of the ages of all in ms, each at most `most`. */
  ages(time: number, most: number): number {
    return this.#orders.reduce(
      (sum, order) => sum + order.count * Math.min(time - order.time, most),
      0,
    );
  }
}
