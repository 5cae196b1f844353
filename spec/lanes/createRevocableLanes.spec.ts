import fc from 'fast-check';
import { createRevocableLanes } from '../../src/lanes/createRevocableLanes.js';
import type { Lane, LaneDiscipline } from '../../src/lanes/LaneDiscipline.js';
import { strict } from '../../src/lanes/strict.js';
import { weighted } from '../../src/lanes/weighted.js';

interface Item {
  id: number;
  priority: number;
  ahead: boolean;
  dropped: boolean;
}

const createLanes = (discipline: LaneDiscipline) => {
  const lanes = createRevocableLanes<Item>({
    discipline,
    priority: (item) => item.priority,
    ahead: (item) => item.ahead,
    dropped: (item) => item.dropped,
  });
  const size = () => [...lanes.open.values()].reduce((sum, { queue }) => sum + queue.size, 0);
  return { ...lanes, size };
};

const step = fc.record({
  name: fc.constantFrom('add', 'add', 'add', 'take', 'drop', 'drop'),
  priority: fc.integer({ min: -1, max: 1 }),
  ahead: fc.boolean(),
  which: fc.nat(),
});
const steps = fc.array(step, { minLength: 20, maxLength: 200 });

/** The items of a lane in their order: first the items that are ahead, each kind in order of arrival. */
const inLane = (items: Item[], priority: number): Item[] => {
  const lane = items.filter((item) => item.priority === priority);
  return [...lane.filter((item) => item.ahead), ...lane.filter((item) => !item.ahead)];
};

/** Of each lane, the first that is ahead and the first of the others wait next. */
const expectFirsts = (open: ReturnType<typeof createLanes>['open'], waiting: Item[]): void => {
  for (const { priority, queue } of open.values()) {
    const lane = inLane(waiting, priority);
    const firsts = [lane.find(({ ahead }) => ahead), lane.find(({ ahead }) => !ahead)];
    expect(queue.firsts()).toEqual(firsts.filter((item) => item !== undefined));
  }
};

/** Of each lane, the newest of those that came without `ahead`, or else of those that are ahead. */
const expectNewest = (
  { open, newest }: Pick<ReturnType<typeof createLanes>, 'open' | 'newest'>,
  waiting: Item[],
): void => {
  for (const lane of open.values())
    expect(newest(lane)).toBe(inLane(waiting, lane.priority).at(-1));
};

/** Plays all steps. Calls `check` with every taken value and the values that waited. */
const play = (
  discipline: LaneDiscipline,
  all: { name: string; priority: number; ahead: boolean; which: number }[],
  check: (taken: Item, waiting: Item[]) => void,
) => {
  const lanes = createLanes(discipline);
  const waiting: Item[] = [];
  const takeOne = () => {
    const taken = lanes.take();
    check(taken, waiting);
    waiting.splice(waiting.indexOf(taken), 1);
    expect(lanes.size()).toBe(waiting.length);
  };
  all.forEach(({ name, priority, ahead, which }, id) => {
    if (name === 'add') {
      const item = { id, priority, ahead, dropped: false };
      lanes.push(item);
      waiting.push(item);
    } else if (waiting.length > 0 && name === 'take') {
      takeOne();
    } else if (waiting.length > 0) {
      const [item] = waiting.splice(which % waiting.length, 1);
      item!.dropped = true;
      lanes.drop(item!);
    }
    expect(lanes.size()).toBe(waiting.length);
    expect(lanes.count()).toBe(waiting.length);
    if (which % 3 === 0) expectFirsts(lanes.open, waiting);
    if (which % 5 === 0) expectNewest(lanes, waiting);
  });
  while (waiting.length > 0) takeOne();
};

