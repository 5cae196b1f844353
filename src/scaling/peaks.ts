/**
 * The greatest number of workers that the load of a moment allowed.
 *
 * @internal
 */
export interface Peak {
  readonly time: number;
  readonly workers: number;
}

/**
 * Adds a peak. The highest one is first. A peak is kept while no later one is as high, and no longer than `hold` ms.
 *
 * @internal
 */
export const withPeak = (
  peaks: readonly Peak[],
  time: number,
  workers: number,
  hold: number,
): readonly Peak[] => [
  ...peaks.filter((peak) => peak.workers > workers && peak.time >= time - hold),
  { time, workers },
];
