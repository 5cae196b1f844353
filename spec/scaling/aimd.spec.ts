import fc from 'fast-check';
import { concat, NEVER, Subject, take } from 'rxjs';
import { aimd, InvalidConfigError, type AimdOptions } from 'rx-tasker';
import { into } from '../support/into.js';
import { runMarbles } from '../support/runMarbles.js';
import { busyLook, looksOf, outputsOf, type Look } from './looks.js';

const limitsOf = (options: AimdOptions, ...changes: Partial<Look>[]): number[] =>
  outputsOf(looksOf(...changes), aimd(options));

const tooMany = new Error('429');
const isOverload = (error: unknown): boolean => error === tooMany;

describe('aimd', () => {
  it('begins at the maximum', () => {
    expect(limitsOf({}, { max: 30 })).toEqual([30]);
  });

  it('lowers the limit at once when an error says so', () => {
    const looks = [{ max: 100 }, { errors: [new Error('other'), tooMany] }];
    expect(limitsOf({ isOverload }, ...looks)).toEqual([100, 90]);
  });

  it('leaves the limit with other errors', () => {
    const looks = [{ max: 100 }, { errors: [new Error('other')], failed: 1 }];
    expect(limitsOf({ isOverload }, ...looks)).toEqual([100, 100]);
  });

  it('takes every failed task for an overload without `isOverload`', () => {
    const looks = [{ max: 100, failed: 7 }, {}, { failed: 8 }];
    expect(limitsOf({}, ...looks)).toEqual([100, 100, 90]);
  });

  it('asks no error twice', () => {
    const asked: unknown[] = [];
    const spy = (error: unknown): boolean => asked.push(error) < 0;
    limitsOf({ isOverload: spy }, { errors: ['a'] }, { errors: ['b', 'c'] }, {});
    expect(asked).toEqual(['a', 'b', 'c']);
  });

  it('lowers the limit once for nine errors of one look', () => {
    const errors = Array<unknown>(9).fill(tooMany);
    expect(limitsOf({ isOverload }, { max: 100 }, { errors }, {})).toEqual([100, 90, 90]);
  });

  it('lowers the limit once for nine errors of one window', () => {
    const overloads = Array.from({ length: 9 }, (_, i) => ({ errors: [tooMany], failed: i + 1 }));
    expect(limitsOf({ isOverload }, {}, ...overloads)).toEqual([10, ...Array<number>(9).fill(9)]);
  });

  it('leaves the limit in the window after an overload, and counts the next window', () => {
    const looks = [
      {},
      { completed: 10, errors: [tooMany] }, // of a window that is over: the next begins
      { completed: 19, errors: [tooMany] },
      { completed: 20, errors: [tooMany] }, // the last of it
      { completed: 21, errors: [tooMany] },
    ];
    expect(limitsOf({ isOverload }, ...looks)).toEqual([10, 9, 9, 9, 8]);
  });

  it('multiplies by the ratio, and rounds down', () => {
    const overloads = [10, 20, 30, 40].map((completed) => [
      { completed, errors: [tooMany] },
      { completed: completed + 5, busy: 0 },
    ]);
    const looks = [{ max: 7 }, ...overloads.flat()];
    expect(limitsOf({ isOverload, backoffRatio: 0.5 }, ...looks)).toEqual([
      7, 3, 3, 1, 1, 1, 1, 1, 1,
    ]);
  });

  it('raises the limit by one in each window that uses all of the limit', () => {
    const looks = [
      { errors: [tooMany], busy: 10 },
      { completed: 10, busy: 9 }, // the tasks that ran at the overload have ended
      { completed: 18, busy: 9 },
      { completed: 19, busy: 9 },
      { completed: 30, busy: 9 },
    ];
    expect(limitsOf({ isOverload }, ...looks)).toEqual([9, 9, 9, 10, 10]);
  });

  it('leaves the limit in a window that uses less', () => {
    const looks = [
      { errors: [tooMany], busy: 8 },
      { completed: 10, busy: 8 },
      { completed: 20, busy: 8 },
      { completed: 30, busy: 8 },
    ];
    expect(limitsOf({ isOverload }, ...looks)).toEqual([9, 9, 9, 9]);
  });

  it('remembers of a window that all of the limit was used', () => {
    const looks = [
      { errors: [tooMany] },
      { completed: 10, busy: 3 },
      { completed: 11, busy: 9 },
      { completed: 13, busy: 1 },
    ];
    expect(limitsOf({ isOverload }, ...looks)).toEqual([9, 9, 9, 10]);
  });

  it('lowers the limit after a window of slow tasks', () => {
    const looks = [
      {},
      { completed: 5, executionTime: 5000 }, // not the whole window
      { completed: 10, executionTime: 6001 },
      { completed: 20, executionTime: 26_001 }, // they began before the limit fell
      { completed: 30, executionTime: 32_001 },
      { completed: 40, executionTime: 38_002 },
    ];
    expect(limitsOf({ latency: 600 }, ...looks)).toEqual([10, 10, 9, 9, 10, 9]);
  });

  it('does not take a window without an end for slow', () => {
    const looks = [{ busy: 0 }, { executionTime: 100 }, { executionTime: 200 }];
    expect(limitsOf({ latency: 1 }, ...looks)).toEqual([10, 10, 10]);
  });

  it('follows a maximum that falls', () => {
    expect(limitsOf({}, { busy: 1 }, { max: 4 }, { max: 10 })).toEqual([10, 4, 4]);
  });

  it('begins anew with each subscription', () => {
    const policy = aimd();
    const looks = looksOf({}, { failed: 1 });
    expect([outputsOf(looks, policy), outputsOf(looks, policy)]).toEqual([
      [10, 9],
      [10, 9],
    ]);
  });

  it('completes and fails with the loads, and unsubscribes', () => {
    const values = { x: 10 };
    runMarbles(({ hot, expectObservable, expectSubscriptions }) => {
      const loads = hot('                       -a-a-', { a: busyLook });
      expectObservable(loads.pipe(aimd()), '    --!').toBe('-x-', values);
      expectSubscriptions(loads.subscriptions).toBe('^-!');
      for (const marbles of ['-', '|', '#', '-x|', '-x#']) {
        const source = hot(marbles, { x: busyLook });
        expectObservable(source.pipe(aimd())).toBe(marbles, values);
      }
    });
  });

  it('fails when `isOverload` throws', () => {
    const loads = new Subject<Look>();
    const log: unknown[] = [];
    const fail = (): never => {
      throw tooMany;
    };
    loads.pipe(aimd({ isOverload: fail })).subscribe(into(log));
    loads.next(busyLook);
    loads.next({ ...busyLook, errors: [1] });
    expect(log).toEqual([10, tooMany]);
    expect(loads.observed).toBe(false);
  });

  it('works with an endless synchronous source that `take` cuts', () => {
    function* endless() {
      for (;;) yield busyLook;
    }
    const log: number[] = [];
    concat(endless(), NEVER)
      .pipe(aimd(), take(2))
      .subscribe((limit) => log.push(limit));
    expect(log).toEqual([10, 10]);
  });

  const step = fc.record({
    ended: fc.nat(8),
    busy: fc.nat(12),
    isOver: fc.boolean(),
    took: fc.nat(200),
  });

  it('agrees with a model that keeps all looks', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 60 }),
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom(0.5, 0.75, 0.9),
        fc.constantFrom(undefined, 100),
        (steps, max, backoffRatio, latency) => {
          const looks = looksOf(
            ...steps.map(({ ended, busy, isOver, took }, i) => {
              const before = steps.slice(0, i);
              const sum = (of: (each: (typeof steps)[number]) => number): number =>
                before.reduce((total, each) => total + of(each), 0);
              return {
                max,
                busy,
                errors: isOver ? [tooMany] : [],
                completed: ended + sum((each) => each.ended),
                executionTime: ended * took + sum((each) => each.ended * each.took),
              };
            }),
          );
          const limits = outputsOf(looks, aimd({ isOverload, backoffRatio, latency }));

          let limit = max;
          let first = 0; // the look that the window began with
          let afterOverload = false;
          looks.forEach((look, i) => {
            const window = looks.slice(first, i + 1);
            const { completed, executionTime, busy, time } = window[0]!;
            const ended = look.completed - completed;
            const worked = look.executionTime - executionTime;
            const isOver = i > first && ended >= (look.busy === 0 ? 0 : busy);
            const isSlow = isOver && ended > 0 && worked / ended > (latency ?? Infinity);
            if (!afterOverload && (look.errors?.length || isSlow)) {
              limit = Math.max(1, Math.floor(limit * backoffRatio));
              afterOverload = true;
              first = i;
            } else if (isOver) {
              const most = Math.max(
                ...window.slice(0, -1).map((each) => each.busy),
                worked / (look.time - time),
              );
              if (!afterOverload && most >= limit) limit = Math.min(max, limit + 1);
              afterOverload = false;
              first = i;
            }
            expect([i, limits[i]]).toEqual([i, limit]);
          });
        },
      ),
    );
  });

  it('stays near the number of tasks that may run at once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), (capacity) => {
        const loads = new Subject<Look>();
        const limits: number[] = [];
        loads.pipe(aimd({ isOverload })).subscribe((limit) => limits.push(limit));
        // Between two looks all that run end, those above the capacity with an error.
        let look: Look = { ...busyLook, max: 80, busy: 80 };
        for (let i = 0; i < 300; i++) {
          const errors = Array<unknown>(Math.max(0, look.busy - capacity)).fill(tooMany);
          const completed = look.completed + look.busy;
          loads.next({ ...look, time: look.time + 100, completed, errors });
          look = { ...look, time: look.time + 100, completed, busy: limits.at(-1)! };
        }
        const late = limits.slice(200);
        expect(Math.max(...late)).toBe(capacity + 1);
        expect(Math.min(...late)).toBe(Math.max(1, Math.floor((capacity + 1) * 0.9)));
      }),
      { numRuns: 20 },
    );
  });

  it.each<[string, unknown, unknown]>([
    ['options', null, null],
    ['backoffRatio', 0, { backoffRatio: 0 }],
    ['backoffRatio', 1, { backoffRatio: 1 }],
    ['backoffRatio', NaN, { backoffRatio: NaN }],
    ['latency', 0, { latency: 0 }],
    ['latency', Infinity, { latency: Infinity }],
    ['isOverload', true, { isOverload: true }],
  ])('refuses a `%s` of %p', (field, value, options) => {
    expect(() => aimd(options as AimdOptions)).toThrow(InvalidConfigError);
    expect(() => aimd(options as AimdOptions)).toThrow(
      expect.objectContaining({ field, value }) as Error,
    );
  });

  it('takes options that are undefined', () => {
    const options = { backoffRatio: undefined, latency: undefined, isOverload: undefined };
    expect(outputsOf([busyLook], aimd(options))).toEqual([10]);
  });
});
