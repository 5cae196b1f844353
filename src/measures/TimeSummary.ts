import { TDigest } from 'tdigest';

/** The number of times that go into the digest together. */
const BATCH = 2048;

/** How coarse the digest is: a higher value makes it coarser. */
const COMPRESSION = 0.01;

/**
 * The same for a batch. Percentiles of 100,000 uniform times were up to 0.13 % off their ranks, in 60 trials.
 * With 0.01 it was 0.05 %, with 0.04 it was 0.44 %.
 */
const BATCH_COMPRESSION = 0.02;

/** The number of centroids, times `COMPRESSION`, at which the digest compresses itself. This takes O(n²). */
const SIZE = 10;

/**
 * Count, mean, extremes and quantiles of times, in constant memory. All are 0 before the first time.
 *
 * An insert into the t-digest is the dearest part of a task's metrics. So a batch of times is sorted, and
 * neighbours go into the digest together. A time costs 155 ns this way, of which the sort takes 60. It costs
 * 232 ns with groups as small as those of the digest itself (measured). Quantiles still see every time.
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
   * Groups neighbours by t-digest's own rule: small groups at the ends, where quantiles must be sharp. Equal
   * times are always in one group. Many equal times are a group of their own.
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
