import { candidatesOf } from '../../../cli/compare/candidates.js';
import { describePolicy, makePolicy, parsePolicy, policies } from '../../../cli/policies.js';

const bounds = { base: 2, max: 200 };

const described = (policy?: string): string[] =>
  candidatesOf(policy === undefined ? undefined : parsePolicy(policy), bounds).map((each) =>
    describePolicy(each.policy),
  );

describe('candidatesOf', () => {
  it('has every policy, each setting once, and nothing that the library refuses', () => {
    const candidates = candidatesOf(undefined, bounds);
    expect(new Set(candidates.map(({ policy }) => policy.name))).toEqual(
      new Set(Object.keys(policies)),
    );
    const texts = described();
    expect(new Set(texts).size).toBe(texts.length);
    expect(() => candidates.map(({ policy }) => makePolicy(policy))).not.toThrow();
  });

  it('says which are as the library has these by default', () => {
    const plain = candidatesOf(undefined, bounds).filter(({ isPlain }) => isPlain);
    expect(plain.map(({ policy }) => describePolicy(policy))).toEqual([
      'justInTimeStaffing',
      'squareRootStaffing',
      'adaptiveStaffing',
      'rateDeficit',
    ]);
  });

  it('has fixed numbers from the least to the greatest', () => {
    const counts = candidatesOf(parsePolicy('fixed'), bounds).map(
      ({ policy }) => policy.parameters.count!,
    );
    expect(counts[0]).toBe(2);
    expect(counts.at(-1)).toBe(200);
    expect(counts).toEqual([...new Set(counts)].sort((a, b) => a - b));
    expect(candidatesOf(parsePolicy('fixed'), { base: 4, max: 4 })).toHaveLength(1);
  });

  it('keeps the given policy and the given parameters', () => {
    const candidates = candidatesOf(parsePolicy('squareRootStaffing(horizon=3s)'), bounds);
    expect(candidates.length).toBeGreaterThan(1);
    for (const { policy } of candidates) {
      expect(policy).toMatchObject({ name: 'squareRootStaffing', parameters: { horizon: 3000 } });
    }
    expect(candidates.filter(({ isPlain }) => isPlain)).toHaveLength(1);
    expect(described('fixed(8)')).toEqual(['fixed(count=8)']);
    expect(described('rateDeficit')).toEqual(['rateDeficit']);
  });
});
