import { pictureOf } from '../../../cli/compare/picture.js';
import { frontierChart } from '../../../cli/html/frontierChart.js';
import { comparisonOf } from '../compare/comparison.js';

describe('frontierChart', () => {
  const chart = frontierChart(
    2000,
    pictureOf(
      comparisonOf([
        ['squareRootStaffing', 1.5, 1000, true],
        ['squareRootStaffing(low=0)', 1.75, 1000, false],
        ['rateDeficit', 2, 100, true],
        ['fixed(1)', 1, 1e6, true],
      ]),
    ),
  );

  it('has the waits of all policies and of the clairvoyant, on a logarithmic axis', () => {
    expect(chart.x).toMatchObject({ scale: 'log', values: [1, 100, 1000] });
  });

  it('has a series for each policy, the frontier and the clairvoyant', () => {
    expect(chart.series.map(({ name, values }) => [name, values])).toEqual([
      // The lower of two costs at the same wait.
      ['squareRootStaffing', [null, null, 1.5]],
      ['rateDeficit', [null, 2, null]],
      ['not beaten', [null, 2, 1.5]],
      ['clairvoyant', [1.4, null, 1.2]],
    ]);
  });

  it('says what is left out', () => {
    expect(chart.title).toBe('Cost by wait, startup 2 s');
    expect(chart.note).toContain('1 more, far outside, are left out');
  });

  it('begins at a cost of 1, or below', () => {
    expect(chart.least).toBe(1);
    const cheap = frontierChart(0, pictureOf(comparisonOf([['rateDeficit', 0.5, 10, true]])));
    expect(cheap.least).toBe(0.5);
  });
});
