import type { SimulationReport } from 'rx-tasker/simulation';
import { parameterKind, policies, type Policy, type PolicyName } from './policies.js';
import type { Settings } from './settings.js';
import { distance, type Target } from './targets.js';

/** The part of a report that the search keeps. */
export type Outcome = Omit<SimulationReport, 'timeline'>;

/** Tried settings. */
export interface Trial {
  readonly settings: Settings;
  readonly outcome: Outcome;
  /** The distance from the targets. At most 1 meets the targets. */
  readonly distance: number;
}

export interface Recommendation {
  /** The cheapest trial that meets the targets. */
  readonly best: Trial | undefined;
  /** For each policy the cheapest trial that meets the targets, otherwise the closest trial. The best comes first. */
  readonly byPolicy: readonly Trial[];
  readonly trials: readonly Trial[];
  /** Whether `runs` ended the search early. */
  readonly isCutShort: boolean;
}

export interface SearchOptions {
  readonly simulate: (settings: Settings) => Outcome;
  readonly targets: readonly Target[];
  /** The settings that the search does not change. `rateWindow` is a start if `searchRateWindow` is set. */
  readonly fixed: Pick<Settings, 'startup' | 'interval' | 'rateWindow'>;
  /** The least number of base workers. */
  readonly base: number;
  /** The greatest number of workers. */
  readonly max: number;
  /** The search tries only this policy, and keeps its given parameters. */
  readonly policy?: Policy | undefined;
  /** Whether the search may change the rate window too. */
  readonly searchRateWindow: boolean;
  /** The greatest number of simulations. */
  readonly runs: number;
}

/**
 * Searches for the settings that meet the targets with the fewest worker-seconds, in three steps:
 *
 * 1. The smallest pool that never changes.
 * 2. For each policy, with a few values of its parameters, the smallest base.
 * 3. From the cheapest of these, each setting up and down while that lowers the cost.
 *
 * The search assumes that more workers cost more and shorten waits, which holds except for small differences. So
 * no pool has shorter waits than a constant pool of `max` workers. If that pool misses the targets, all pools do.
 */
export const recommend = (options: SearchOptions): Recommendation => {
  const search = new Search(options);
  try {
    search.run();
  } catch (error) {
    if (!(error instanceof RunsUsedUp)) throw error;
    return search.result(true);
  }
  return search.result(false);
};

class RunsUsedUp extends Error {}

class Search {
  readonly #options: SearchOptions;
  readonly #trials = new Map<string, Trial>();
  #best: Trial | undefined;

  constructor(options: SearchOptions) {
    this.#options = options;
  }

  run(): void {
    const { base, max, policy } = this.#options;
    const smallest = this.#smallestConstantPool();
    if (smallest === undefined || policy?.name === 'fixed') return;
    for (const shape of shapes(policy)) this.#smallestBase(base, smallest, shape, max);
    this.#refine();
  }

  result(isCutShort: boolean): Recommendation {
    const sorted = [...this.#trials.values()].sort(byMerit);
    // The best trial comes before trials that are cheaper by chance.
    const trials = this.#best
      ? [this.#best, ...sorted.filter((trial) => trial !== this.#best)]
      : sorted;
    const names = new Set(trials.map(({ settings }) => settings.policy.name));
    return {
      best: this.#best,
      byPolicy: [...names].map((name) =>
        trials.find(({ settings }) => settings.policy.name === name)!,
      ),
      trials,
      isCutShort,
    };
  }

  /** @returns the size of the smallest constant pool that meets the targets; `undefined` if `max` is too small */
  #smallestConstantPool(): number | undefined {
    const { base, max, policy } = this.#options;
    const [shape] = policy ? shapes(policy) : [];
    const meets = (count: number): boolean =>
      this.#try(count, count, shape ?? { name: 'fixed', parameters: { count } }).distance <= 1;
    return meets(max) ? leastThat(meets, base, max) : undefined;
  }

  /** Searches for the smallest base below `enough`, while the result may be cheaper than the best. */
  #smallestBase(base: number, enough: number, policy: Policy, max: number): void {
    if (base >= enough) return;
    const isEnough = (count: number): boolean => {
      if (count >= enough) return true;
      const trial = this.#try(count, max, policy);
      // More base workers would cost even more.
      return trial.distance <= 1 || trial.outcome.workerSeconds >= this.#leastCost;
    };
    leastThat(isEnough, base, enough);
  }

  /** Changes one setting of the best after the other, each while the change lowers the cost. */
  #refine(): void {
    let before: Trial | undefined;
    while (this.#best && this.#best !== before) {
      before = this.#best;
      const { policy } = before.settings;
      // The smallest pool that never changes is known.
      if (policy.name === 'fixed') return;
      for (const move of this.#moves(policy)) {
        while (this.#improves(move(this.#best.settings)));
      }
    }
  }

  #improves(settings: Settings): boolean {
    const { base, max, policy, rateWindow } = settings;
    if (base < this.#options.base || base > max || !isInOrder(policy.parameters)) return false;
    const before = this.#best;
    this.#try(base, max, policy, rateWindow);
    return this.#best !== before;
  }

