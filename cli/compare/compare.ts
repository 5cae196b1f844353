import type { Bounds } from '../bounds.js';
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
import { between, curveWaits, foresee, neverRising, type Foreseen } from './foresee.js';

/** The result of one policy. */
export interface Compared {
  readonly settings: Settings;
  readonly outcome: Outcome;
  /** Whether the policy has no parameters but the given ones. */
  readonly isPlain: boolean;
  /** Whether no other policy is as good in both cost and p99 of the waits, and better in one. */
  readonly isOnFrontier: boolean;
  /** The cost, over that of the clairvoyant at the same p99; `undefined` where the curve does not reach. */
  readonly overClairvoyant: number | undefined;
}

/** The results of all policies with one startup time. */
export interface Comparison {
  readonly startup: number;
  /** The cheapest first. */
  readonly results: readonly Compared[];
  /** What the clairvoyant pays, by wait. */
  readonly curve: readonly Foreseen[];
}

/** The part of a comparison that the command line sets. */
export interface ComparisonRequest {
  readonly given: Omit<GivenSettings, 'policy' | 'startup'>;
  readonly bounds: Bounds;
  readonly startup: number;
  /** The only policy to compare. */
  readonly policy: Policy | undefined;
  /** Called before each step with its number and how many there are. */
  readonly onStep: (step: number, steps: number) => void;
}

/**
 * Replays a trace with every policy.
 *
 * @throws UsageError if a parameter is out of its range
 */
export const compare = (tasks: readonly TraceTask[], request: ComparisonRequest): Comparison => {
  const { given, bounds, startup, onStep } = request;
  const runs = runsOf(request);
  const waits = curveWaits(startup);
  const steps = runs.length + waits.length;
  const tried = runs.map(({ settings, isPlain }, index) => {
    onStep(index + 1, steps);
    return { settings, isPlain, outcome: simulateSettings(tasks, settings) };
  });
  const foreseen = waits.map((wait, index) => {
    onStep(runs.length + index + 1, steps);
    return foresee(tasks, { ...bounds, startup, startCost: given.startCost }, wait);
  });
  const curve = neverRising(foreseen.filter((each) => each !== undefined));
  const results = tried.map((each): Compared => {
    const { wait, costRatio } = each.outcome;
    const known = between(curve, wait.p99);
    return {
      ...each,
      isOnFrontier: !tried.some(({ outcome }) => isBetter(outcome, each.outcome)),
      overClairvoyant: known ? costRatio / known : undefined,
    };
  });
  return { startup, results: results.sort((a, b) => a.outcome.cost - b.outcome.cost), curve };
};

const runsOf = ({ given, bounds, startup, policy: only }: ComparisonRequest) =>
  candidatesOf(only, bounds).map(({ policy, isPlain }) => {
    // A fixed number of workers is there from the beginning, and has no other bounds.
    const range = policy.name === 'fixed' ? { base: undefined, max: undefined } : bounds;
    return { settings: completeSettings({ ...given, ...range, startup, policy }), isPlain };
  });

const isBetter = (a: Outcome, b: Outcome): boolean =>
  a.cost <= b.cost && a.wait.p99 <= b.wait.p99 && (a.cost < b.cost || a.wait.p99 < b.wait.p99);
