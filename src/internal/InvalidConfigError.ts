/**
 * An argument or a config field has the wrong type or is out of range. Thrown at the call that made the
 * mistake; the message names the field, what it should be and what it was.
 *
 * It is a `RangeError`, so that code that knows RxJS's and the platform's own argument errors catches it too.
 */
export class InvalidConfigError extends RangeError {
  override readonly name: string = 'InvalidConfigError';
  /** The argument or config field at fault, as the caller wrote it. */
  readonly field: string;
  /** What was given. */
  readonly value: unknown;

  /**
   * @param field - the argument or config field at fault
   * @param value - what was given
   * @param expected - what would be right, as in "to be a positive integer"
   */
  constructor(field: string, value: unknown, expected: string) {
    super(`Expected \`${field}\` ${expected}, got ${describe(value)}`);
    this.field = field;
    this.value = value;
  }
}

const describe = (value: unknown): string => {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  return Array.isArray(value) ? 'an array' : 'an object';
};
