import { TDigest } from 'tdigest';

/** How many times are collected before they go into the digest. */
const BATCH = 2048;

/** How fine the digest is: the more, the coarser. */
const COMPRESSION = 0.01;

/**
 * The same for what goes into it together: percentiles of 100,000 uniform times were up to 0.13 % off their ranks in 60
 * trials, 0.05 % at 0.01 and 0.44 % at 0.04.
 */
const BATCH_COMPRESSION = 0.02;

/** At how many centroids, times `COMPRESSION`, the digest compresses itself; it takes O(n²) for it. */
const SIZE = 10;

/**
 * Count, mean, extremes and quantiles of times, all 0 before the first, in constant memory.
 *
 * The times go into the t-digest sorted and by neighbours, since an insert is the dearest part of a task's metrics: a
 * time costs 155 ns so, 60 of them for the sort, and 232 ns with as few neighbours as the digest itself has (measured).
 * Quantiles see every time all the same.
 *
 * @internal
 */
export class TimeSummary {
  count = 0;
  min = 0;
  max = 0;
  #sum = 0;
  readonly #batch = new Float64Array(BATCH);
  #batched = 0;
  readonly #digest = new TDigest(COMPRESSION, SIZE);

  get mean(): number {
    return this.count === 0 ? 0 : this.#sum / this.count;
  }

  add(time: number): void {
    this.min = this.count === 0 ? time : Math.min(this.min, time);
    this.max = Math.max(this.max, time);
    this.#sum += time;
    this.count++;
    this.#batch[this.#batched++] = time;
    if (this.#batched === BATCH) this.#digestBatch();
  }

  quantile(p: number): number {
    this.#digestBatch();
    return this.#digest.percentile(p) ?? 0;
  }

  /**
   * Neighbours are taken together by t-digest's own rule: few at the ends, where quantiles must be sharp. Equal
   * ones are always taken together, and alone if they are many.
   */
  #digestBatch(): void {
    const times = this.#batch.subarray(0, this.#batched).sort();
    const { length } = times;
    let start = 0;
    while (start < length) {
      const time = times[start] as number;
      const q = start / length;
      const size = Math.floor(4 * length * BATCH_COMPRESSION * q * (1 - q));
      let end = start + 1;
      while (times[end] === time) end++;
      let sum = time * (end - start);
      while (end < start + size) sum += times[end++] as number;
      this.#digest.push(sum / (end - start), end - start);
      start = end;
    }
    this.#batched = 0;
  }
}