describe('createRevocableLanes', () => {
  it('agrees with a naive model that sorts all waiting values', () => {
    fc.assert(
      fc.property(steps, (all) => {
        play(strict(), all, (taken, waiting) => {
          const highest = Math.max(...waiting.map((item) => item.priority));
          expect(taken).toBe(inLane(waiting, highest)[0]);
        });
      }),
    );
  });

  it('has the newest value of a lane, past dropped ones in both queues', () => {
    const lanes = createLanes(strict());
    const items = [true, true, true, false].map((ahead, id) => {
      return { id, priority: 0, ahead, dropped: false };
    });
    for (const item of items) lanes.push(item);
    for (const item of items.slice(2)) {
      item.dropped = true;
      lanes.drop(item);
    }
    expect(lanes.newest([...lanes.open.values()][0]!)).toBe(items[1]);
  });

  it('takes the first value of a lane that is not empty, in any discipline', () => {
    fc.assert(
      fc.property(steps, (all) => {
        play(weighted({ 1: 3 }), all, (taken, waiting) => {
          expect(taken).toBe(inLane(waiting, taken.priority)[0]);
        });
      }),
    );
  });

  it('tells the schedule once of each lane that opens or closes', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const open = new Set<Lane>();
        const counting: LaneDiscipline = () => {
          const schedule = strict()();
          return {
            open: (lane) => {
              expect([...open].some((other) => other.priority === lane.priority)).toBe(false);
              open.add(lane);
              schedule.open(lane);
            },
            close: (lane) => {
              expect(open.delete(lane)).toBe(true);
              schedule.close(lane);
            },
            next: () => schedule.next(),
          };
        };
        play(counting, all, () => undefined);
        expect(open.size).toBe(0);
      }),
    );
  });

  it('keeps no more dropped values than waiting ones, with few looks at each', () => {
    const lanes = createLanes(strict());
    const dropped = new Set<number>();
    let asked = 0;
    const items = Array.from({ length: 1000 }, (_, id) => ({
      id,
      priority: 0,
      ahead: id % 2 === 0,
      get dropped() {
        asked++;
        return dropped.has(id);
      },
    }));
    for (const item of items) lanes.push(item);
    for (const item of items.slice(0, 999)) {
      dropped.add(item.id);
      lanes.drop(item);
    }
    // The lanes look at dropped values when they close gaps, and at the waiting values, fewer each time.
    const beforeTake = asked;
    expect(beforeTake).toBeGreaterThan(999);
    expect(beforeTake).toBeLessThan(3000);
    expect(lanes.take()).toBe(items[999]);
    expect(asked - beforeTake).toBeLessThan(10);
  });

  it.each(['close', 'next'] as const)(
    'loses no value where `%s` of the schedule throws',
    (name) => {
      const lanes = createLanes(() => ({
        ...strict()(),
        [name]: () => {
          throw new Error(name);
        },
      }));
      const items = [0, 0, 1].map((priority, id) => ({
        id,
        priority,
        ahead: false,
        dropped: false,
      }));
      const taken: Item[] = [];
      let throws = 0;
      for (const act of [
        ...items.map((item) => () => lanes.push(item)),
        ...items.map(() => () => taken.push(lanes.take())),
      ]) {
        try {
          act();
        } catch {
          throws++;
        }
      }
      expect(throws).toBeGreaterThan(0);
      const all = [...taken, ...lanes.drain()];
      expect(all).toHaveLength(items.length);
      expect(new Set(all)).toEqual(new Set(items));
    },
  );

  it.each(['open', 'next', 'close'] as const)(
    'names a discipline whose `%s` calls the lanes',
    (name) => {
      const item = (id: number): Item => ({ id, priority: id, ahead: false, dropped: false });
      const lanes = createLanes(function made() {
        const schedule = strict()();
        return {
          ...schedule,
          [name]: (lane: never) => {
            lanes.push(item(8));
            return schedule[name](lane);
          },
        };
      });
      const act = (): void => {
        lanes.push(item(1));
        lanes.take();
      };
      const error = 'Expected `made()` to be a schedule that answers without calling back';
      expect(act).toThrow(error);
      expect(act).toThrow(error); // it is not asked again
      expect(lanes.drain().map(({ id }) => id)).toEqual([1, 8, 1]);
    },
  );
});
