import { Fifo } from '../../src/collections/Fifo.js';
import { createLanes } from '../../src/lanes/createLanes.js';
import type { LaneSchedule } from '../../src/lanes/LaneDiscipline.js';
import { strict } from '../../src/lanes/strict.js';

const lanesOf = <T>(
  priority: (value: T) => number = () => 0,
  schedule: Partial<LaneSchedule> = {},
) => {
  return createLanes<T, Fifo<T>>({
    priority,
    discipline: function made() {
      return { ...strict()(), ...schedule };
    },
    queue: () => new Fifo(),
  });
};

const takeAll = <T>(lanes: ReturnType<typeof lanesOf<T>>): T[] => {
  const all: T[] = [];
  while (lanes.open.size > 0) all.push(lanes.take());
  return all;
};

describe('createLanes', () => {
  it('gives first what came first within a priority', () => {
    const lanes = lanesOf<string>();
    for (const value of ['a', 'b', 'c']) lanes.push(value);
    expect(takeAll(lanes)).toEqual(['a', 'b', 'c']);
  });

  it('serves the lanes as the schedule says', () => {
    const lanes = lanesOf<number>((value) => value % 10);
    for (const value of [11, 12, 21, 22]) lanes.push(value);
    expect(takeAll(lanes)).toEqual([12, 22, 11, 21]);
  });

  it('stays the same when the priority of a value throws', () => {
    const lanes = lanesOf<number>((value) => {
      if (value < 0) throw new Error('no priority');
      return 0;
    });
    lanes.push(1);
    expect(() => lanes.push(-1)).toThrow('no priority');
    expect(takeAll(lanes)).toEqual([1]);
  });

  it.each(['open', 'next', 'close'] as const)(
    'loses no value when `%s` of the schedule throws',
    (name) => {
      const lanes = lanesOf<number>(undefined, {
        [name]: () => {
          throw new Error(name);
        },
      });
      const act = (): void => {
        lanes.push(1);
        lanes.take();
      };
      expect(act).toThrow(name);
      expect(lanes.open.get(0)?.queue.take()).toBe(1);
    },
  );

  it('takes nothing from a lane that the schedule made up', () => {
    const lanes = lanesOf<number>(undefined, { next: () => ({ priority: 7 }) });
    lanes.push(1);
    expect(() => lanes.take()).toThrow(
      'Expected `made().next()` to be a lane in which something waits, got 7',
    );
    expect(lanes.open.get(0)?.queue.size).toBe(1);
  });

  it('refuses a discipline that gives no schedule', () => {
    const options = { priority: () => 0, queue: () => new Fifo<number>() };
    expect(() =>
      createLanes<number, Fifo<number>>({ ...options, discipline: (() => ({})) as never }),
    ).toThrow('Expected `discipline()` to be');
  });
});
