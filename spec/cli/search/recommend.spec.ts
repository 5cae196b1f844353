import { recommend, type SearchOptions } from '../../../cli/search/recommend.js';
import type { Outcome, Settings } from '../../../cli/settings.js';
import { parseTargets } from '../../../cli/targets.js';

const outcome = (wait: number, workerSeconds: number): Outcome => ({
  ...{ tasks: 1, duration: 1, waitByPriority: new Map(), busySeconds: 1, costRatio: 1 },
  ...{ workersStarted: 1, scaleActions: 0, reversals: 0, peakWorkers: 1 },
  wait: { mean: wait, p50: wait, p95: wait, p99: wait, max: wait },
  workerSeconds,
  cost: workerSeconds,
});

/** A world in which a base worker saves 10 ms and costs 10, and `low` saves 20 ms and costs 1. */
const world = ({ base, policy: { name, parameters } }: Settings): Outcome => {
  const { low = 0 } = parameters;
  const saved = 10 * base + (name === 'squareRootStaffing' ? 20 * Math.min(low, 10) : 0);
  return outcome(Math.max(0, 1000 - saved), 10 * base + (name === 'fixed' ? 0 : 50 + low));
};

const search = (options: Partial<SearchOptions> = {}) => {
  const tried: Settings[] = [];
  const found = recommend({
    targets: parseTargets('p99=500ms'),
    fixed: { startup: 0, interval: 100, rateWindow: 10_000 },
    ...{ base: 1, max: 100, searchRateWindow: true, runs: 400 },
    ...options,
    simulate: (settings) => {
      tried.push(settings);
      return (options.simulate ?? world)(settings);
    },
  });
  return { ...found, tried };
};

