import { defer, map } from 'rxjs';
import { check, checkObject, checkPositive, checkPositiveCount } from '../checks/check.js';
import { clamp } from './clamp.js';
import type { Load } from './Load.js';
import { Round } from './Round.js';
import type { ScalingPolicy } from './ScalingPolicy.js';

/** The options of `gradient`. */
export interface GradientOptions {
  /**
   * How much longer than usual tasks may take before the limit falls, as a factor; >= 1.
   *
   * @default 1.5
   */
  tolerance?: number | undefined;
  /**
   * How much of the way to its new value the limit goes in a window; > 0 and <= 1.
   *
   * @default 0.2
   */
  smoothing?: number | undefined;
  /**
   * How many windows the usual execution time remembers; an integer >= 1.
   *
   * @default 600
   */
  memory?: number | undefined;
  /**
   * How many tasks end in a window at least; an integer >= 1.
   *
   * @default 10
   */
  samples?: number | undefined;
  /**
   * The limit at first; an integer >= 1.
   *
   * @default base, or 1 if that is 0
   */
  initial?: number | undefined;
}

/** In a window the limit falls to this part of itself at most, before it is smoothed. */
const STEEPEST = 0.5;

/** The limit is so many times what runs at most. */
const HEADROOM = 5;

/** The first windows count alike, so that the usual time is not that of the very first one. */
const WARM_UP = 10;

/** The usual time falls by this factor while tasks take less than half of it. */
const DECAY = 0.95;

/** After so many windows with a gradient below 1, what is usual is measured anew. */
const DOUBTS = 30;

/**
 * So many windows at a part of the limit measure what is usual. In the last of them hardly a task is left that ran beside
 * more: with two windows such tasks made the limit drift as if nothing was measured (simulated).
 */
const PROBE = 4;

/** That part. With a half, a limit of several times the capacity comes back too slowly (simulated). */
const PROBE_SHARE = 0.4;

/**
 * A limit of starts that finds itself from execution times: it rises while tasks take as long as usual, and falls while
 * they take longer. Take it for a `concurrency`, where what tasks use becomes slow under too many of them. If it answers
 * with errors, take `aimd`; `lowest` has both.
 *
 * A window ends at the first look at which as many tasks have ended as ran when it began, and at least `samples`. Let
 * *short* be the mean execution time of the window, and *long* the running mean of these over `memory` windows. Then:
 *
 * ```
 * gradient = tolerance · long / short, within 0.5 … 1
 * limit    = limit + smoothing · (gradient · limit + √limit − limit), within 1 … max
 * ```
 *
 * The policy emits the limit, rounded down. Execution times have no waiting in them: only the work of the tasks counts, and
 * what it waits for elsewhere.
 *
 * Source: `Gradient2Limit` of [Netflix's concurrency-limits](https://github.com/Netflix/concurrency-limits), for servers
 * that refuse what is too much. Here it waits, so the limit may be used all the time, and then that algorithm drifts.
 * Three things are different:
 *
 * - A window counts only if at least half of the limit ran in it. Others move neither the limit nor *long*. So *long* does
 *   not become what tasks take in quiet hours.
 * - *long* is measured anew in case of doubt. Under a lasting overload it becomes what tasks take in the overload, and the
 *   limit rises on and on. So after 30 windows with a gradient below 1, four windows run at 0.4 of the limit. What tasks
 *   take in the last of them is *long* from then on. Tasks that have become longer by themselves are found out too. As in
 *   Netflix's algorithm, *long* also falls by a twentieth in each window of less than half of it.
 * - After any window the limit is at most five times what ran in it, as in the adaptive limiter of Failsafe-go. A limit
 *   that has grown in a rush is not there for the next one.
 *
 * @example
 * ```ts
 * import { map, range } from 'rxjs';
 * import { gradient, type Load } from 'rx-tasker';
 *
 * const load: Load = {
 *   time: 0, arrivalRate: 20, completionRate: 20, throughput: 20, meanExecutionTime: 50,
 *   completed: 0, failed: 0, queued: 9, busy: 20, executionTime: 50_000, oldestWait: 0, ready: 10, startupTime: 0, current: 20, base: 20, max: 50,
 * };
 * // Between two looks 20 tasks end: after 50 ms each at first, after 500 ms later.
 * range(0, 6)
 *   .pipe(
 *     map((i) => ({
 *       ...load, time: 100 * i, completed: 20 * i, executionTime: 1000 * i + 9000 * Math.max(0, i - 3),
 *     })),
 *     gradient(),
 *   )
 *   .subscribe((limit) => console.log(limit)); // 20, 20, 21, 22, 21, 21
 * ```
 *
 * @param options - tolerance, smoothing, memory, samples and initial
 * @returns the policy
 * @throws InvalidConfigError if an option is out of its range
 * @see {@link aimd}, {@link lowest}
 */
