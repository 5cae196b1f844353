import { policies, type Policy } from '../policies.js';
import type { Outcome, Settings } from '../settings.js';
import { distance, type Target } from '../targets.js';
import { leastThat } from './leastThat.js';
import { movesOf, type Move } from './moves.js';
import { shapes } from './shapes.js';
import { byMerit, type Trial } from './trial.js';

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
  readonly fixed: Pick<Settings, 'startup' | 'startCost' | 'interval' | 'rateWindow'>;
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
 * Searches for the settings that meet the targets at the lowest cost, in three steps:
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
    const { base, max, policy, targets } = this.#options;
    const smallest = this.#smallestConstantPool();
    if (smallest === undefined || policy?.name === 'fixed') return;
    for (const shape of shapes(policy, targets)) this.#smallestBase(base, smallest, shape, max);
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
    const { base, max, policy, targets } = this.#options;
    const [shape] = policy ? shapes(policy, targets) : [];
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
      return trial.distance <= 1 || trial.outcome.cost >= this.#leastCost;
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

  #moves({ name }: Policy): Move[] {
    const { policy: given, searchRateWindow } = this.#options;
    const free = Object.keys(policies[name].parameters).filter(
      (each) => !given || !(each in given.parameters),
    );
    const usesRates = name === 'squareRootStaffing' || name === 'rateDeficit';
    return movesOf(free, searchRateWindow && usesRates);
  }

  get #leastCost(): number {
    return this.#best?.outcome.cost ?? Infinity;
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
    if (trial.distance <= 1 && outcome.cost < this.#leastCost * 0.999) this.#best = trial;
    return trial;
  }
}

const isInOrder = ({ low = 0, high = Infinity, step = 1 }: Policy['parameters']): boolean =>
  low <= high && step >= 1;
