import type { Bounds } from '../bounds.js';
import { clairvoyant, type Clairvoyant } from '../clairvoyant.js';
import type { TraceTask } from '../trace/parseCsvTrace.js';

/** What the clairvoyant pays if no task may wait for longer than `wait`, in ms. */
export interface Foreseen extends Clairvoyant {
  readonly wait: number;
  /** What is paid, over the sum of the durations. */
  readonly costRatio: number;
}

/** What the clairvoyant may do: its workers, and times in ms. */
export interface Foresight extends Bounds {
  readonly startup: number;
  /** Without it, a start costs `startup`. */
  readonly startCost?: number | undefined;
}

/** The waits at which the curve is known, in ms: the given ones and the startup time. */
export const curveWaits = (startup: number): number[] =>
  [...new Set([0, 10, 100, 300, 1000, 3000, 10_000, 30_000, startup])].sort((a, b) => a - b);

/** @returns `undefined` if even the greatest number of workers lets a task wait for longer */
export const foresee = (
  tasks: readonly TraceTask[],
  { base, max, startup, startCost = startup }: Foresight,
  wait: number,
): Foreseen | undefined => {
  const found = clairvoyant(tasks, { base, max, startup, startCost, wait });
  const work = tasks.reduce((sum, { duration }) => sum + duration, 0) / 1000;
  return found && { ...found, wait, costRatio: work > 0 ? found.workerSeconds / work : 0 };
};

/** The clairvoyant searches. So it may find a worse schedule for a longer wait, but what is good for a short wait stays good. */
export const neverRising = (curve: readonly Foreseen[]): Foreseen[] => {
  const best: Foreseen[] = [];
  for (const each of curve) {
    const before = best.at(-1);
    const isWorse = before && before.workerSeconds < each.workerSeconds;
    best.push(isWorse ? { ...before, leastSeconds: each.leastSeconds, wait: each.wait } : each);
  }
  return best;
};

/**
 * The cost ratio at a wait between two points of a curve. Between these it falls evenly with the logarithm of the wait.
 *
 * @returns `undefined` outside the curve
 */
export const between = (curve: readonly Foreseen[], wait: number): number | undefined => {
  const after = curve.findIndex((each) => each.wait >= wait);
  const [right, left] = [curve[after], curve[after - 1]];
  if (!right || (!left && right.wait > wait)) return undefined;
  if (!left || right.wait === wait) return right.costRatio;
  const share = (scale(wait) - scale(left.wait)) / (scale(right.wait) - scale(left.wait));
  return left.costRatio + share * (right.costRatio - left.costRatio);
};

/** A wait of 0 has no logarithm. */
const scale = (wait: number): number => Math.log(1 + wait);
