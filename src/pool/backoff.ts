const FIRST = 100;
const GREATEST = 10_000;

/**
 * How long to wait before a resource is tried to be created again, in ms: 100 after the first failure, twice
 * as long after each further one, up to 10 seconds.
 *
 * @param failures - how many there were in a row, from 1
 * @internal
 */
export const backoff = (failures: number): number =>
  Math.min(FIRST * 2 ** (failures - 1), GREATEST);
