/** Counts the changes in the opposite direction of the previous change. */
export class Reversals {
  count = 0;
  /** 1 if the previous change was upwards, -1 if downwards, 0 before the first. */
  #direction = 0;

  add(change: number): void {
    const direction = Math.sign(change);
    if (this.#direction === -direction) this.count++;
    this.#direction = direction;
  }
}
