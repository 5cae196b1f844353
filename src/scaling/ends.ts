import type { Load } from './Load.js';

/** What a load that was made by hand, as in the test of a policy, may leave out. */
type Spare = 'failed' | 'throughput' | 'executionTime' | 'oldestWait' | 'ready' | 'startupTime';

/**
 * A load, or one that was made by hand: no task fails, and workers come up at once.
 *
 * @internal
 */
export type GivenLoad = Omit<Load, Spare> & Partial<Pick<Load, Spare>>;

/**
 * How many tasks workers have ended by themselves.
 *
 * @internal
 */
export const endsOf = ({ completed, failed = 0 }: GivenLoad): number => completed + failed;
