import { UsageError } from '../../cli/errors.js';
import { parsePolicy } from '../../cli/policies.js';
import type { GivenSettings } from '../../cli/settings.js';
import { parseSweep, sweepSteps } from '../../cli/sweep.js';

const given = (
  policy = 'squareRootStaffing',
  rest: Partial<GivenSettings> = {},
): GivenSettings => ({
  ...{ base: 2, max: 50, startup: 0, interval: 100, rateWindow: 10_000 },
  policy: parsePolicy(policy),
  ...rest,
});

const valuesOf = (text: string, policy?: string): readonly number[] =>
  parseSweep(text, given(policy).policy).values;

describe('parseSweep', () => {
  it('takes the given step, and ends at the last value that fits', () => {
    expect(valuesOf('max=10..30:10')).toEqual([10, 20, 30]);
    expect(valuesOf('max=10..35:10')).toEqual([10, 20, 30]);
    expect(valuesOf('low=0..0.3:0.1')).toEqual([0, 0.1, 0.2, 0.3]);
    expect(valuesOf('startup=0s..2s:500ms')).toEqual([0, 500, 1000, 1500, 2000]);
  });

  it('chooses a step for about ten values', () => {
    expect(valuesOf('max=10..100')).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
    expect(valuesOf('base=1..4')).toEqual([1, 2, 3, 4]);
    expect(valuesOf('startup=0..1s')).toHaveLength(11);
    expect(valuesOf('high=2..3')).toHaveLength(11);
    expect(valuesOf('max=7..7')).toEqual([7]);
  });

  it('sweeps a parameter of the policy', () => {
    expect(valuesOf('threshold=5..15:5', 'backlogThreshold')).toEqual([5, 10, 15]);
    expect(valuesOf('horizon=1s..2s:1s')).toEqual([1000, 2000]);
    expect(valuesOf('wait=1s..3s:1s', 'just-in-time')).toEqual([1000, 2000, 3000]);
  });

  it.each([
    ['max', 'expected NAME=FROM..TO or NAME=FROM..TO:STEP'],
    ['max=1-5', 'expected NAME=FROM..TO'],
    [
      'threshold=1..5',
      '"threshold" cannot be swept; with squareRootStaffing choose one of base, max',
    ],
    ['constructor=1..5', '"constructor" cannot be swept'],
    ['max=9..1', 'the range goes down; write 1..9'],
    ['max=1..9:0', 'the step should be > 0'],
    ['max=1..x', 'expected an integer >= 0, got "x"'],
    ['max=1..9:0.5', 'expected an integer >= 0, got "0.5"'],
    ['startup=1s..2weeks', 'expected a duration'],
    ['max=1..1000:1', '1000 values are too many'],
  ])('says what is wrong with %j', (text, message) => {
    expect(() => valuesOf(text)).toThrow(UsageError);
    expect(() => valuesOf(text)).toThrow(`--sweep ${text}: `);
    expect(() => valuesOf(text)).toThrow(message);
  });
});

describe('sweepSteps', () => {
  it('changes the one setting', () => {
    const settings = given();
    const steps = sweepSteps(settings, parseSweep('startup=0s..2s:2s', settings.policy));
    expect(steps).toEqual([
      { label: '0ms', value: 0, settings: { ...settings, startup: 0 } },
      { label: '2s', value: 2000, settings: { ...settings, startup: 2000 } },
    ]);
  });

  it('changes a parameter, and keeps the others', () => {
    const settings = given('backlogThreshold(step=3)');
    const steps = sweepSteps(settings, parseSweep('threshold=5..6', settings.policy));
    expect(steps.map((step) => step.settings.policy.parameters)).toEqual([
      { step: 3, threshold: 5 },
      { step: 3, threshold: 6 },
    ]);
  });

  it('refuses a value that contradicts another setting', () => {
    const settings = given();
    const sweep = (text: string) => () => sweepSteps(settings, parseSweep(text, settings.policy));
    expect(sweep('base=40..60:10')).toThrow('--max 50 is less than --base 60');
    expect(sweep('max=1..2')).toThrow('--max 1 is less than --base 2');
    expect(sweep('low=1..3')).toThrow('Expected `high` to be >= low (2.2), got 2');
    expect(sweep('base=0..2')).toThrow('--base 0: expected an integer >= 1');
  });
});
