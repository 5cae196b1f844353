import fc from 'fast-check';
import { NEVER, Subject, concat, take } from 'rxjs';
import { gradient, InvalidConfigError, type GradientOptions, type ScalingPolicy } from 'rx-tasker';
import { into } from '../support/into.js';
import { exponential, uniform } from '../support/random.js';
import { runMarbles } from '../support/runMarbles.js';
import { busyLook, outputsOf, type Look } from './looks.js';

/** A window that is over at the next look. */
interface Window {
  /** How many tasks run, and end before the next look. */
  readonly busy: number;
  /** What each of them takes, in ms. */
  readonly took: number;
}

/** The looks between windows, the first of which tells of none. */
const looksAt = (windows: readonly Window[], given: Partial<Look> = {}): Look[] => {
  const looks = [{ ...busyLook, max: 100, busy: windows[0]?.busy ?? 0, ...given }];
  windows.forEach(({ busy, took }, i) => {
    const last = looks.at(-1)!;
    looks.push({
      ...last,
      time: last.time + 1000,
      completed: last.completed + busy,
      executionTime: last.executionTime + busy * took,
      busy: windows[i + 1]?.busy ?? busy,
    });
  });
  return looks;
};

const limitsOf = (options: GradientOptions, windows: readonly Window[]): number[] =>
  outputsOf(looksAt(windows), gradient(options));

const windows = (count: number, window: Window): Window[] => Array<Window>(count).fill(window);

/** What tasks use, from a moment on: how many run without slowing each other, and what one of them takes alone. */
interface Server {
  readonly from: number;
  readonly capacity: number;
  readonly alone: number;
}

/**
 * The limits at looks every 100 ms while tasks always wait. Their work is exponential, and what they use is shared: the
 * more run, the longer each takes.
 */
const saturate = (policy: ScalingPolicy, until: number, servers: readonly Server[]): number[] => {
  const random = uniform(7);
  const loads = new Subject<Look>();
  const limits: number[] = [];
  loads.pipe(policy).subscribe((limit) => limits.push(limit));
  let look: Look = { ...busyLook, max: 200, busy: 0 };
  let end = 0;
  const starts: number[] = [];
  for (let time = 0; time < until; time += 100) {
    const { capacity, alone } = servers.findLast(({ from }) => from <= time)!;
    while (end < time + 100) {
      while (starts.length < (limits.at(-1) ?? 2)) starts.push(end);
      end += exponential(random, alone / Math.min(capacity, starts.length));
      const [start] = starts.splice(Math.floor(random() * starts.length), 1);
      const executionTime = look.executionTime + end - start!;
      look = { ...look, completed: look.completed + 1, executionTime };
    }
    loads.next({ ...look, time, busy: starts.length });
  }
  return limits;
};

const minute = 60_000;

/** The mean over the looks from one moment to another. */
const meanOf = (limits: readonly number[], from: number, to: number): number => {
  const part = limits.slice(from / 100, to / 100);
  return part.reduce((sum, limit) => sum + limit, 0) / part.length;
};

