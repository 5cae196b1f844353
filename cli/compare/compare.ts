import type { Bounds } from '../bounds.js';
import { clairvoyant, type Clairvoyant } from '../clairvoyant.js';
import type { Policy } from '../policies.js';
import {
  completeSettings,
  simulateSettings,
  type GivenSettings,
  type Outcome,
  type Settings,
} from '../settings.js';
import type { TraceTask } from '../trace/parseCsvTrace.js';
import { candidatesOf } from './candidates.js';

/** The result of one policy. */
export interface Compared {
  readonly settings: Settings;
  readonly outcome: Outcome;
  /** Whether the policy has no parameters but the given ones. */
  readonly isPlain: boolean;
  /** Whether no other policy is as good in both cost and p99 of the waits, and better in one. */
  readonly isOnFrontier: boolean;
  /** The cost, over that of the clairvoyant at the same p99; `undefined` if even the clairvoyant does not reach that. */
  readonly overClairvoyant: number | undefined;
}

/** What the clairvoyant pays so that at most one task in a hundred waits for longer than `wait`, in ms. */
export interface Foreseen extends Clairvoyant {
  readonly wait: number;
  /** What is paid over the sum of the durations. */
  readonly costRatio: number;
}

/** The results of all policies with one startup time. */
export interface Comparison {
  readonly startup: number;
  /** The cheapest first. */
  readonly results: readonly Compared[];
  /** By wait. */
  readonly curve: readonly Foreseen[];
}

/** The part of a comparison that the command line sets. */
export interface ComparisonRequest {
  readonly given: Omit<GivenSettings, 'policy' | 'startup'>;
  readonly bounds: Bounds;
  readonly startup: number;
  /** The only policy to compare. */
  readonly policy: Policy | undefined;
  /** Called before each simulation with its number and how many there are. */
  readonly onRun: (run: number, runs: number) => void;
}

/**
 * Replays a trace with every policy.
 *
 * @throws UsageError if a parameter is out of its range
 */
export const compare = (
  tasks: readonly TraceTask[],
  { given, bounds, startup, policy: only, onRun }: ComparisonRequest,
): Comparison => {
  const candidates = candidatesOf(only, bounds);
  const runs = candidates.map(({ policy, isPlain }) => {
    // A fixed number of workers is there from the beginning, and has no other bounds.
    const range = policy.name === 'fixed' ? { base: undefined, max: undefined } : bounds;
    return { settings: completeSettings({ ...given, ...range, startup, policy }), isPlain };
  });
  const tried = runs.map(({ settings, isPlain }, index) => {
    onRun(index + 1, runs.length);
    return { settings, isPlain, outcome: simulateSettings(tasks, settings) };
  });
  const foresee = foresight(tasks, { ...bounds, startup, startCost: given.startCost ?? startup });
  const results = tried.map((each): Compared => {
    const known = foresee(each.outcome.wait.p99);
    return {
      ...each,
      isOnFrontier: !tried.some(({ outcome }) => isBetter(outcome, each.outcome)),
      overClairvoyant:
        known && known.workerSeconds > 0 ? each.outcome.cost / known.workerSeconds : undefined,
    };
  });
  const waits = [...new Set([...CURVE, ...(startup > 0 ? [startup] : [])])].sort((a, b) => a - b);
  return {
    startup,
    results: results.sort((a, b) => a.outcome.cost - b.outcome.cost),
    curve: waits.map(foresee).filter((each) => each !== undefined),
  };
};

/** The waits at which the curve of the clairvoyant is known, in ms. */
const CURVE = [1, 10, 30, 100, 300, 1000, 3000, 10_000];

type Range = Bounds & { readonly startup: number; readonly startCost: number };

/** Asks the clairvoyant, once for each wait. */
const foresight = (
  tasks: readonly TraceTask[],
  range: Range,
): ((wait: number) => Foreseen | undefined) => {
  const work = tasks.reduce((sum, { duration }) => sum + duration, 0) / 1000;
  const known = new Map<number, Foreseen | undefined>();
  return (wait) => {
    if (!known.has(wait)) {
      const found = clairvoyant(tasks, { ...range, wait });
      const costRatio = found && work > 0 ? found.workerSeconds / work : 0;
      known.set(wait, found && { ...found, wait, costRatio });
    }
    return known.get(wait);
  };
};

const isBetter = (a: Outcome, b: Outcome): boolean =>
  a.cost <= b.cost && a.wait.p99 <= b.wait.p99 && (a.cost < b.cost || a.wait.p99 < b.wait.p99);
