import { Observable, type OperatorFunction } from 'rxjs';
import { checkObject, checkPositiveCount } from '../checks/check.js';
import { subscribeTo } from '../rx/HandlerSubscriber.js';
import { InvalidConfigError } from '../checks/InvalidConfigError.js';
import { Digest } from '../measures/Digest.js';

/** The options of `quantiles`. */
export interface QuantilesOptions {
  /**
   * The number of values between two emissions. At the end, the operator emits once more for the rest.
   *
   * @default 1
   */
  every?: number | undefined;
}

/**
 * Running quantiles of all values so far, in constant memory.
 *
 * ![quantiles](../../marbles/quantiles.svg)
 *
 * A t-digest estimates the quantiles (Dunning and Ertl, "Computing extremely accurate quantiles using
 * t-digests", 2019). Few values give exact quantiles. The estimates are closest at both ends of the
 * distribution. A source without values gives an output without values. A value that is not a finite number is
 * an error of the output.
 *
 * @example
 * ```ts
 * import { last, range } from 'rxjs';
 * import { quantiles } from 'rx-tasker/operators';
 *
 * range(1, 99)
 *   .pipe(quantiles([0.5, 0.9]), last())
 *   .subscribe(([median, p90]) => console.log(median, p90)); // near 50 and 90
 * ```
 *
 * @param ps - the quantiles, each from 0 to 1
 * @param options - every
 * @returns an operator from numbers to their quantiles, in the order of `ps`
 * @throws InvalidConfigError (a RangeError) if a `p` is not from 0 to 1, or `every` is not an integer >= 1; on the
 * output, if a value is not a finite number
 */
export function quantiles(
  ps: readonly number[],
  options: QuantilesOptions = {},
): OperatorFunction<number, readonly number[]> {
  checkObject('options', options);
  const { every = 1 } = options;
  if (!Array.isArray(ps)) throw new InvalidConfigError('ps', ps, 'an array of numbers from 0 to 1');
  const wanted = ps.map((p: number, index) => {
    if (typeof p === 'number' && p >= 0 && p <= 1) return p;
    throw new InvalidConfigError(`ps[${index}]`, p, 'a number from 0 to 1');
  });
  checkPositiveCount('every', every);

  return (source) =>
    new Observable((output) => {
      const digest = new Digest();
      const emit = (): void => output.next(wanted.map((p) => digest.quantile(p)));

      subscribeTo(source, output, {
        next: (value) => {
          if (!Number.isFinite(value))
            throw new InvalidConfigError('value', value, 'a finite number');
          digest.add(value);
          if (digest.count % every === 0) emit();
        },
        complete: () => {
          if (digest.count % every !== 0) emit();
          output.complete();
        },
      });
    });
}
