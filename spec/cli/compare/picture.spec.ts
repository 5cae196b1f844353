import { familiesOf, pictureOf } from '../../../cli/compare/picture.js';
import { comparisonOf } from './comparison.js';

describe('pictureOf', () => {
  it('has a mark for each result, by wait', () => {
    const { marks, frontier, leftOut } = pictureOf(
      comparisonOf([
        ['squareRootStaffing', 1.5, 800, true],
        ['rateDeficit', 2, 100, true],
        ['adaptiveStaffing', 2.5, 900, false],
      ]),
    );
    expect(marks.map(({ label, wait, cost }) => [label, wait, cost])).toEqual([
      ['rateDeficit', 100, 2],
      ['squareRootStaffing', 800, 1.5],
      ['adaptiveStaffing', 900, 2.5],
    ]);
    expect(frontier.map(({ wait }) => wait)).toEqual([100, 800]);
    expect(leftOut).toBe(0);
    expect(familiesOf(marks)).toEqual(['squareRootStaffing', 'adaptiveStaffing', 'rateDeficit']);
  });

  it('leaves out what would press the others against an edge', () => {
    const { marks, leftOut } = pictureOf(
      comparisonOf([
        ['fixed(1)', 1, 1e6, true],
        ['squareRootStaffing', 1.5, 800, true],
        ['rateDeficit', 9, 100, true],
      ]),
    );
    expect(marks.map(({ family }) => family)).toEqual(['squareRootStaffing']);
    expect(leftOut).toBe(2);
  });

  it('shows pools of fixed size where there is nothing more', () => {
    const { marks } = pictureOf(
      comparisonOf([
        ['fixed(1)', 1, 5000, true],
        ['fixed(2)', 2, 100, true],
      ]),
    );
    expect(marks).toHaveLength(2);
  });

  it('has a wait of 0 at the end of the logarithmic axis', () => {
    const { marks, clairvoyant } = pictureOf(comparisonOf([['rateDeficit', 2, 0, true]]));
    expect(marks[0]!.wait).toBe(1);
    expect(clairvoyant).toEqual([{ wait: 1, cost: 1.4 }]);
  });

  it('ends the curve with the axis', () => {
    const { clairvoyant } = pictureOf(comparisonOf([['rateDeficit', 2, 400, true]]));
    expect(clairvoyant.map(({ wait }) => wait)).toEqual([1, 1000]);
  });
});