describe('gradient', () => {
  it('begins at the base, or at the initial limit', () => {
    const first = (given: Partial<Look>, options?: GradientOptions): number =>
      outputsOf([{ ...busyLook, ...given }], gradient(options))[0]!;
    expect(first({ base: 3 })).toBe(3);
    expect(first({ base: 0 })).toBe(1);
    expect(first({}, { initial: 7 })).toBe(7);
    expect(first({ max: 5 }, { initial: 7 })).toBe(5);
  });

  it('rises by its square root, smoothed, while tasks take as long as usual', () => {
    const options = { initial: 25, smoothing: 0.5 };
    // 25 + 5/2 = 27.5, and √27.5 = 5.2
    expect(limitsOf(options, windows(2, { busy: 25, took: 100 }))).toEqual([25, 27, 30]);
    expect(limitsOf({ initial: 25 }, windows(2, { busy: 25, took: 100 }))).toEqual([25, 26, 27]);
  });

  it('rises while tasks take longer, but less than the tolerance', () => {
    const slower = [...windows(5, { busy: 50, took: 100 }), { busy: 50, took: 150 }];
    const options = { initial: 49, smoothing: 1, tolerance: 1.4 };
    const [last, next] = limitsOf({ ...options, smoothing: 0.2 }, slower).slice(-2);
    expect(next).toBeGreaterThan(last!);
  });

  it('falls as much as tasks take longer', () => {
    // long = 100 at first and 150 with the second window: 64 · 1.5 · 150/200 + 8 does not fall
    const twice = [
      { busy: 64, took: 100 },
      { busy: 72, took: 200 },
    ];
    expect(limitsOf({ initial: 64, smoothing: 1 }, twice)).toEqual([64, 72, 80]);
    // long = 200: 1 · 200/400, and √72 = 8.5
    const fourfold = [
      { busy: 64, took: 100 },
      { busy: 72, took: 300 },
    ];
    const [, , after] = limitsOf({ initial: 64, smoothing: 1, tolerance: 1 }, fourfold);
    expect(after).toBe(Math.floor((72 * 200) / 300 + Math.sqrt(72)));
  });

  it('falls to half at most in a window, before the smoothing', () => {
    const sudden = [...windows(10, { busy: 64, took: 100 }), { busy: 64, took: 1e6 }];
    const limits = limitsOf({ initial: 64, smoothing: 1, memory: 1e6 }, sudden);
    const [last, next] = limits.slice(-2);
    expect(last).toBe(100);
    expect(next).toBe(50 + 10);
  });

  it('moves at the end of a window only', () => {
    const [first, second] = looksAt([{ busy: 20, took: 100 }]);
    const half = { ...second!, completed: 19, executionTime: 1900, busy: 20 };
    const options = { initial: 25, smoothing: 1 };
    expect(outputsOf([first!, half, half, second!], gradient(options))).toEqual([25, 25, 25, 30]);
  });

  it('does not count a window in which fewer than the samples end', () => {
    const few = windows(9, { busy: 1, took: 100 });
    const options = { initial: 2, smoothing: 1 };
    expect(new Set(limitsOf(options, few))).toEqual(new Set([2]));
    expect(limitsOf(options, windows(10, { busy: 1, took: 100 })).at(-1)).toBe(3);
    expect(limitsOf({ ...options, samples: 3 }, few)).toEqual([2, 2, 2, 3, 3, 3, 3, 3, 3, 3]);
  });

  it('leaves the limit while less than half of the limit runs', () => {
    const options = { initial: 40, smoothing: 1 };
    expect(limitsOf(options, windows(3, { busy: 19, took: 100 }))).toEqual([40, 40, 40, 40]);
    expect(limitsOf(options, windows(1, { busy: 20, took: 100 }))).toEqual([40, 46]);
  });

  it('does not learn what is usual while less than half of the limit runs', () => {
    const quiet = windows(500, { busy: 19, took: 10 });
    const loud = windows(20, { busy: 40, took: 100 });
    const options = { initial: 40 };
    const after = limitsOf(options, [...quiet, ...loud]).slice(-21);
    expect(after).toEqual(limitsOf(options, loud));
  });

  it('keeps the limit at five times what runs', () => {
    const rush = windows(20, { busy: 60, took: 100 });
    const calm = windows(3, { busy: 7, took: 100 });
    const limits = limitsOf({ initial: 60, samples: 1 }, [...rush, ...calm]);
    expect(limits.slice(-4)).toEqual([94, 35, 35, 35]);
    // Nothing ends, and nothing is known.
    expect(limitsOf({ initial: 60 }, windows(3, { busy: 0, took: 0 }))).toEqual([60, 60, 60, 60]);
  });

  it('forgets a usual time that is more than twice as long', () => {
    const long = windows(20, { busy: 50, took: 1000 });
    const short = windows(30, { busy: 50, took: 100 });
    // 1000 · 0.95^n is below 200 from the 32nd window on, and 250 more than a tolerance of 1.5 above 150.
    const slower = { busy: 50, took: 400 };
    const options = { initial: 50, memory: 1e6, samples: 1 };
    const [last, next] = limitsOf(options, [...long, ...short, slower]).slice(-2);
    expect(next).toBeLessThan(last!);
    const [remembered, kept] = limitsOf(options, [...long, ...short.slice(10), slower]).slice(-2);
    expect(kept).toBeGreaterThanOrEqual(remembered!);
  });

  it('measures in four small windows after thirty windows of slow tasks', () => {
    const normal = windows(10, { busy: 60, took: 100 });
    const slow = windows(60, { busy: 60, took: 160 });
    const limits = limitsOf({ initial: 60, memory: 1e6 }, [...normal, ...slow]).slice(11);
    const small = limits.flatMap((limit, i) => (limit < limits[28]! * 0.5 ? [i] : []));
    expect(small).toEqual([29, 30, 31, 32]);
    expect(limits[29]).toBe(Math.floor(0.4 * limits[33]!));
    // In the last of them tasks took as long: that is usual now, and the limit rises.
    expect(limits[34]).toBeGreaterThan(limits[33]!);
  });

  it('does not drift under a lasting overload', () => {
    for (const capacity of [10, 40]) {
      const server = { from: 0, capacity, alone: 100 };
      const limits = saturate(gradient(), 20 * minute, [server]);
      const late = meanOf(limits, 10 * minute, 20 * minute);
      expect(late).toBeGreaterThan(capacity);
      expect(late).toBeLessThan(3 * capacity);
    }
  });

  it('rises to the maximum where nothing is overloaded', () => {
    const limits = saturate(gradient(), 2 * minute, [{ from: 0, capacity: 1e6, alone: 100 }]);
    expect(meanOf(limits, minute, 2 * minute)).toBe(200);
  });

  it('follows a capacity that falls, and one that rises', () => {
    const limits = saturate(gradient(), 15 * minute, [
      { from: 0, capacity: 80, alone: 100 },
      { from: 5 * minute, capacity: 20, alone: 100 },
      { from: 10 * minute, capacity: 80, alone: 100 },
    ]);
    expect(meanOf(limits, 2 * minute, 5 * minute)).toBeGreaterThan(80);
    expect(meanOf(limits, 6 * minute, 10 * minute)).toBeLessThan(60);
    expect(meanOf(limits, 12 * minute, 15 * minute)).toBeGreaterThan(80);
  });

  it('takes tasks that have become longer for usual', () => {
    const limits = saturate(gradient(), 10 * minute, [
      { from: 0, capacity: 1e6, alone: 100 },
      { from: 2 * minute, capacity: 1e6, alone: 250 },
    ]);
    expect(meanOf(limits, 2 * minute, 3 * minute)).toBeLessThan(200);
    expect(meanOf(limits, 5 * minute, 10 * minute)).toBeGreaterThan(190);
  });

  it('gives whole limits of 1 to the maximum, at most five times what ran', () => {
    const window = fc.record({
      busy: fc.integer({ min: 1, max: 80 }),
      took: fc.integer({ min: 0, max: 900 }),
    });
    const options = fc.record({
      tolerance: fc.constantFrom(1, 1.5, 3),
      smoothing: fc.constantFrom(0.01, 0.2, 1),
      memory: fc.constantFrom(1, 600),
    });
    fc.assert(
      fc.property(fc.array(window, { minLength: 1, maxLength: 100 }), options, (list, given) => {
        const limits = limitsOf({ ...given, samples: 1 }, list);
        limits.forEach((limit, i) => {
          expect(Number.isInteger(limit)).toBe(true);
          expect(limit).toBeGreaterThanOrEqual(1);
          expect(limit).toBeLessThanOrEqual(100);
          const running = Math.max(
            ...list.slice(Math.max(0, i - 1), i + 1).map(({ busy }) => busy),
          );
          if (i > 0) expect(limit).toBeLessThanOrEqual(5 * running);
        });
      }),
    );
  });

  it('begins anew with each subscription', () => {
    const policy = gradient({ initial: 60 });
    const looks = looksAt(windows(30, { busy: 60, took: 100 }));
    expect(outputsOf(looks, policy)).toEqual(outputsOf(looks, policy));
  });

  it('completes and fails with the loads, and unsubscribes', () => {
    const values = { x: 2 };
    runMarbles(({ hot, expectObservable, expectSubscriptions }) => {
      const loads = hot('                           -a-a-', { a: busyLook });
      expectObservable(loads.pipe(gradient()), '    --!').toBe('-x-', values);
      expectSubscriptions(loads.subscriptions).toBe('^-!');
      for (const marbles of ['-', '|', '#', '-x|', '-x#']) {
        const source = hot(marbles, { x: busyLook });
        expectObservable(source.pipe(gradient())).toBe(marbles, values);
      }
    });
  });

  it('works with an endless synchronous source that `take` cuts', () => {
    function* endless() {
      for (;;) yield busyLook;
    }
    const log: unknown[] = [];
    concat(endless(), NEVER).pipe(gradient(), take(2)).subscribe(into(log));
    expect(log).toEqual([2, 2, '|']);
  });

  it.each<[string, unknown, unknown]>([
    ['options', null, null],
    ['tolerance', 0.9, { tolerance: 0.9 }],
    ['tolerance', Infinity, { tolerance: Infinity }],
    ['smoothing', 0, { smoothing: 0 }],
    ['smoothing', 1.1, { smoothing: 1.1 }],
    ['memory', 0, { memory: 0 }],
    ['samples', 0.5, { samples: 0.5 }],
    ['initial', 0, { initial: 0 }],
  ])('refuses a `%s` of %p', (field, value, options) => {
    expect(() => gradient(options as GradientOptions)).toThrow(InvalidConfigError);
    expect(() => gradient(options as GradientOptions)).toThrow(
      expect.objectContaining({ field, value }) as Error,
    );
  });
});
