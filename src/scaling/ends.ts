import type { Load } from './Load.js';

/**
 * A load, or one that was made by hand, as in the test of a policy, where no task fails.
 *
 * @internal
 */
export type GivenLoad = Omit<Load, 'failed' | 'throughput'> &
  Partial<Pick<Load, 'failed' | 'throughput'>>;

/**
 * How many tasks workers have ended by themselves.
 *
 * @internal
 */
export const endsOf = ({ completed, failed = 0 }: GivenLoad): number => completed + failed;
