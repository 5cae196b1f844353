import { createLanes } from '../../src/lanes/createLanes.js';
import { Fifo } from '../../src/collections/Fifo.js';
import { strict } from '../../src/lanes/strict.js';

/** Lanes with a log of what they start, and of how they end. What is started is over at once if `over` says so. */
const setUp = <T>({
  priority = () => 0,
  over = () => false,
}: { priority?: (value: T) => number; over?: (value: T) => boolean } = {}) => {
  const log: unknown[] = [];
  const lanes = createLanes<T, Fifo<T>>(
    (value) => {
      log.push(value);
      return over(value);
    },
    { error: (error) => log.push(error), complete: () => log.push('complete') },
    { priority, discipline: strict(), queue: () => new Fifo() },
  );
  return { log, lanes };
};

describe('createLanes', () => {
  it('should start nothing before it has a limit', () => {
    const { log, lanes } = setUp<string>();
    lanes.next('a');
    expect(log).toEqual([]);
    lanes.setLimit(1);
    expect(log).toEqual(['a']);
  });

  it('should be first in, first out within a priority', () => {
    const { log, lanes } = setUp<string>({ over: () => true });
    for (const value of ['a', 'b', 'c']) lanes.next(value);
    lanes.setLimit(1);
    expect(log).toEqual(['a', 'b', 'c']);
  });

  it('should serve the lanes as the schedule says', () => {
    const { log, lanes } = setUp<number>({ priority: (value) => value % 10, over: () => true });
    for (const value of [11, 12, 21, 22]) lanes.next(value);
    lanes.setLimit(1);
    expect(log).toEqual([12, 22, 11, 21]);
  });

  it('should start the next one when one has left, and interrupt nothing when the limit falls', () => {
    const { log, lanes } = setUp<string>();
    lanes.setLimit(2);
    for (const value of ['a', 'b', 'c', 'd']) lanes.next(value);
    expect(log).toEqual(['a', 'b']);
    lanes.leave();
    expect(log).toEqual(['a', 'b', 'c']);
    lanes.setLimit(1);
    lanes.leave();
    expect(log).toEqual(['a', 'b', 'c']);
    lanes.leave();
    expect(log).toEqual(['a', 'b', 'c', 'd']);
  });

  it('should ask for the priority of a value once, when it has to wait', () => {
    const asked: string[] = [];
    const { lanes } = setUp<string>({ priority: (value) => asked.push(value) });
    lanes.setLimit(1);
    for (const value of ['a', 'b', 'c']) lanes.next(value);
    for (let i = 0; i < 3; i++) lanes.leave();
    expect(asked).toEqual(['b', 'c']);
  });

  it('should be as it was when the priority of a value throws', () => {
    const { log, lanes } = setUp<number>({
      priority: (value) => {
        if (value < 0) throw new Error('no priority');
        return 0;
      },
    });
    lanes.next(1);
    expect(() => lanes.next(-1)).toThrow('no priority');
    expect(lanes.open.get(0)?.queue.size).toBe(1);
    lanes.setLimit(2);
    expect(log).toEqual([1]);
  });

  it('should complete once no more come, nothing waits and nothing runs', () => {
    const { log, lanes } = setUp<string>();
    lanes.setLimit(1);
    for (const value of ['a', 'b']) lanes.next(value);
    lanes.complete();
    expect(log).toEqual(['a']);
    lanes.leave();
    expect(log).toEqual(['a', 'b']);
    lanes.leave();
    expect(log).toEqual(['a', 'b', 'complete']);
  });

  it('should complete at once if there was nothing', () => {
    const { log, lanes } = setUp();
    lanes.complete();
    expect(log).toEqual(['complete']);
  });

  it.each(['next', 'close'] as const)('should tell of what `%s` of the schedule throws', (name) => {
    const log: unknown[] = [];
    const lanes = createLanes<number, Fifo<number>>(
      (value) => log.push(value) > 0,
      { error: (error) => log.push(error), complete: () => log.push('complete') },
      {
        priority: () => 0,
        discipline: () => ({
          ...strict()(),
          [name]: () => {
            throw new Error(name);
          },
        }),
        queue: () => new Fifo(),
      },
    );
    lanes.next(1);
    lanes.setLimit(1);
    expect(log).toEqual([new Error(name)]);
    expect(lanes.open.get(0)?.queue.size).toBe(1);
  });

  it('should start a value at once if a place becomes free while its priority is asked for', () => {
    const { log, lanes } = setUp<string>({
      priority: () => {
        lanes.leave();
        return 0;
      },
    });
    lanes.setLimit(1);
    for (const value of ['a', 'b']) lanes.next(value);
    expect(log).toEqual(['a', 'b']);
  });

  it('should let nothing that arrives within a start overtake what waits, nor start it there', () => {
    const log: string[] = [];
    const lanes = createLanes<number, Fifo<number>>(
      (value) => {
        log.push(`${value}(`);
        if (value === 1) {
          lanes.setLimit(3);
          lanes.next(3);
        }
        log.push(`)`);
        return false;
      },
      { error: (error) => log.push(String(error)), complete: () => undefined },
      { priority: () => 0, discipline: strict(), queue: () => new Fifo() },
    );
    for (const value of [1, 2]) lanes.next(value);
    lanes.setLimit(1);
    expect(log).toEqual(['1(', ')', '2(', ')', '3(', ')']);
  });

  it('should start what a higher limit allows when the start that raised it is over', () => {
    const log: string[] = [];
    const lanes = createLanes<number, Fifo<number>>(
      (value) => {
        log.push(`${value}(`);
        lanes.setLimit(value + 1);
        log.push(`)`);
        return false;
      },
      { error: (error) => log.push(String(error)), complete: () => undefined },
      { priority: () => 0, discipline: strict(), queue: () => new Fifo() },
    );
    for (let i = 1; i <= 3; i++) lanes.next(i);
    lanes.setLimit(1);
    expect(log).toEqual(['1(', ')', '2(', ')', '3(', ')']);
  });

  it('should start nothing more once its output is closed', () => {
    const log: number[] = [];
    const output = { closed: false, error: raise, complete: () => undefined };
    const lanes = createLanes<number, Fifo<number>>(
      (value) => {
        output.closed = true;
        return log.push(value) > 0;
      },
      output,
      { priority: () => 0, discipline: strict(), queue: () => new Fifo() },
    );
    for (let i = 1; i <= 3; i++) lanes.next(i);
    lanes.setLimit(1);
    expect(log).toEqual([1]);
  });
});

const raise = (error: unknown): never => {
  throw error;
};
