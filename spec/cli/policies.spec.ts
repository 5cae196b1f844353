import { describePolicy, makePolicy, parsePolicy } from '../../cli/policies.js';
import { UsageError } from '../../cli/errors.js';

describe('parsePolicy', () => {
  it('reads a name and its parameters', () => {
    expect(parsePolicy('rateDeficit')).toEqual({ name: 'rateDeficit', parameters: {} });
    expect(parsePolicy(' backlogThreshold( threshold = 20 , step=4 ) ')).toEqual({
      name: 'backlogThreshold',
      parameters: { threshold: 20, step: 4 },
    });
    expect(parsePolicy('squareRootStaffing(horizon=0.5s, low=0.5)').parameters).toEqual({
      horizon: 500,
      low: 0.5,
    });
  });

  it('takes a value without a name as the first parameter', () => {
    expect(parsePolicy('fixed(8)').parameters).toEqual({ count: 8 });
    expect(parsePolicy('backlogThreshold(20, step=3)').parameters).toEqual({
      threshold: 20,
      step: 3,
    });
  });

  it.each([
    ['just-in-time', 'justInTimeStaffing'],
    ['just-in-time-staffing', 'justInTimeStaffing'],
    ['square-root', 'squareRootStaffing'],
    ['adaptive', 'adaptiveStaffing'],
    ['rate-deficit', 'rateDeficit'],
    ['backlog-threshold', 'backlogThreshold'],
  ])('knows %s too', (text, name) => {
    expect(parsePolicy(text).name).toBe(name);
  });

  it.each([
    [
      '',
      'expected one of justInTimeStaffing, squareRootStaffing, adaptiveStaffing, rateDeficit, backlogThreshold, fixed',
    ],
    ['toString', 'expected one of'],
    ['fixed(', 'expected one of'],
    ['just-', 'expected one of'],
    ['justInTimeStaffing(reversals=x)', 'reversals: expected a number >= 0, got "x"'],
    ['fixed(count=x)', 'count: expected an integer >= 0, got "x"'],
    ['fixed(1.5)', 'count: expected an integer >= 0, got "1.5"'],
    ['fixed(count=)', 'count: expected an integer >= 0, got ""'],
    ['fixed(1, count=2)', 'count is given twice'],
    ['fixed(constructor=1)', 'fixed has no parameter "constructor"; its parameters are count'],
    ['rateDeficit(1)', 'rateDeficit has no parameter "1"; it has none'],
    ['squareRootStaffing(horizon=soon)', 'expected a duration as in 500ms or 2s, got "soon"'],
    ['squareRootStaffing(low=-1)', 'low: expected a number >= 0, got "-1"'],
  ])('says what is wrong with %j', (text, message) => {
    expect(() => parsePolicy(text)).toThrow(UsageError);
    expect(() => parsePolicy(text)).toThrow(`--policy ${text}: `);
    expect(() => parsePolicy(text)).toThrow(message);
  });
});

describe('makePolicy', () => {
  it.each([
    ['backlogThreshold', 'Expected `threshold` to be an integer >= 0, got undefined'],
    ['backlogThreshold(1, step=0)', 'Expected `step` to be an integer >= 1, got 0'],
    ['squareRootStaffing(low=3, high=1)', 'Expected `high` to be >= low (3), got 1'],
    ['fixed', 'Expected `count`'],
    ['justInTimeStaffing(0)', 'Expected `wait` to be a finite number > 0, got 0'],
  ])('says what is wrong with %j', (text, message) => {
    const make = (): unknown => makePolicy(parsePolicy(text));
    expect(make).toThrow(UsageError);
    expect(make).toThrow(message);
  });
});

describe('describePolicy', () => {
  it.each([
    'rateDeficit',
    'fixed(count=8)',
    'justInTimeStaffing(wait=1.5s, reversals=0.1)',
    'adaptiveStaffing(horizon=500ms, low=1, high=3, memory=2s, hold=10s)',
    'backlogThreshold(threshold=20, step=4)',
    'squareRootStaffing(horizon=1.5s, low=0.5, high=2)',
  ])('writes %j in the form that parsePolicy reads', (text) => {
    expect(describePolicy(parsePolicy(text))).toBe(text);
  });
});
