/**
 * An argument or a config field has the wrong type or is out of range. The wrong call throws this error. The
 * message names the field, the expected value and the given value.
 *
 * The error is a `RangeError`, as the argument errors of RxJS and of the platform are. Code that catches
 * those catches this one too.
 */
export class InvalidConfigError extends RangeError {
  override readonly name: string = 'InvalidConfigError';
  /** The name of the argument or config field at fault. */
  readonly field: string;
  /** The given value. */
  readonly value: unknown;

  /**
   * @param field - the argument or config field at fault
   * @param value - the given value
   * @param expected - the expected value, as in "a positive integer"
   */
  constructor(field: string, value: unknown, expected: string) {
    super(`Expected \`${field}\` to be ${expected}, got ${describe(value)}`);
    this.field = field;
    this.value = value;
  }
}

/** The value itself, or its type if the type says more. */
const describe = (value: unknown): string => {
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'bigint' || Object(value) === value ? typeof value : String(value);
};
