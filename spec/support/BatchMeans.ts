/** An estimate, with its standard error. */
export interface Estimate {
  mean: number;
  error: number;
}

/**
 * The mean of correlated observations and its standard error, by batch means. The means of batches are nearly
 * independent when the batches are much longer than the correlation.
 */
export class BatchMeans {
  readonly #sums: Float64Array;
  readonly #counts: Float64Array;

  constructor(batches: number) {
    this.#sums = new Float64Array(batches);
    this.#counts = new Float64Array(batches);
  }

  add(batch: number, value: number): void {
    this.#sums[batch]! += value;
    this.#counts[batch]!++;
  }

  estimate(): Estimate {
    const means = this.#sums.map((sum, batch) => sum / this.#counts[batch]!);
    const mean = means.reduce((sum, each) => sum + each) / means.length;
    const variance = means.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (means.length - 1);
    return { mean, error: Math.sqrt(variance / means.length) };
  }
}
