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
   * @param expected - what would be right, as in "a positive integer"
   */
  constructor(field: string, value: unknown, expected: string) {
    super(`Expected \`${field}\` to be ${expected}, got ${describe(value)}`);
    this.field = field;
    this.value = value;
  }
}

/** The value itself, or its type if that says more. */
const describe = (value: unknown): string => {
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'bigint' || Object(value) === value ? typeof value : String(value);
};
