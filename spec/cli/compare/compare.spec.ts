import { compare } from '../../../cli/compare/compare.js';
import { parsePolicy } from '../../../cli/policies.js';

// The clairvoyant searches for a while, and that nine times for each comparison.
jest.setTimeout(60_000);

/** Ten tasks of 400 ms at once, each 2 s. */
const tasks = Array.from({ length: 30 }, (_, index) => ({
  at: Math.floor(index / 10) * 2000,
  duration: 400,
  priority: 0,
}));

const compared = (policy?: string, startCost?: number) => {
  const steps: string[] = [];
  const comparison = compare(tasks, {
    given: { interval: 100, rateWindow: 10_000, startCost },
    bounds: { base: 1, max: 10 },
    startup: 200,
    policy: policy === undefined ? undefined : parsePolicy(policy),
    onStep: (step, of) => steps.push(`${step}/${of}`),
  });
  return { ...comparison, steps };
};

describe('compare', () => {
  let all: ReturnType<typeof compared>;
  beforeAll(() => {
    all = compared();
  });

  it('finds the policies that no other one beats', () => {
    const { results } = all;
    const frontier = results.filter(({ isOnFrontier }) => isOnFrontier);
    expect(frontier.length).toBeGreaterThan(1);
    // The results are the cheapest first: on the frontier a higher cost buys a shorter wait.
    frontier.slice(1).forEach(({ outcome }, index) => {
      const { cost, wait } = frontier[index]!.outcome;
      const isSame = outcome.cost === cost && outcome.wait.p99 === wait.p99;
      expect(isSame || (outcome.cost > cost && outcome.wait.p99 < wait.p99)).toBe(true);
    });
    const beaten = results.filter(({ isOnFrontier }) => !isOnFrontier);
    expect(beaten.length).toBeGreaterThan(1);
    for (const { outcome } of beaten) {
      const isBeaten = frontier.some(
        (other) => other.outcome.cost <= outcome.cost && other.outcome.wait.p99 <= outcome.wait.p99,
      );
      expect(isBeaten).toBe(true);
    }
  });

  it('puts the cheapest first', () => {
    const costs = all.results.map(({ outcome }) => outcome.cost);
    expect(costs).toEqual(costs.toSorted((a, b) => a - b));
  });

  it('has a curve of the clairvoyant that no policy is below', () => {
    const { curve, results } = all;
    expect(curve.map(({ wait }) => wait)).toContain(200);
    const ratios = curve.map(({ costRatio }) => costRatio);
    expect(ratios).toEqual(ratios.toSorted((a, b) => b - a));
    // One in a hundred of 30 tasks is none, so the p99 is the longest wait.
    for (const { outcome, settings } of results) {
      // Nobody pays the startup of a pool that is there from the beginning on.
      if (settings.policy.name === 'fixed') continue;
      const foreseen = curve.find(({ wait }) => wait >= outcome.wait.p99);
      if (foreseen) expect(outcome.cost).toBeGreaterThanOrEqual(foreseen.leastSeconds);
    }
    expect(results.some(({ overClairvoyant }) => overClairvoyant !== undefined)).toBe(true);
  });

  it('runs a pool of fixed size with that many from the beginning on', () => {
    const { results } = compared('fixed(10)');
    expect(results).toHaveLength(1);
    expect(results[0]!.settings).toMatchObject({ base: 10, max: 10 });
    expect(results[0]!.outcome.wait.max).toBe(0);
  });

  it('prices starts, for the clairvoyant too', () => {
    const [own, dear] = [compared('rateDeficit'), compared('rateDeficit', 10_000)];
    expect(dear.results[0]!.outcome.cost).toBeGreaterThan(own.results[0]!.outcome.cost);
    expect(dear.curve[0]!.workerSeconds).toBeGreaterThan(own.curve[0]!.workerSeconds);
  });

  it('tells of each step', () => {
    const { steps, curve } = compared('rateDeficit');
    const count = 1 + curve.length;
    expect(steps).toEqual(Array.from({ length: count }, (_, index) => `${index + 1}/${count}`));
  });

  it('says which parameter is out of its range', () => {
    expect(() => compared('squareRootStaffing(low=3)')).toThrow('`high`');
    expect(() => compared('fixed(0)')).toThrow('--base 0: expected an integer >= 1');
  });
});
