import { formatNumber } from './durations.js';
import { UsageError } from './errors.js';
import { peakConcurrency } from './peakConcurrency.js';
import type { GivenSettings } from './settings.js';
import type { TraceTask } from './trace/parseCsvTrace.js';

/** The least number of base workers, and the greatest number of workers. */
export interface Bounds {
  readonly base: number;
  readonly max: number;
}

/**
 * Fills in missing bounds: one worker, and the most that the trace can use.
 *
 * @throws UsageError if the bounds contradict each other
 */
export const boundsOf = (
  given: Pick<GivenSettings, 'base' | 'max'>,
  tasks: readonly TraceTask[],
): Bounds => {
  const { base = 1 } = given;
  const max = given.max ?? Math.max(base, peakConcurrency(tasks));
  if (base > max) throw new UsageError(`--base ${base} is more than --max ${max}: lower --base`);
  return { base, max };
};

/** @param isPeak - whether `boundsOf` has filled in the max */
export const describeMax = (max: number, isPeak: boolean): string =>
  formatNumber(max) + (isPeak ? ' (the most that this trace can use)' : '');
