import { formatPercentile, percentilePlace } from '../../../cli/html/chart.js';

describe('formatPercentile', () => {
  it.each([
    [0, '0 %'],
    [0.5, '50 %'],
    [0.9, '90 %'],
    [0.99, '99 %'],
    [0.995, '99.5 %'],
    [0.999, '99.9 %'],
    [0.9999, '99.99 %'],
    [0.99995, '99.995 %'],
  ])('writes the place of %d as %j', (share, text) => {
    expect(formatPercentile(percentilePlace(share))).toBe(text);
  });
});
