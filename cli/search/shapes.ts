import { policies, type Policy, type PolicyName } from '../policies.js';
import type { Target } from '../targets.js';

/**
 * The policies that a search begins with, each with a few values of its parameters.
 *
 * @param given - the only policy, whose given parameters stay as they are; all policies without it
 */
export const shapes = (given: Policy | undefined, targets: readonly Target[]): Policy[] =>
  (Object.keys(policies) as PolicyName[])
    .filter((name) => !given || name === given.name)
    .flatMap((name) =>
      grid[name](targets)
        .map((parameters) => withGiven(parameters, given?.parameters))
        .map((parameters) => ({ name, parameters })),
    );

type Grid = (targets: readonly Target[]) => readonly Policy['parameters'][];

/** The first parameters to try with each policy. */
const grid: Readonly<Record<PolicyName, Grid>> = {
  justInTimeStaffing: (targets) => [
    // The wait is the startup time.
    { reversals: 0.08 },
    // The policy wants a wait above 0.
    ...[...new Set(targets.map(({ limit }) => Math.max(1, limit)))].flatMap((limit) =>
      [1, 0.5, 2].map((factor) => ({ wait: limit * factor, reversals: 0.08 })),
    ),
  ],
  squareRootStaffing: () =>
    [200, 1000, 3000].flatMap((horizon) =>
      [
        [0, 1],
        [1, 2],
        [3, 6],
        [8, 16],
      ].map(([low, high]) => ({ horizon, low: low!, high: high! })),
    ),
  adaptiveStaffing: () =>
    [300, 10_000].flatMap((hold) =>
      [
        [0.6, 2],
        [3, 6],
        [8, 16],
      ].map(([low, high]) => ({ horizon: 500, low: low!, high: high!, memory: 2000, hold })),
    ),
  rateDeficit: () => [{}],
  backlogThreshold: () =>
    [0, 8].flatMap((threshold) => [2, 16].map((step) => ({ threshold, step }))),
  fixed: () => [],
};

/** A parameter that is not given makes room for a given one. */
export const withGiven = (
  parameters: Policy['parameters'],
  given: Policy['parameters'] = {},
): Policy['parameters'] => {
  const { low, high } = { ...parameters, ...given };
  if (low === undefined || high === undefined || low <= high) return { ...parameters, ...given };
  return { ...parameters, ...('low' in given ? { high: 2 * low } : { low: high / 2 }), ...given };
};
