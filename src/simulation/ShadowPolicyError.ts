/** A policy of `shadow` cannot be simulated: it throws, or gives something other than numbers. */
export class ShadowPolicyError extends Error {
  override readonly name = 'ShadowPolicyError';
  /** The name of the policy in the record that `shadow` was given. */
  readonly policy: string;

  /**
   * @param policy - the name of the policy
   * @param cause - what has ended its simulation
   */
  constructor(policy: string, cause: unknown) {
    const message = cause instanceof Error ? cause.message : String(cause);
    super(`Expected policy \`${policy}\` to decide on simulated loads, got: ${message}`, { cause });
    this.policy = policy;
  }
}
