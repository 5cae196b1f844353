import { LinkedList } from '../../src/collections/LinkedList.js';
import { countVisits } from './countVisits.js';

const set = new Set([1, 2]);

describe('countVisits', () => {
  it.each<[number, string, () => unknown]>([
    [3, 'a method of an array', () => [1, 2, 3].filter(Boolean)],
    [4, 'a spread of an array, with its end', () => [...[1, 2, 3]]],
    [3, 'a loop over a set, with its end', () => [...set]],
    [1, 'a loop over a named class', () => [...new LinkedList()]],
    [0, 'a function without a collection', () => 1],
  ])('counts %i visits for %s', (visits, _, act) => {
    expect(countVisits(act, LinkedList.prototype)).toBe(visits);
  });
});
