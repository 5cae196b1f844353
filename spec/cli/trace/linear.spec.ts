import { parseLinear } from '../../../cli/trace/linear.js';

describe('parseLinear', () => {
  it('reads a sum of columns with factors', () => {
    expect(parseLinear('0.3*ContextTokens + 30*GeneratedTokens')).toEqual([
      { factor: 0.3, column: 'ContextTokens' },
      { factor: 30, column: 'GeneratedTokens' },
    ]);
  });

  it('reads signs, constants, bare columns, factors behind and bracketed names', () => {
    expect(parseLinear('-a + b*2 - 1.5e-3 * [Context Tokens] + 50')).toEqual([
      { factor: -1, column: 'a' },
      { factor: 2, column: 'b' },
      { factor: -0.0015, column: 'Context Tokens' },
      { factor: 50, column: undefined },
    ]);
  });

  it.each(['', 'a b', '2*', '* a', 'a + ', 'a / 2', '2 * 3', 'a * b', '(a)', 'a ++ b', '2a'])(
    'refuses %j',
    (text) => {
      expect(parseLinear(text)).toBeUndefined();
    },
  );
});
