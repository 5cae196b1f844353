import { EMPTY, NEVER, Subject, throwError } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { Fifo } from '../../src/collections/Fifo.js';
import { createLanes } from '../../src/lanes/createLanes.js';
import { mergeLanes } from '../../src/lanes/mergeLanes.js';
import { strict } from '../../src/lanes/strict.js';
import { into } from '../support/into.js';

const lanesOf = <T>(priority: (value: T) => number = () => 0) =>
  createLanes<T, Fifo<T>>({ priority, discipline: strict(), queue: () => new Fifo() });

/** Lanes with a log of what they start, and of how they end; `act` is called at each start. */
const setUp = <T>({
  priority = () => 0,
  act = () => undefined,
}: { priority?: (value: T) => number; act?: (value: T) => void } = {}) => {
  const log: unknown[] = [];
  const lanes = lanesOf(priority);
  const source = new Subject<T>();
  const limit = new Subject<number>();
  const output = into(log);
  const subscription = source.pipe(mergeLanes(lanes, limit)).subscribe({
    ...output,
    next: (value) => {
      log.push(value);
      act(value);
    },
  });
  return { log, lanes, source, limit, subscription };
};

describe('mergeLanes', () => {
  it('starts values in the order of their priorities as places become free', () => {
    new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(
      ({ hot, expectObservable, expectSubscriptions }) => {
        const source = hot('-abC---|    ');
        const left = hot('  -----x-x--x ');
        const limit = hot(' 1           ');
        const started = '   -a---C-b--| ';
        const lanes = lanesOf<string>((value) => (value === 'C' ? 1 : 0));
        left.subscribe(() => lanes.leave());
        const limits = new Subject<number>();
        limit.subscribe((value) => limits.next(Number(value)));
        expectObservable(source.pipe(mergeLanes(lanes, limits))).toBe(started);
        expectSubscriptions(source.subscriptions).toBe('^------!');
      },
    );
  });

  it('starts nothing before there is a limit', () => {
    const { log, source, limit } = setUp<string>();
    source.next('a');
    expect(log).toEqual([]);
    limit.next(1);
    expect(log).toEqual(['a']);
  });

  it('interrupts nothing when the limit falls', () => {
    const { log, lanes, source, limit } = setUp<string>();
    limit.next(2);
    for (const value of ['a', 'b', 'c', 'd']) source.next(value);
    lanes.leave();
    expect(log).toEqual(['a', 'b', 'c']);
    limit.next(1);
    lanes.leave();
    expect(log).toEqual(['a', 'b', 'c']);
    lanes.leave();
    expect(log).toEqual(['a', 'b', 'c', 'd']);
  });

  it('asks for the priority of a value once, when the value has to wait', () => {
    const asked: string[] = [];
    const { lanes, source, limit } = setUp<string>({ priority: (value) => asked.push(value) });
    limit.next(1);
    for (const value of ['a', 'b', 'c']) source.next(value);
    for (let i = 0; i < 3; i++) lanes.leave();
    expect(asked).toEqual(['b', 'c']);
  });

  it('completes once the source has, nothing waits and nothing runs', () => {
    const { log, lanes, source, limit } = setUp<string>();
    limit.next(1);
    for (const value of ['a', 'b']) source.next(value);
    source.complete();
    lanes.leave();
    expect(log).toEqual(['a', 'b']);
    lanes.leave();
    expect(log).toEqual(['a', 'b', '|']);
  });

  it('completes at once with an empty source', () => {
    const log: unknown[] = [];
    EMPTY.pipe(mergeLanes(lanesOf(), NEVER)).subscribe(into(log));
    expect(log).toEqual(['|']);
  });

  it.each([
    ['source', throwError(() => 'why'), NEVER],
    ['limit', NEVER, throwError(() => 'why')],
  ])('errors with its %s', (_, source, limit) => {
    const log: unknown[] = [];
    source.pipe(mergeLanes(lanesOf(), limit)).subscribe(into(log));
    expect(log).toEqual(['why']);
  });

  it.each(['next', 'close'] as const)('errors with what `%s` of the schedule throws', (name) => {
    const log: unknown[] = [];
    const lanes = createLanes<number, Fifo<number>>({
      priority: () => 0,
      discipline: () => ({
        ...strict()(),
        [name]: () => {
          throw new Error(name);
        },
      }),
      queue: () => new Fifo(),
    });
    const limit = new Subject<number>();
    const source = new Subject<number>();
    source.pipe(mergeLanes(lanes, limit)).subscribe(into(log));
    source.next(1);
    limit.next(1);
    expect(log).toEqual([new Error(name)]);
    expect(lanes.open.get(0)?.queue.size).toBe(1);
    expect([source.observed, limit.observed]).toEqual([false, false]);
  });

  it('starts a value at once when asking for its priority frees a place', () => {
    const { log, lanes, source, limit } = setUp<string>({
      priority: () => {
        lanes.leave();
        return 0;
      },
    });
    limit.next(1);
    for (const value of ['a', 'b']) source.next(value);
    expect(log).toEqual(['a', 'b']);
  });

  it('starts what a higher limit allows when the start that raised the limit is over', () => {
    const log: string[] = [];
    const { source, limit } = setUp<number>({
      act: (value) => {
        log.push(`${value}(`);
        limit.next(value + 1);
        log.push(')');
      },
    });
    for (let i = 1; i <= 3; i++) source.next(i);
    limit.next(1);
    expect(log).toEqual(['1(', ')', '2(', ')', '3(', ')']);
  });

  it('starts nothing more once the output is closed', () => {
    const { log, source, limit, subscription } = setUp<number>({
      act: () => subscription.unsubscribe(),
    });
    for (let i = 1; i <= 3; i++) source.next(i);
    limit.next(1);
    expect(log).toEqual([1]);
    expect([source.observed, limit.observed]).toEqual([false, false]);
  });

  it('needs no stack for values that leave in the call of their start', () => {
    const { lanes, source, limit, log } = setUp<number>({ act: () => lanes.running-- });
    for (let i = 0; i < 100_000; i++) source.next(i);
    limit.next(1);
    source.complete();
    expect(log).toHaveLength(100_001);
  });
});
