import type { Bounds } from '../bounds.js';
import { describePolicy, type Policy, type PolicyName } from '../policies.js';
import { withGiven } from '../search/shapes.js';

/** A policy to compare. */
export interface Candidate {
  readonly policy: Policy;
  /** Whether the policy has no parameters but the given ones. */
  readonly isPlain: boolean;
}

/**
 * The policies to compare: each with its defaults and a range of its parameters, and fixed numbers of workers.
 *
 * @param given - the only policy, whose given parameters stay as they are; all policies without it
 */
export const candidatesOf = (given: Policy | undefined, bounds: Bounds): Candidate[] => {
  const names = given ? [given.name] : (Object.keys(ranges) as PolicyName[]);
  const plain = given?.parameters ?? {};
  const candidates = names.flatMap((name) =>
    ranges[name](bounds).map((parameters): Candidate => {
      const policy = { name, parameters: withGiven(parameters, plain) };
      return { policy, isPlain: Object.keys(parameters).every((each) => each in plain) };
    }),
  );
  // Two values of a given parameter make the same policy.
  return [...new Map(candidates.map((each) => [describePolicy(each.policy), each])).values()];
};

type Range = (bounds: Bounds) => readonly Policy['parameters'][];

/** Parameters that are left out have their defaults, which are not repeated. */
const ranges: Readonly<Record<PolicyName, Range>> = {
  justInTimeStaffing: () => [
    {},
    ...[20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000].map((wait) => ({ wait })),
    ...[0.02, 0.3, 1].map((reversals) => ({ reversals })),
  ],
  squareRootStaffing: () => [
    {},
    ...[250, 500, 1000, 2000, 4000].flatMap((horizon) =>
      [
        { low: 0, high: 1 },
        { low: 0.5, high: 1.5 },
        { low: 1, high: 2 },
        { low: 1, high: 3 },
        { low: 2, high: 3 },
      ]
        .map((band) => ({ horizon, ...band }))
        .filter((each) => !(each.horizon === 1000 && each.low === 1 && each.high === 2)),
    ),
  ],
  adaptiveStaffing: () => [
    {},
    ...[250, 500, 1000, 2000].flatMap((horizon) =>
      [
        { low: 0.2, high: 1 },
        { low: 0.6, high: 2 },
        { low: 1, high: 2.5 },
      ]
        .map((band) => ({ horizon, ...band }))
        .filter((each) => !(each.horizon === 500 && each.low === 0.6)),
    ),
  ],
  rateDeficit: () => [{}],
  backlogThreshold: () =>
    [0, 2, 5, 20].flatMap((threshold) => [2, 10].map((step) => ({ threshold, step }))),
  fixed: ({ base, max }) =>
    [...new Set(shares.map((share) => Math.round(base * (max / base) ** share)))].map((count) => ({
      count,
    })),
};

/** From the least to the greatest number of workers, by equal factors. */
const shares = Array.from({ length: 11 }, (_, index) => index / 10);