export const gradient = (options: GradientOptions = {}): ScalingPolicy => {
  checkObject('options', options);
  const { tolerance = 1.5, smoothing = 0.2, memory = 600, samples = 10, initial } = options;
  check(checkPositive('tolerance', tolerance) >= 1, 'a number >= 1', 'tolerance', tolerance);
  check(checkPositive('smoothing', smoothing) <= 1, 'a number <= 1', 'smoothing', smoothing);
  checkPositiveCount('memory', memory);
  checkPositiveCount('samples', samples);
  if (initial !== undefined) checkPositiveCount('initial', initial);

  return (loads) =>
    defer(() => {
      const limit = new GradientLimit({ tolerance, smoothing, memory, samples, initial });
      return loads.pipe(map((load) => limit.look(load)));
    });
};

interface Settings {
  readonly tolerance: number;
  readonly smoothing: number;
  readonly memory: number;
  readonly samples: number;
  readonly initial: number | undefined;
}

class GradientLimit {
  readonly #settings: Settings;
  readonly #round: Round;
  #limit: number | undefined;
  /** The usual execution time, in ms. */
  #long = 0;
  /** How many windows `#long` is the mean of, up to `memory`. */
  #windows = 0;
  /** How many windows had a gradient below 1 since `#long` was measured. */
  #doubts = 0;
  /** How many windows at a part of the limit there are to come. The last one measures. */
  #probing = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#round = new Round(settings.samples);
  }

  look(load: Load): number {
    const { initial } = this.#settings;
    const before = clamp(this.#limit ?? initial ?? load.base, 1, load.max);
    const past = this.#round.look(load);
    this.#limit = before;
    if (past && this.#probing > 0) this.#probe(past.meanTime);
    else if (past) {
      if (past.running >= before / 2) this.#limit = this.#move(before, past.meanTime);
      this.#limit = clamp(this.#limit, 1, Math.min(load.max, HEADROOM * past.running));
    }
    return Math.max(1, Math.floor(this.#probing > 0 ? PROBE_SHARE * this.#limit : this.#limit));
  }

  /** Takes a window at a part of the limit. */
  #probe(short: number): void {
    this.#probing--;
    if (this.#probing > 0) return;
    this.#long = short;
    this.#doubts = 0;
  }

  /** Returns the limit after a window that counts. */
  #move(limit: number, short: number): number {
    const { tolerance, smoothing } = this.#settings;
    this.#learn(short);
    const slope = short > 0 ? clamp((tolerance * this.#long) / short, STEEPEST, 1) : 1;
    if (slope < 1) this.#doubts++;
    if (this.#doubts >= DOUBTS) this.#probing = PROBE;
    return limit + smoothing * (limit * slope + Math.sqrt(limit) - limit);
  }

  #learn(short: number): void {
    this.#windows++;
    const { memory } = this.#settings;
    const share = this.#windows <= WARM_UP ? 1 / this.#windows : 2 / (memory + 1);
    this.#long += share * (short - this.#long);
    if (this.#long > 2 * short) this.#long *= DECAY;
  }
}