  /** The moves, from bold to careful. A new parameter may pay only with more or fewer base workers. */
  #moves({ name, parameters }: Policy): Move[] {
    const { policy: given, searchRateWindow } = this.#options;
    const free = Object.keys(parameters).filter((each) => !given || !(each in given.parameters));
    const usesRates = name === 'squareRootStaffing' || name === 'rateDeficit';
    const sizes = [1.4, 1 / 1.4, 1.1, 1 / 1.1];
    return [
      ...[-1 / 4, -1 / 8, 0].map(
        (share): Move =>
          (settings) =>
            withBase(settings, share, -1),
      ),
      ...free.flatMap((parameter) =>
        sizes.flatMap((factor): Move[] => [
          (settings) => withParameter(settings, parameter, factor),
          (settings) => withBase(withParameter(settings, parameter, factor), 0, -1),
          (settings) => withBase(withParameter(settings, parameter, factor), -1 / 8, -1),
          (settings) => withBase(withParameter(settings, parameter, factor), 1 / 8, 1),
        ]),
      ),
      ...(searchRateWindow && usesRates ? sizes : []).map((factor): Move => (settings) => ({
        ...settings,
        rateWindow: rounded(settings.rateWindow * factor),
      })),
      (settings) => ({ ...settings, max: Math.floor(settings.max * 0.8) }),
    ];
  }

  get #leastCost(): number {
    return this.#best?.outcome.workerSeconds ?? Infinity;
  }

  #try(
    base: number,
    max: number,
    policy: Policy,
    rateWindow = this.#options.fixed.rateWindow,
  ): Trial {
    const { fixed, simulate, targets, runs } = this.#options;
    const settings: Settings = { ...fixed, rateWindow, base, max, policy };
    const key = JSON.stringify(settings);
    const known = this.#trials.get(key);
    if (known) return known;
    if (this.#trials.size >= runs) throw new RunsUsedUp();
    const outcome = simulate(settings);
    const trial = { settings, outcome, distance: distance(outcome.wait, targets) };
    this.#trials.set(key, trial);
    // A gain of less than a thousandth is chance.
    if (trial.distance <= 1 && outcome.workerSeconds < this.#leastCost * 0.999) this.#best = trial;
    return trial;
  }
}

/** The first parameters to try with each policy. */
const grid: Readonly<Record<PolicyName, readonly Policy['parameters'][]>> = {
  squareRootStaffing: [200, 1000, 3000].flatMap((horizon) =>
    [
      [0, 1],
      [1, 2],
      [3, 6],
      [8, 16],
    ].map(([low, high]) => ({ horizon, low: low!, high: high! })),
  ),
  adaptiveStaffing: [300, 10_000].flatMap((hold) =>
    [
      [0.6, 2],
      [3, 6],
      [8, 16],
    ].map(([low, high]) => ({ horizon: 500, low: low!, high: high!, memory: 2000, hold })),
  ),
  rateDeficit: [{}],
  backlogThreshold: [0, 8].flatMap((threshold) => [2, 16].map((step) => ({ threshold, step }))),
  fixed: [],
};

const shapes = (given: Policy | undefined): Policy[] =>
  (Object.keys(policies) as PolicyName[])
    .filter((name) => !given || name === given.name)
    .flatMap((name) =>
      grid[name]
        .map((parameters) => withGiven(parameters, given?.parameters))
        .map((parameters) => ({ name, parameters })),
    );

/** A parameter that is not given makes room for a given one. */
const withGiven = (
  parameters: Policy['parameters'],
  given: Policy['parameters'] = {},
): Policy['parameters'] => {
  const { low, high } = { ...parameters, ...given };
  if (low === undefined || high === undefined || low <= high) return { ...parameters, ...given };
  return { ...parameters, ...('low' in given ? { high: 2 * low } : { low: high / 2 }), ...given };
};

type Move = (settings: Settings) => Settings;

/** Changes the base by a share of itself, and then by `more`. */
const withBase = (settings: Settings, share: number, more: number): Settings => ({
  ...settings,
  base: settings.base + Math.trunc(settings.base * share) + more,
});

const withParameter = (settings: Settings, name: string, factor: number): Settings => {
  const { policy } = settings;
  const value = policy.parameters[name]!;
  const isCount = parameterKind(policy.name, name) === 'count';
  // 0 has no multiple, and a count must change by one at least.
  const changed = isCount
    ? Math.max(
        0,
        factor > 1
          ? Math.max(value + 1, Math.floor(value * factor))
          : Math.min(value - 1, Math.ceil(value * factor)),
      )
    : rounded(value === 0 && factor > 1 ? factor - 1 : value * factor);
  const parameters = { ...policy.parameters, [name]: changed };
  return { ...settings, policy: { ...policy, parameters } };
};

/** Two digits, as a person would write. */
const rounded = (value: number): number => Number(value.toPrecision(2));

const isInOrder = ({ low = 0, high = Infinity, step = 1 }: Policy['parameters']): boolean =>
  low <= high && step >= 1;

/** The least integer in from … to for which `holds` is true. It must be true for all greater ones, and for `to`. */
const leastThat = (holds: (value: number) => boolean, from: number, to: number): number => {
  if (holds(from)) return from;
  let [no, yes] = [from, to];
  while (yes - no > 1) {
    const middle = Math.floor((no + yes) / 2);
    if (holds(middle)) yes = middle;
    else no = middle;
  }
  return yes;
};

const byMerit = (a: Trial, b: Trial): number =>
  Math.max(1, a.distance) - Math.max(1, b.distance) ||
  a.outcome.workerSeconds - b.outcome.workerSeconds;