describe('recommend', () => {
  it('finds the cheapest settings that meet the target', () => {
    const { best, isCutShort } = search();
    // 10 · base + 20 · low must be 500, and low beyond 10 is of no use.
    expect(best!.settings).toMatchObject({ base: 30, policy: { name: 'squareRootStaffing' } });
    expect(best!.settings.policy.parameters.low).toBeGreaterThanOrEqual(10);
    expect(best!.outcome.workerSeconds).toBeLessThan(363);
    expect(best!.distance).toBeLessThanOrEqual(1);
    expect(isCutShort).toBe(false);
  });

  it('meets all targets', () => {
    const { best } = search({ targets: parseTargets('p99=500ms,p50=200ms') });
    expect(best!.outcome.wait.p50).toBeLessThanOrEqual(200);
  });

  it('tries nothing twice, and stays within its bounds', () => {
    const { tried, trials } = search({ base: 5, max: 60 });
    expect(new Set(tried.map((each) => JSON.stringify(each))).size).toBe(tried.length);
    expect(trials).toHaveLength(tried.length);
    for (const { base, max } of tried) {
      expect(base).toBeGreaterThanOrEqual(5);
      expect(max).toBeGreaterThanOrEqual(base);
      expect(max).toBeLessThanOrEqual(60);
    }
  });

  it('gives the cheapest settings of each policy, the best first', () => {
    const { best, byPolicy } = search();
    expect(byPolicy[0]).toBe(best);
    expect(byPolicy.map(({ settings }) => settings.policy.name).sort()).toEqual([
      'adaptiveStaffing',
      'backlogThreshold',
      'fixed',
      'justInTimeStaffing',
      'rateDeficit',
      'squareRootStaffing',
    ]);
    const fixed = byPolicy.find(({ settings }) => settings.policy.name === 'fixed')!;
    expect(fixed.settings).toMatchObject({ base: 50, max: 50 });
  });

  it('changes nothing for less than a thousandth', () => {
    const { best, byPolicy, trials } = search({
      simulate: (settings) => {
        const { wait, workerSeconds } = world(settings);
        return outcome(wait.p99, workerSeconds + settings.rateWindow / 1e6);
      },
    });
    expect(best!.settings.rateWindow).toBe(10_000);
    expect(byPolicy[0]).toBe(best);
    expect(trials[0]).toBe(best);
    expect(trials.some(({ settings }) => settings.rateWindow < 10_000)).toBe(true);
  });

  it('recommends a pool that never changes when that is the cheapest', () => {
    const { best } = search({
      simulate: (settings) => ({
        ...world(settings),
        cost: settings.policy.name === 'fixed' ? settings.base : 100_000,
      }),
    });
    expect(best!.settings).toMatchObject({ base: 50, max: 50, policy: { name: 'fixed' } });
  });

  it('gives up after one simulation if all possible workers are too few', () => {
    const { best, trials, tried, isCutShort } = search({ max: 40 });
    expect(best).toBeUndefined();
    expect(isCutShort).toBe(false);
    expect(tried).toHaveLength(1);
    expect(trials[0]!.settings).toMatchObject({ base: 40, max: 40 });
    expect(trials[0]!.distance).toBe(1.2);
  });

  it('finds the smallest base by halves', () => {
    // A base worker saves 10 ms and costs 10; a burst worker saves 5 ms and costs 1.
    const { best, tried } = search({
      targets: parseTargets('p99=300ms'),
      policy: { name: 'rateDeficit', parameters: {} },
      searchRateWindow: false,
      simulate: ({ base, max }) =>
        outcome(1000 - 10 * base - 5 * (max - base), 10 * base + (max - base)),
    });
    expect(best!.settings).toMatchObject({ base: 40, max: 100 });
    expect(best!.distance).toBe(1);
    expect(tried.length).toBeLessThan(25);
  });

  it('gives up a policy that costs more than the best', () => {
    const { tried } = search({
      simulate: (settings) =>
        settings.policy.name === 'backlogThreshold' ? outcome(1000, 1e6) : world(settings),
    });
    const given = tried.filter(({ policy }) => policy.name === 'backlogThreshold');
    expect(given.length).toBeGreaterThan(1);
    expect(given.map(({ base }) => base)).toEqual(given.map(() => 1));
  });

  it('stays within its bounds even when other settings are cheaper', () => {
    const { best, tried } = search({
      ...{ base: 5, max: 20, policy: { name: 'rateDeficit', parameters: {} } },
      simulate: ({ base, max }) => outcome(100, base + max),
    });
    expect(best!.settings).toMatchObject({ base: 5, max: 5 });
    for (const { base, max } of tried) {
      expect(base).toBeGreaterThanOrEqual(5);
      expect(max).toBeGreaterThanOrEqual(base);
      expect(max).toBeLessThanOrEqual(20);
    }
  });

  it('passes on an error that a simulation throws', () => {
    const error = new Error('broken');
    const simulate = (): Outcome => {
      throw error;
    };
    expect(() => search({ simulate })).toThrow(error);
  });

  it('stops when its runs are used up, with the best so far', () => {
    const { best, tried, isCutShort } = search({ runs: 12 });
    expect(tried).toHaveLength(12);
    expect(isCutShort).toBe(true);
    expect(best!.distance).toBeLessThanOrEqual(1);
  });

  it('keeps a given policy and given parameters', () => {
    const { best, tried } = search({
      policy: { name: 'squareRootStaffing', parameters: { low: 3 } },
      searchRateWindow: false,
    });
    expect(best!.settings.base).toBe(44);
    for (const { policy, rateWindow } of tried) {
      expect(policy).toMatchObject({ name: 'squareRootStaffing', parameters: { low: 3 } });
      expect(policy.parameters.high ?? Infinity).toBeGreaterThanOrEqual(3);
      expect(rateWindow).toBe(10_000);
    }
    const fixed = search({ policy: { name: 'fixed', parameters: {} } });
    expect(fixed.best!.settings).toMatchObject({ base: 50, max: 50 });
    expect(new Set(fixed.tried.map(({ policy }) => policy.name))).toEqual(new Set(['fixed']));
  });

  it('makes room for given parameters', () => {
    const pairsOf = (parameters: Record<string, number>) =>
      search({ policy: { name: 'squareRootStaffing', parameters } }).tried.map(
        ({ policy }) => [policy.parameters.low!, policy.parameters.high!] as const,
      );
    for (const [low, high] of pairsOf({ low: 40 })) {
      expect(low).toBe(40);
      expect(high).toBeGreaterThanOrEqual(40);
    }
    for (const [low, high] of pairsOf({ high: 0.5 })) {
      expect(low).toBeLessThanOrEqual(0.5);
      expect(high).toBe(0.5);
    }
    for (const { policy } of search({ policy: { name: 'backlogThreshold', parameters: {} } })
      .tried) {
      expect(policy.parameters).toEqual({
        threshold: expect.any(Number),
        step: expect.any(Number),
      });
    }
  });

  it('searches the wait of justInTimeStaffing, from that of the target on', () => {
    // A longer wait is cheaper, and the waits are half as long again.
    const { best, tried } = search({
      simulate: ({ base, policy: { name, parameters } }) =>
        name === 'justInTimeStaffing'
          ? outcome(1.5 * parameters.wait!, 1000 / parameters.wait!)
          : outcome(1000 - 10 * base, 100 + base),
    });
    expect(best!.settings.policy.name).toBe('justInTimeStaffing');
    const waits = new Set(tried.flatMap(({ policy }) => policy.parameters.wait ?? []));
    expect([...waits].slice(0, 2)).toEqual([500, 250]);
    expect(best!.settings.policy.parameters.wait).toBeGreaterThan(300);
    expect(best!.outcome.wait.p99).toBeLessThanOrEqual(500);
  });

  it('goes on from the startup time where the wait is left out', () => {
    const { tried } = search({
      policy: { name: 'justInTimeStaffing', parameters: {} },
      fixed: { startup: 100, interval: 100, rateWindow: 10_000 },
      simulate: ({ base, policy: { parameters } }) =>
        outcome('wait' in parameters ? 1000 - base : 400, base),
    });
    expect(tried.map(({ policy }) => policy.parameters.wait)).toContain(140);
  });

  it('never tries a wait of 0', () => {
    const { tried } = search({
      targets: parseTargets('max=0'),
      policy: { name: 'justInTimeStaffing', parameters: {} },
    });
    const waits = tried.flatMap(({ policy }) => policy.parameters.wait ?? []);
    expect(waits.length).toBeGreaterThan(0);
    expect(Math.min(...waits)).toBeGreaterThan(0);
  });

  it('goes by the cost, with the price of the starts', () => {
    const { best } = search({
      fixed: { startup: 0, startCost: 7, interval: 100, rateWindow: 10_000 },
      simulate: (settings) => ({
        ...outcome(100, settings.base),
        cost: 1000 - settings.base,
      }),
    });
    expect(best!.settings).toMatchObject({ base: 100, startCost: 7 });
  });

  it('changes counts by whole numbers', () => {
    const { best, tried } = search({
      policy: { name: 'backlogThreshold', parameters: {} },
      simulate: ({ base, policy: { parameters } }) =>
        outcome(
          100,
          100 + base + Math.abs(parameters.threshold! - 5) + Math.abs(parameters.step! - 7),
        ),
    });
    expect(best!.settings.policy.parameters).toEqual({ threshold: 5, step: 7 });
    for (const { policy } of tried) {
      expect(Object.values(policy.parameters).every(Number.isSafeInteger)).toBe(true);
    }
  });

  it('lowers max and changes the rate window when that saves', () => {
    const { best } = search({
      simulate: (settings) => {
        const { wait, workerSeconds } = world(settings);
        const window = Math.abs(Math.log(settings.rateWindow / 20_000));
        return outcome(wait.p99, workerSeconds + settings.max + 100 * window);
      },
    });
    expect(best!.settings.max).toBeLessThan(60);
    expect(best!.settings.rateWindow).toBeGreaterThan(17_000);
    expect(best!.settings.rateWindow).toBeLessThan(23_000);
  });

  it('tries only the greatest pool when there is no other', () => {
    const { best, tried } = search({ base: 100, max: 100 });
    expect(best!.settings).toMatchObject({ base: 100, max: 100 });
    expect(tried).toHaveLength(1);
  });
});
