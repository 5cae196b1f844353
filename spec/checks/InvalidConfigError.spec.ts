import { InvalidConfigError } from '../../src/checks/InvalidConfigError.js';

describe('InvalidConfigError', () => {
  it('is a RangeError with a stable name and the facts as fields', () => {
    const error = new InvalidConfigError('window', -1, 'a finite number > 0');
    expect(error).toBeInstanceOf(RangeError);
    expect(error.name).toBe('InvalidConfigError');
    expect(error.field).toBe('window');
    expect(error.value).toBe(-1);
    expect(error.message).toBe('Expected `window` to be a finite number > 0, got -1');
  });

  it.each([
    ['a', '"a"'],
    [NaN, 'NaN'],
    [10n, 'bigint'],
    [undefined, 'undefined'],
    [null, 'null'],
    [true, 'true'],
    [Symbol('s'), 'Symbol(s)'],
    [() => 1, 'function'],
    [[1], 'object'],
    [Object.create(null), 'object'],
  ])('names the value %p in its message', (value, got) => {
    expect(new InvalidConfigError('f', value, 'x').message).toBe(
      `Expected \`f\` to be x, got ${got}`,
    );
  });
});
