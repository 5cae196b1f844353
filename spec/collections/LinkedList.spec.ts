import fc from 'fast-check';
import { LinkedList, type Linked } from '../../src/collections/LinkedList.js';

class Item implements Linked<Item> {
  previous: Item | undefined;
  next: Item | undefined;
}

const items = Array.from({ length: 8 }, () => new Item());

describe('LinkedList', () => {
  it('holds the items added and not removed, in the order of addition', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: items.length - 1 })), (indices) => {
        const list = new LinkedList<Item>();
        const model = new Set<Item>();
        for (const index of indices) {
          const item = items[index]!;
          if (model.delete(item)) {
            list.remove(item);
          } else {
            model.add(item);
            list.add(item);
          }
          expect([...list].map((each) => items.indexOf(each))).toEqual(
            [...model].map((each) => items.indexOf(each)),
          );
          expect(list.size).toBe(model.size);
          expect([list.first, list.last]).toEqual([[...model][0], [...model].at(-1)]);
        }
        for (const item of model) list.remove(item);
        expect(list.size).toBe(0);
      }),
    );
  });

  it('keeps no removed item alive through its neighbours', () => {
    const list = new LinkedList<Item>();
    const [first, second, third] = items as [Item, Item, Item];
    for (const item of [first, second, third]) list.add(item);
    list.remove(second);
    expect([second.previous, second.next]).toEqual([undefined, undefined]);
    expect([first.next, third.previous]).toEqual([third, first]);
  });
});
