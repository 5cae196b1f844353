import fc from 'fast-check';
import { createHeap } from '../../src/collections/createHeap.js';

interface Item {
  key: number;
}

// More pushes than removals: a low heap has no middle to test.
const step = fc.record({
  name: fc.constantFrom('push', 'push', 'push', 'remove', 'shift'),
  key: fc.nat(1000),
});

describe('createHeap', () => {
  it('has nothing to peek at while empty', () => {
    const heap = createHeap<Item>((a, b) => a.key < b.key);
    expect(heap.peek()).toBeUndefined();
    const item = { key: 1 };
    heap.push(item);
    expect(heap.peek()).toBe(item);
    heap.remove(item);
    expect(heap.peek()).toBeUndefined();
  });

  it('keeps its items when asked to remove an unknown item', () => {
    const heap = createHeap<Item>((a, b) => a.key < b.key);
    const items = [{ key: 1 }, { key: 2 }];
    heap.remove(items[0]!);
    for (const item of items) heap.push(item);
    heap.remove({ key: 1 });
    expect(heap.peek()).toBe(items[0]);
    for (let i = 0; i < 2; i++) heap.remove(items[0]!);
    expect(heap.peek()).toBe(items[1]);
  });

  it('takes a removed item again', () => {
    const heap = createHeap<Item>((a, b) => a.key < b.key);
    const item = { key: 1 };
    heap.push(item);
    heap.remove(item);
    heap.push(item);
    expect(heap.peek()).toBe(item);
  });

  it('always has a first item of the sorted array on top', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 30, maxLength: 150 }), (steps) => {
        const heap = createHeap<Item>((a, b) => a.key > b.key);
        const model: Item[] = [];
        for (const { name, key } of steps) {
          if (name === 'push') {
            const item = { key };
            heap.push(item);
            model.push(item);
          } else if (model.length > 0) {
            const item = name === 'shift' ? heap.peek()! : model[key % model.length]!;
            heap.remove(item);
            model.splice(model.indexOf(item), 1);
          }
          model.sort((a, b) => b.key - a.key);
          expect(heap.peek()?.key).toBe(model[0]?.key);
          expect(model.length === 0 || model.includes(heap.peek()!)).toBe(true);
        }
      }),
    );
  });
});
