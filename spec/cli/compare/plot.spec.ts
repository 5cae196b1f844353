import { pictureOf } from '../../../cli/compare/picture.js';
import { plot } from '../../../cli/compare/plot.js';
import { comparisonOf } from './comparison.js';

const picture = pictureOf(
  comparisonOf([
    ['squareRootStaffing', 1.5, 800, true],
    ['squareRootStaffing(low=0)', 1.4, 900, true],
    ['rateDeficit', 2, 100, true],
  ]),
);

const countOf = (text: string, part: RegExp): number => text.match(part)?.length ?? 0;

describe('plot', () => {
  it('draws a mark for each result, and a ring around a policy with its defaults', () => {
    const svg = plot('costs', [{ title: 'one', picture }]);
    expect(svg).toMatch(/^<svg[^>]* xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    for (const { label } of picture.marks) expect(svg).toContain(`<title>${label}: `);
    // The other ring is in the legend.
    expect(countOf(svg, /<circle/g)).toBe(2);
  });

  it('names the policies that are shown, and no others', () => {
    const svg = plot('costs', [{ title: 'one', picture }]);
    for (const name of ['squareRootStaffing', 'rateDeficit', 'clairvoyant', 'not beaten']) {
      expect(svg).toContain(`>${name}</text`);
    }
    expect(svg).not.toContain('backlogThreshold');
  });

  it('draws all within its frame', () => {
    const svg = plot('costs', [{ title: 'one', picture }]);
    const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg)!.map(Number);
    const places = [...svg.matchAll(/translate\((\S+) (\S+)\)/g)];
    expect(places.length).toBeGreaterThan(3);
    for (const [, x, y] of places) {
      expect(Number(x)).toBeGreaterThanOrEqual(0);
      expect(Number(x)).toBeLessThan(width!);
      expect(Number(y)).toBeGreaterThanOrEqual(0);
      expect(Number(y)).toBeLessThan(height!);
    }
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('puts two panels side by side, and a third below', () => {
    const frameOf = (count: number): number[] =>
      /viewBox="0 0 (\d+) (\d+)"/
        .exec(plot('costs', Array(count).fill({ title: 'one', picture })))!
        .slice(1)
        .map(Number);
    expect(frameOf(2)[0]).toBe(2 * frameOf(1)[0]!);
    expect(frameOf(3)[0]).toBe(frameOf(2)[0]);
    expect(frameOf(3)[1]).toBeGreaterThan(frameOf(2)[1]!);
  });

  it('escapes titles', () => {
    const svg = plot('<b>', [{ title: 'a & b', picture }]);
    expect(svg).toContain('&lt;b&gt;');
    expect(svg).toContain('a &amp; b');
  });
});
