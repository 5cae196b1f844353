/** The mean of the last few values: of all at first, and then with a memory of about `memory` values. */
export class RunningMean {
  /** 0 before the first value. */
  mean = 0;
  readonly #memory: number;
  #count = 0;

  constructor(memory: number) {
    this.#memory = memory;
  }

  add(value: number): void {
    this.#count = Math.min(this.#count + 1, this.#memory);
    this.mean += (value - this.mean) / this.#count;
  }
}
