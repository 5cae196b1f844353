/**
 * No time in ms and no count is taken to be larger, so that sums and products stay finite: 285,000 years.
 *
 * @internal
 */
export const FAR = Number.MAX_SAFE_INTEGER;
