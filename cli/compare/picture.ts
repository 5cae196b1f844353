import { describePolicy, policies, type PolicyName } from '../policies.js';
import type { Compared, Comparison } from './compare.js';

/** A place in a picture of costs and waits. */
export interface Place {
  /** In ms; at least 1, since the axis is logarithmic. */
  readonly wait: number;
  readonly cost: number;
}

export interface Mark extends Place {
  readonly label: string;
  readonly family: PolicyName;
  readonly isPlain: boolean;
}

/** What a picture of a comparison shows. */
export interface Picture {
  /** By wait. */
  readonly marks: readonly Mark[];
  /** By wait: the marks that no other one beats. */
  readonly frontier: readonly Place[];
  /** By wait. */
  readonly clairvoyant: readonly Place[];
  /** How many results are outside. */
  readonly leftOut: number;
}

/** The policies that have marks, in the order of `--policy`. */
export const familiesOf = (marks: readonly Mark[]): PolicyName[] =>
  (Object.keys(policies) as PolicyName[]).filter((name) =>
    marks.some(({ family }) => family === name),
  );

/** Leaves out results that would press the others against an edge: a pool that never catches up, for one. */
export const pictureOf = ({ results, curve }: Comparison): Picture => {
  const best = results.filter(({ isOnFrontier }) => isOnFrontier);
  const mostCost = MOST * Math.min(...best.map(({ outcome }) => outcome.costRatio));
  const scaled = results.filter(({ settings }) => settings.policy.name !== 'fixed');
  const mostWait = Math.max(
    1,
    ...(scaled.length > 0 ? scaled : results).map(({ outcome }) => outcome.wait.p99),
  );
  const shown = results
    .filter(({ outcome }) => outcome.costRatio <= mostCost && outcome.wait.p99 <= mostWait)
    .sort((a, b) => a.outcome.wait.p99 - b.outcome.wait.p99);
  return {
    marks: shown.map(markOf),
    frontier: shown.filter(({ isOnFrontier }) => isOnFrontier).map(markOf),
    clairvoyant: curve
      .filter(({ wait }) => wait <= 10 ** Math.ceil(Math.log10(mostWait)))
      .map(({ wait, costRatio }) => ({ wait: Math.max(1, wait), cost: costRatio })),
    leftOut: results.length - shown.length,
  };
};

/** A cost of so many times the least is beyond the picture. */
const MOST = 3;

const markOf = ({ settings: { policy }, outcome, isPlain }: Compared): Mark => ({
  wait: Math.max(1, outcome.wait.p99),
  cost: outcome.costRatio,
  label: describePolicy(policy),
  family: policy.name,
  isPlain,
});
