import { parsePolicy } from '../../cli/policies.js';
import { completeSettings, simulateSettings, type GivenSettings } from '../../cli/settings.js';

const given = (policy: string, rest: Partial<GivenSettings> = {}): GivenSettings => ({
  ...{ startup: 0, interval: 100, rateWindow: 10_000 },
  policy: parsePolicy(policy),
  ...rest,
});

describe('completeSettings', () => {
  it('doubles the base for the max, as the library does', () => {
    expect(completeSettings(given('rateDeficit', { base: 3 }))).toMatchObject({ base: 3, max: 6 });
  });

  it('takes base and max from a fixed number', () => {
    expect(completeSettings(given('fixed(8)'))).toMatchObject({ base: 8, max: 8 });
    expect(completeSettings(given('fixed(8)', { base: 2 }))).toMatchObject({ base: 2, max: 8 });
  });

  it('says which setting is missing or contradicts another', () => {
    expect(() => completeSettings(given('rateDeficit'))).toThrow('--base is missing');
    expect(() => completeSettings(given('rateDeficit', { base: 3, max: 2 }))).toThrow(
      '--max 2 is less than --base 3',
    );
    expect(() => completeSettings(given('fixed(8)', { base: 1, max: 4 }))).toThrow(
      '--policy fixed(count=8) is not within --base 1 and --max 4',
    );
    expect(() => completeSettings(given('fixed(8)', { base: 9, max: 10 }))).toThrow('not within');
    expect(() => completeSettings(given('backlogThreshold', { base: 1 }))).toThrow('`threshold`');
  });
});

describe('simulateSettings', () => {
  const tasks = [0, 0, 0].map((at) => ({ at, duration: 1000, priority: 0 }));

  it('has the base workers ready, and starts the others up', () => {
    const settings = completeSettings(given('fixed(3)', { base: 1, max: 3, startup: 300 }));
    const { wait, peakWorkers } = simulateSettings(tasks, settings);
    expect(peakWorkers).toBe(3);
    expect(wait.p50).toBe(300);
    expect(simulateSettings(tasks.slice(0, 1), settings).wait.max).toBe(0);
  });

  it('obeys the interval', () => {
    const settings = completeSettings(
      given('backlogThreshold(0, step=2)', { base: 1, max: 3, interval: 250 }),
    );
    expect(simulateSettings(tasks, settings).wait.max).toBe(250);
  });

  it('prices each start of a burst worker', () => {
    const settings = completeSettings(given('fixed(3)', { base: 1, max: 3, startup: 300 }));
    const own = simulateSettings(tasks, settings);
    // One base worker is there for 1.3 s, and two others as long.
    expect(own.cost).toBe(own.workerSeconds);
    expect(own.costRatio).toBeCloseTo(own.workerSeconds / 3, 9);
    const dear = simulateSettings(tasks, { ...settings, startCost: 5300 });
    expect(dear.workerSeconds).toBe(own.workerSeconds);
    expect(dear.cost).toBeCloseTo(own.cost + 10, 9);
    expect(dear.costRatio).toBeCloseTo(dear.cost / 3, 9);
    const free = simulateSettings(tasks, { ...settings, startCost: 0 });
    expect(free.cost).toBeCloseTo(own.cost - 0.6, 9);
  });

  it('gives the same result twice', () => {
    const settings = completeSettings(given('squareRootStaffing', { base: 1, startup: 50 }));
    expect(simulateSettings(tasks, settings)).toEqual(simulateSettings(tasks, settings));
  });
});
