import { checkObject, checkString } from '../checks/check.js';
import type { Load, Why } from './Load.js';

const said = new WeakMap<object, Why>();

/**
 * Says why a policy decides as it does on a load. The `scaled` event, if there is one, has it as `why`.
 *
 * Call it in a policy, with the load that the policy was given, before the target is emitted. What was said last about a
 * load counts. It is kept with the load and not with the policy, so it passes through `pipe` and any operator behind.
 * It does not pass to a copy of the load.
 *
 * @example
 * ```ts
 * import { map } from 'rxjs';
 * import { explain, TaskManager, type Load, type ScalingPolicy } from 'rx-tasker';
 *
 * const onePerTask: ScalingPolicy = map((load: Load) => {
 *   explain(load, { reason: `${load.queued} tasks wait`, queued: load.queued });
 *   return load.busy + load.queued;
 * });
 * const manager = new TaskManager({
 *   onCreate: () => ({}), onDestroy: () => undefined, workerCount: 1, maxWorkerCount: 5,
 *   burstInterval: 10, scaling: onePerTask,
 * });
 * manager.events$.subscribe((event) => {
 *   if (event.type === 'scaled' && event.to > event.from) {
 *     console.log(event.to, event.why?.reason); // 3 2 tasks wait
 *   }
 * });
 * for (let i = 0; i < 3; i++) void manager.queueTask(() => new Promise((done) => setTimeout(done, 100)));
 * await manager.stop();
 * ```
 *
 * @param load - the load that the policy was given
 * @param why - the reason, and any facts: numbers, texts, booleans
 * @throws InvalidConfigError if the load or the reason is of the wrong type
 * @see {@link whyOf}, {@link ScalingPolicy}
 */
export const explain = (load: Load, why: Why): void => {
  checkObject('load', load);
  checkObject('why', why);
  checkString('why.reason', why.reason);
  said.set(load, why);
};

/**
 * What a policy has said about its decision on a load.
 *
 * The manager asks for it by itself. Call it in a test of a policy, or in an operator that chooses among the targets of
 * several policies.
 *
 * @example
 * ```ts
 * import { of } from 'rxjs';
 * import { justInTimeStaffing, whyOf, type Load } from 'rx-tasker';
 *
 * const load: Load = {
 *   time: 0, arrivalRate: 20, completionRate: 20, throughput: 20, meanExecutionTime: 500, executionTime: 50_000,
 *   completed: 100, failed: 0, queued: 3, oldestWait: 20, busy: 2, ready: 2, startupTime: 2000,
 *   current: 2, base: 2, max: 200,
 * };
 * of(load).pipe(justInTimeStaffing()).subscribe((target) => {
 *   console.log(target, whyOf(load)); // near 5 { reason: 'tasks waiting: 3, …', least: 5, … }
 * });
 * ```
 *
 * @param load - the load that the policy was given
 * @returns what was said last, or `undefined`
 * @see {@link explain}
 */
export const whyOf = (load: Load): Why | undefined => said.get(load);

/**
 * What a policy has just said about its decision on a load, which from then on nobody has said.
 *
 * @internal
 */
export const takeWhy = (load: Load): Why | undefined => {
  const why = said.get(load);
  said.delete(load);
  return why;
};
