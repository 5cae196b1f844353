import { InvalidConfigError } from 'rx-tasker';
import { costOf } from './clairvoyant/costOf.js';
import { findSchedule } from './clairvoyant/findSchedule.js';
import { priceBound } from './clairvoyant/priceBound.js';
import { earliestEnd, type Problem } from './clairvoyant/Problem.js';
import { timeCells } from './clairvoyant/timeCells.js';

/** The workers that the clairvoyant may have. */
export interface ClairvoyantOptions {
  /** How many workers are always up. They are paid from the first arrival to the end of the last task. */
  readonly base: number;
  /** The greatest number of workers at once, those that start included. */
  readonly max: number;
  /** How long another worker takes to come up, in ms. It is paid from its order. */
  readonly startup: number;
  /** What a start costs in all, in ms of worker-time. It is `startup` if only worker-time costs. */
  readonly startCost: number;
  /** How long a task may wait, in ms. */
  readonly wait: number;
}

/** What the clairvoyant pays. `workerSeconds` of a policy is comparable if a start costs just its startup. */
export interface Clairvoyant {
  /** The cost of the cheapest schedule that was found. */
  readonly workerSeconds: number;
  /** A proven lower bound: no schedule in which no task waits longer than `wait` costs less. */
  readonly leastSeconds: number;
  /** The number of workers made in the found schedule, base workers included. */
  readonly workersStarted: number;
  /** The greatest number of workers at once in the found schedule. */
  readonly peakWorkers: number;
}

/**
 * The least cost with which no task waits longer than `wait`, for one who knows the future.
 *
 * The model is that of `simulate`: a task runs on one worker without a pause, tasks start in the order of arrival. The
 * base workers are ready at the first arrival. When the pool shrinks, an idle worker leaves, whichever it is. Another worker is paid from its order, `startup` before it is up, to
 * its release; it may be ordered before the first arrival. Each start costs `startCost - startup` beside.
 *
 * For given starts of the tasks the cheapest workers are known exactly. So the answer is exact for `wait: 0`, where
 * nothing is left to choose (and `startCost >= startup`). Otherwise the best starts are hard to find, and there are two
 * numbers: what a good schedule costs, and what no schedule falls below. A policy may be compared with both. What a
 * policy costs whose longest wait is `wait` is never below `leastSeconds`.
 *
 * @example
 * ```ts
 * import { clairvoyant } from './clairvoyant.js';
 *
 * const tasks = [0, 0, 0].map((at) => ({ at, duration: 1000 }));
 * const options = { base: 1, max: 9, startup: 500, startCost: 500 };
 * console.log(clairvoyant(tasks, { ...options, wait: 0 })?.workerSeconds); // 4: a second for base, two others with 1.5
 * console.log(clairvoyant(tasks, { ...options, wait: 2000 })?.workerSeconds); // 3: one after the other
 * ```
 *
 * @param tasks - in the order of arrival; times in ms
 * @param options - the workers, and how long a task may wait
 * @returns the costs; undefined if a task waits longer even with `max` workers
 * @throws InvalidConfigError that names the field or the task, its value and what is expected
 */
export const clairvoyant = (
  tasks: readonly { at: number; duration: number }[],
  options: ClairvoyantOptions,
): Clairvoyant | undefined => {
  checkOptions(options);
  checkTasks(tasks);
  if (tasks.length === 0) {
    return { workerSeconds: 0, leastSeconds: 0, workersStarted: 0, peakWorkers: 0 };
  }
  const first = tasks[0]!.at;
  const problem: Problem = {
    ...options,
    at: Float64Array.from(tasks, ({ at }) => at - first),
    duration: Float64Array.from(tasks, ({ duration }) => duration),
  };
  const cells = timeCells(problem);
  const rounds = Math.round(Math.min(MOST_ROUNDS, Math.max(LEAST_ROUNDS, ROUNDS / tasks.length)));
  const bound = priceBound(problem, cells, problem.wait === 0 ? 0 : rounds);
  const steps = problem.wait === 0 ? 0 : STEPS + STEPS_PER_TASK * tasks.length;
  const starts = findSchedule(problem, cells, bound, steps);
  if (!starts) return undefined;

  const ends = starts.map((start, i) => start + problem.duration[i]!);
  const lastEnd = ends.reduce((latest, end) => Math.max(latest, end), 0);
  const { workerTime, ...counts } = costOf(starts, ends, lastEnd, problem);
  return {
    workerSeconds: workerTime / 1000,
    // Both are sums of many numbers: where they are equal, the one is the other but for rounding.
    leastSeconds: Math.min(workerTime, Math.max(bound.least, compulsoryCost(problem))) / 1000,
    ...counts,
  };
};

// About two seconds for ten thousand tasks, half of it for each.
const ROUNDS = 6_000_000;
const MOST_ROUNDS = 600;
const LEAST_ROUNDS = 60;
const STEPS = 10_000_000;
const STEPS_PER_TASK = 300;

/**
 * A lower bound of the cost, exact without waits. A task that takes longer than it may wait runs for sure from its
 * latest start to its earliest end. Fewer tasks at each moment never cost more.
 */
const compulsoryCost = (problem: Problem): number => {
  const { at, duration, wait, startCost } = problem;
  const isSure = (_: number, i: number): boolean => duration[i]! > wait || wait === 0;
  const starts = at.map((arrival) => arrival + wait).filter(isSure);
  const ends = at.map((arrival, i) => arrival + duration[i]!).filter(isSure);
  // To pay less than the startup for a start is to wait for no startup.
  const startup = Math.min(problem.startup, startCost);
  return costOf(starts, ends, earliestEnd(problem), { ...problem, startup }).workerTime;
};

const checkOptions = (options: ClairvoyantOptions): void => {
  if (typeof options !== 'object' || options === null) {
    throw new InvalidConfigError('options', options, 'an object');
  }
  const { base, max } = options;
  if (!Number.isSafeInteger(base) || base < 0) {
    throw new InvalidConfigError('base', base, 'an integer >= 0');
  }
  if (!Number.isSafeInteger(max) || max < Math.max(1, base)) {
    throw new InvalidConfigError('max', max, `an integer >= 1 and >= base (${base})`);
  }
  for (const field of ['startup', 'startCost', 'wait'] as const) {
    const value = options[field];
    if (!Number.isFinite(value) || value < 0) {
      throw new InvalidConfigError(field, value, 'a finite number of ms >= 0');
    }
  }
};

const checkTasks = (tasks: readonly { at: number; duration: number }[]): void => {
  let latest = -Infinity;
  tasks.forEach(({ at, duration }, i) => {
    if (!Number.isFinite(at) || at < latest) {
      const expected = `a finite number of ms, not before the task before (${latest})`;
      throw new InvalidConfigError(`tasks[${i}].at`, at, expected);
    }
    if (!Number.isFinite(duration) || duration < 0) {
      throw new InvalidConfigError(`tasks[${i}].duration`, duration, 'a finite number of ms >= 0');
    }
    latest = at;
  });
};
