import { InvalidConfigError } from '../checks/InvalidConfigError.js';
import { isPromiseLike } from '../rx/eventual.js';
import { reportUnhandledError } from '../rx/reportUnhandledError.js';

/**
 * What an error says of a resource. After `unhealthy` the task may be tried again on another one, after `broken` not.
 *
 * @internal
 */
export type Health = 'healthy' | 'unhealthy' | 'broken';

/**
 * Asks `checkHealth`. What it throws is reported, and so is an answer that is none; the resource counts as healthy then.
 *
 * @internal
 */
export const healthAfter = <R>(
  checkHealth: (error: unknown, resource: R) => boolean | 'replace',
  error: unknown,
  resource: R,
): Health => {
  try {
    const answer = checkHealth(error, resource);
    if (answer === 'replace') return 'broken';
    if (typeof answer === 'boolean') return answer ? 'healthy' : 'unhealthy';
    const given: unknown = answer; // by a caller without types
    if (isPromiseLike(given)) given.then(undefined, () => undefined); // its error says no more
    throw new InvalidConfigError('checkHealth(error)', answer, "true, false or 'replace', at once");
  } catch (thrown) {
    reportUnhandledError(thrown);
    return 'healthy';
  }
};
