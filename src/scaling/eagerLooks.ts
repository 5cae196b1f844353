import type { Observable } from 'rxjs';
import type { Load } from './Load.js';

/** The streams of loads whose policies want to look at once when a task finds no idle worker. */
const eager = new WeakSet<Observable<Load>>();

/**
 * Says that a policy wants an eager look: at once when a task finds no idle worker, at most every 10 ms. An eager look
 * only adds workers. To be called by the policy with the stream that it is given.
 *
 * @example
 * ```ts
 * import { map } from 'rxjs';
 * import { wantEagerLooks, type ScalingPolicy } from 'rx-tasker';
 *
 * const oneEach: ScalingPolicy = (loads) => {
 *   wantEagerLooks(loads);
 *   return loads.pipe(map(({ busy, queued }) => busy + queued));
 * };
 * console.log(typeof oneEach); // function
 * ```
 *
 * @param loads - what the policy was given
 */
export const wantEagerLooks = (loads: Observable<Load>): void => {
  eager.add(loads);
};

/** @internal */
export const wantsEagerLooks = (loads: Observable<Load>): boolean => eager.has(loads);
