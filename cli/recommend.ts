import type { SimulationReport } from 'rx-tasker/simulation';
import { parameterKind, policies, type Policy, type PolicyName } from './policies.js';
import type { Settings } from './settings.js';
import { distance, type Target } from './targets.js';

/** What is kept of a simulation. */
export type Outcome = Omit<SimulationReport, 'timeline'>;

/** Settings that were tried. */
export interface Trial {
  readonly settings: Settings;
  readonly outcome: Outcome;
  /** How far it is from the targets; at most 1 meets them. */
  readonly distance: number;
}

export interface Recommendation {
  /** The cheapest that meets the targets. */
  readonly best: Trial | undefined;
  /** The cheapest that meets them with each policy, or else the closest, the best first. */
  readonly byPolicy: readonly Trial[];
  readonly trials: readonly Trial[];
  /** Whether more was to be tried than `runs` allowed. */
  readonly isCutShort: boolean;
}

export interface SearchOptions {
  readonly simulate: (settings: Settings) => Outcome;
  readonly targets: readonly Target[];
  /** All that is not searched for. */
  readonly fixed: Pick<Settings, 'startup' | 'interval' | 'rateWindow'>;
  /** The least number of base workers. */
  readonly base: number;
  /** The greatest number of workers. */
  readonly max: number;
  /** If it is given, other policies are not tried, and its parameters stay as they are. */
  readonly policy?: Policy | undefined;
  /** Whether the rate window may be changed, too. */
  readonly searchRateWindow: boolean;
  /** The most simulations. */
  readonly runs: number;
}

/**
 * Looks for the settings that cost the fewest worker-seconds and meet the targets, in three steps: the smallest
 * pool that never changes; for each policy with each of a few parameters the smallest base; and then, from the
 * cheapest of these, one setting after the other up and down for as long as it gets cheaper.
 *
 * It relies on that more workers cost more and shorten waits, which holds but for small differences. That makes
 * a pool of `max` workers the best there is for the waits: if that does not meet the targets, nothing does.
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
    // Ahead of those that are cheaper by chance.
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

  /** @returns how many workers it takes if their number never changes; `undefined` if `max` are too few */
  #smallestConstantPool(): number | undefined {
    const { base, max, policy } = this.#options;
    const [shape] = policy ? shapes(policy) : [];
    const meets = (count: number): boolean =>
      this.#try(count, count, shape ?? { name: 'fixed', parameters: { count } }).distance <= 1;
    return meets(max) ? leastThat(meets, base, max) : undefined;
  }

  /** Looks for the smallest base, of less than `enough`, for as long as that may be cheaper than the best. */
  #smallestBase(base: number, enough: number, policy: Policy, max: number): void {
    if (base >= enough) return;
    const isEnough = (count: number): boolean => {
      if (count >= enough) return true;
      const trial = this.#try(count, max, policy);
      // With more base workers it would cost more still.
      return trial.distance <= 1 || trial.outcome.workerSeconds >= this.#leastCost;
    };
    leastThat(isEnough, base, enough);
  }

  /** Changes one thing of the best after the other, each for as long as that makes it cheaper. */
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

  /** From bold to careful. A parameter may pay only with more or fewer base workers. */
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
    // What is cheaper by a thousandth is so by chance.
    if (trial.distance <= 1 && outcome.workerSeconds < this.#leastCost * 0.999) this.#best = trial;
    return trial;
  }
}

/** What is tried first of each policy. */
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

/** What is not given makes room for what is. */
const withGiven = (
  parameters: Policy['parameters'],
  given: Policy['parameters'] = {},
): Policy['parameters'] => {
  const { low, high } = { ...parameters, ...given };
  if (low === undefined || high === undefined || low <= high) return { ...parameters, ...given };
  return { ...parameters, ...('low' in given ? { high: 2 * low } : { low: high / 2 }), ...given };
};

type Move = (settings: Settings) => Settings;

/** With a share of the base workers more or fewer, and `more` on top of that. */
const withBase = (settings: Settings, share: number, more: number): Settings => ({
  ...settings,
  base: settings.base + Math.trunc(settings.base * share) + more,
});

const withParameter = (settings: Settings, name: string, factor: number): Settings => {
  const { policy } = settings;
  const value = policy.parameters[name]!;
  const isCount = parameterKind(policy.name, name) === 'count';
  // Of 0 there is no multiple, and a count has to move.
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

/** Two digits are what a person would write. */
const rounded = (value: number): number => Number(value.toPrecision(2));

const isInOrder = ({ low = 0, high = Infinity, step = 1 }: Policy['parameters']): boolean =>
  low <= high && step >= 1;

/** The least integer from … to for which `holds`, which has to hold from there on, and for `to`. */
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
