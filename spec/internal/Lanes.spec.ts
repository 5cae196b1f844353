import { Fifo } from '../../src/internal/Fifo.js';
import { Lanes } from '../../src/internal/Lanes.js';
import { strict } from '../../src/operators/strict.js';

const createLanes = <T>(priorityOf: (value: T) => number) =>
  new Lanes(strict()(), priorityOf, () => new Fifo<T>());

describe('Lanes', () => {
  it('should be first in, first out within a priority', () => {
    const lanes = createLanes<string>(() => 0);
    for (const value of ['a', 'b', 'c']) lanes.add(value);
    expect(lanes.size).toBe(3);
    expect([lanes.take(), lanes.take(), lanes.take()]).toEqual(['a', 'b', 'c']);
    expect(lanes.size).toBe(0);
  });

  it('should serve the lanes as the schedule says', () => {
    const lanes = createLanes<number>((value) => value % 10);
    for (const value of [11, 12, 21, 22]) lanes.add(value);
    expect([lanes.take(), lanes.take(), lanes.take(), lanes.take()]).toEqual([12, 22, 11, 21]);
  });

  it('should ask for the priority of a value once, when it is added', () => {
    const asked: string[] = [];
    const lanes = createLanes<string>((value) => asked.push(value));
    lanes.add('a');
    lanes.take();
    expect(asked).toEqual(['a']);
  });

  it('should be as it was when the priority of a value throws', () => {
    const lanes = createLanes<number>((value) => {
      if (value < 0) throw new Error('no priority');
      return 0;
    });
    lanes.add(1);
    expect(() => lanes.add(-1)).toThrow('no priority');
    expect(lanes.size).toBe(1);
    expect(lanes.take()).toBe(1);
  });
});
