/** The summary of some numbers. All fields are 0 without numbers. */
export interface Summary {
  readonly mean: number;
  /** The least value that half of all values do not exceed. `p95` and `p99` are the same for 95 % and 99 %. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** All values of a quantity, 8 bytes each, for exact percentiles. */
export class Samples {
  #values = new Float64Array(16); // small, since there may be one for each of many priorities
  #count = 0;

  add(value: number): void {
    if (this.#count === this.#values.length) {
      const grown = new Float64Array(2 * this.#count);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#count++] = value;
  }

  /** Sorts the values in place. */
  summarise(): Summary {
    return summaryOf(this.#sorted());
  }

  /** The summary of all values of several quantities together. */
  static summariseAll(all: readonly Samples[]): Summary {
    const [only] = all;
    if (only && all.length === 1) return only.summarise();
    const together = new Float64Array(all.reduce((sum, each) => sum + each.#count, 0));
    let count = 0;
    for (const each of all) {
      together.set(each.#values.subarray(0, each.#count), count);
      count += each.#count;
    }
    return summaryOf(together.sort());
  }

  #sorted(): Float64Array {
    return this.#values.subarray(0, this.#count).sort();
  }
}

const summaryOf = (sorted: Float64Array): Summary => {
  const { length } = sorted;
  if (length === 0) return { mean: 0, p50: 0, p95: 0, p99: 0, max: 0 };
  let sum = 0;
  for (const value of sorted) sum += value;
  const quantile = (p: number): number => sorted[Math.max(0, Math.ceil(p * length) - 1)]!;
  return {
    mean: sum / length,
    p50: quantile(0.5),
    p95: quantile(0.95),
    p99: quantile(0.99),
    max: quantile(1),
  };
};
