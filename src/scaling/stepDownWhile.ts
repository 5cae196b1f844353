import {
  concat,
  defer,
  from,
  map,
  of,
  withLatestFrom,
  type MonoTypeOperatorFunction,
  type ObservableInput,
} from 'rxjs';
import { check, checkNotNegative, checkObject, checkPositive } from '../checks/check.js';

/** The options of `stepDownWhile`. */
export interface StepDownWhileOptions {
  /**
   * What each target is of the one before during an overload; > 0 and < 1.
   *
   * @default 0.9
   */
  ratio?: number | undefined;
  /**
   * The target below which it does not step; a number >= 0.
   *
   * @default 1
   */
  base?: number | undefined;
}

/**
 * Lowers targets step by step while something that the load does not show is overloaded: the event loop, the memory, a
 * database. It is an operator on targets, for use after any policy.
 *
 * ![stepDownWhile](../../marbles/stepDownWhile.svg)
 *
 * While the latest value of `overloaded$` is true, each target is at most `ratio` times the one before. Otherwise
 * targets pass. So after an overload the target comes back at once. If that is too soon, add
 * `stabilise({ down: 0, up: 10_000 })`: it comes back when the overload has been over for ten seconds.
 *
 * Targets pass below `base`, but no step leads there. The manager raises every target to its `workerCount` anyway: so
 * `base` is for a limit of starts, or for a test. Steps come with targets, a step a look. After a policy that completes,
 * as `fixed` does, there is none.
 *
 * `overloaded$` is subscribed to before the targets. Before it emits nothing is overloaded, and after it completes its last
 * value stays. Its error is that of the output.
 *
 * @example
 * ```ts
 * import { concat, NEVER, of } from 'rxjs';
 * import { stepDownWhile } from 'rx-tasker';
 *
 * const overloaded$ = concat(of(true), NEVER);
 * of(40, 40, 40, 40, 4)
 *   .pipe(stepDownWhile(overloaded$, { ratio: 0.5, base: 8 }))
 *   .subscribe((target) => console.log(target)); // 20, 10, 8, 8, 4
 * ```
 *
 * @param overloaded$ - whether something is overloaded: an Observable, a Promise, an iterable
 * @param options - ratio and base
 * @returns an operator from targets to lower targets
 * @throws InvalidConfigError if an option is out of its range; TypeError if `overloaded$` is not an ObservableInput
 * @see {@link lowest}, {@link stabilise}
 */
export const stepDownWhile = (
  overloaded$: ObservableInput<boolean>,
  options: StepDownWhileOptions = {},
): MonoTypeOperatorFunction<number> => {
  checkObject('options', options);
  const { ratio = 0.9, base = 1 } = options;
  check(checkPositive('ratio', ratio) < 1, 'a number < 1', 'ratio', ratio);
  checkNotNegative('base', base);

  const signal$ = concat(of(false), from(overloaded$));

  return (targets) =>
    defer(() => {
      let before: number | undefined;
      return targets.pipe(
        withLatestFrom(signal$),
        map(([target, isOverloaded]) => {
          const ceiling = isOverloaded ? Math.max(base, ratio * (before ?? target)) : target;
          before = Math.min(target, ceiling);
          return before;
        }),
      );
    });
};
