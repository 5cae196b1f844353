import { familiesOf, type Picture, type Place } from '../compare/picture.js';
import { formatDuration, plural } from '../durations.js';
import { policies } from '../policies.js';
import type { Chart, Series } from './chart.js';

/** The chart of a comparison: the cost and the p99 of the waits of each policy, and of the clairvoyant. */
export const frontierChart = (startup: number, picture: Picture): Chart => {
  const { marks, frontier, clairvoyant, leftOut } = picture;
  const places = [...marks, ...clairvoyant];
  const waits = [...new Set(places.map(({ wait }) => wait))].sort((a, b) => a - b);
  // Each series has one value for a wait; the other marks of that wait cost more.
  const valuesOf = (shown: readonly Place[]): (number | null)[] => {
    const costs = new Map<number, number>();
    for (const { wait, cost } of shown) costs.set(wait, Math.min(cost, costs.get(wait) ?? cost));
    return waits.map((wait) => costs.get(wait) ?? null);
  };
  return {
    title: `Cost by wait, startup ${formatDuration(startup)}`,
    note:
      'cost over work, by the p99 of the waits' +
      (leftOut > 0 ? `; ${leftOut} more, far outside, are left out` : ''),
    summary: `${plural(marks.length, 'setting')}; the table has the figures.`,
    x: { name: 'p99 wait', quantity: 'time', scale: 'log', values: waits },
    y: 'ratio',
    least: Math.min(1, ...places.map(({ cost }) => cost)),
    series: [
      ...familiesOf(marks).map((family): Series => ({
        name: family,
        values: valuesOf(marks.filter((mark) => mark.family === family)),
        style: 'points',
        colour: Object.keys(policies).indexOf(family) + 1,
      })),
      { name: 'not beaten', values: valuesOf(frontier), style: 'dashed', colour: 7 },
      { name: 'clairvoyant', values: valuesOf(clairvoyant), style: 'line', colour: 7 },
    ],
    limits: [],
  };
};
