/**
 * @param {number[]} values
 * @param {number} p - from 0 to 1
 * @returns {number} NaN if there are no values
 */
export const quantile = (values, p) => {
  const sorted = values.toSorted((a, b) => a - b);
  const position = p * (sorted.length - 1);
  const below = sorted[Math.floor(position)] ?? NaN;
  const above = sorted[Math.ceil(position)] ?? NaN;
  return below + (above - below) * (position % 1);
};

/** @param {number[]} values */
export const median = (values) => quantile(values, 0.5);
