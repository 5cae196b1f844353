import {
  concat,
  interval,
  NEVER,
  of,
  range,
  type SchedulerLike,
  Subject,
  take,
  throwError,
} from 'rxjs';
import { InvalidConfigError } from '../../src/checks/InvalidConfigError.js';
import { rate } from '../../src/operators/rate.js';
import { runMarbles } from '../support/runMarbles.js';
import { VirtualTime } from '../support/VirtualTime.js';

/** Emits values at the times, and records the rates as `[time, rate]`. */
const observe = (times: number[], options: { window: number; every?: number }, until = 100_000) => {
  const time = new VirtualTime();
  const source = new Subject<number>();
  const log: unknown[] = [];
  source.pipe(rate({ ...options, scheduler: time })).subscribe({
    next: (perSecond) => log.push([time.now(), perSecond]),
    complete: () => log.push([time.now(), 'complete']),
  });
  for (const at of times) time.at(at, () => source.next(at));
  time.advanceTo(until);
  return { log, time, source };
};

describe('rate', () => {
  it('never emits, and sets no timer, when the source never emits', () => {
    const { log, time } = observe([], { window: 1000 });
    expect(log).toEqual([]);
    expect(time.timers).toBe(0);
  });

  it('completes when the source is empty', () => {
    runMarbles(({ cold, expectObservable, expectSubscriptions, scheduler }) => {
      const source = cold('---|');
      expectObservable(source.pipe(rate({ window: 10, scheduler }))).toBe('---|');
      expectSubscriptions(source.subscriptions).toBe('^--!');
    });
  });

  it('rises for one value and falls to exactly 0 with an empty window', () => {
    runMarbles(({ hot, expectObservable, scheduler }) => {
      const source = hot('   --a-------------');
      const result = source.pipe(rate({ window: 6, every: 3, scheduler }));
      expectObservable(result).toBe('---x--y--z---', { x: 1000 / 3, y: 1000 / 6, z: 0 });
    });
  });

  it('divides by the time passed during the first window', () => {
    const times = Array.from({ length: 15 }, (_, i) => 50 + i * 100);
    const { log } = observe(times, { window: 1000 }, 1500);
    // Ten per second from the first look on, without a change.
    expect(log).toEqual([[100, 10]]);
  });

  it('counts the values of the window only', () => {
    const { log } = observe([1, 2, 3, 550, 1001], { window: 1000, every: 500 }, 2500);
    expect(log).toEqual([
      [500, 6],
      [1000, 4],
      [1500, 2],
      [2000, 1],
      [2500, 0],
    ]);
  });

  it('looks every tenth of the window by default', () => {
    const { log } = observe([5], { window: 1000 }, 250);
    expect(log).toEqual([
      [100, 10],
      [200, 5],
    ]);
  });

  it('counts a value at the moment of a look before the look', () => {
    const { log } = observe([50, 100], { window: 100, every: 100 }, 1000);
    expect(log).toEqual([
      [100, 20],
      [200, 0],
    ]);
  });

  it('emits nothing and has no timer from 0 until the next value', () => {
    const { log, time, source } = observe([5], { window: 100, every: 50 }, 1000);
    expect(log).toEqual([
      [50, 20],
      [100, 10],
      [150, 0],
    ]);
    expect(time.timers).toBe(0);
    time.at(1010, () => source.next(1));
    time.advanceTo(1040);
    expect(time.timers).toBe(1);
    time.advanceTo(2000);
    expect(log.slice(3)).toEqual([
      [1050, 10],
      [1150, 0],
    ]);
    expect(time.timers).toBe(0);
  });

  it('counts a value at the moment of a look that was skipped at rate 0', () => {
    const { log } = observe([200, 1000], { window: 100, every: 50 }, 2000);
    // Each value counts in two looks, as any other value. The look of the same moment is over.
    expect(log).toEqual([
      [250, 10],
      [350, 0],
      [1050, 10],
      [1150, 0],
    ]);
  });

  it('looks at multiples of `every` from the subscription on', () => {
    const time = new VirtualTime();
    time.advanceTo(1030);
    const log: unknown[] = [];
    const source = new Subject<number>();
    source
      .pipe(rate({ window: 100, every: 50, scheduler: time }))
      .subscribe((perSecond) => log.push([time.now(), perSecond]));
    time.at(1040, () => source.next(1));
    time.advanceTo(2000);
    expect(log).toEqual([
      [1080, 20],
      [1130, 10],
      [1180, 0],
    ]);
  });

  it('looks at long windows only as often as `every` says', () => {
    const hour = 3_600_000;
    const { log } = observe([1], { window: 24 * hour, every: 12 * hour }, 48 * hour);
    expect(log).toEqual([
      [12 * hour, 1 / 43_200],
      [24 * hour, 1 / 86_400],
      [36 * hour, 0],
    ]);
  });

  it('does not repeat a rate that does not change', () => {
    const times = Array.from({ length: 100 }, (_, i) => 5 + i * 10);
    const { log } = observe(times, { window: 100, every: 10 }, 1000);
    expect(log).toEqual([[10, 100]]);
  });

  it('falls to 0 before its completion when the source completes', () => {
    runMarbles(({ cold, expectObservable, expectSubscriptions, scheduler }) => {
      const source = cold('           -a-|');
      const result = source.pipe(rate({ window: 4, every: 2, scheduler }));
      expectObservable(result).toBe(' --x-y-(z|)', { x: 500, y: 250, z: 0 });
      expectSubscriptions(source.subscriptions).toBe('^--!');
    });
  });

  it('passes on an error of the source at once', () => {
    runMarbles(({ cold, expectObservable, expectSubscriptions, scheduler }) => {
      const source = cold('-a--#');
      const result = source.pipe(rate({ window: 4, every: 2, scheduler }));
      expectObservable(result).toBe('--x-#', { x: 500 });
      expectSubscriptions(source.subscriptions).toBe('^---!');
    });
  });

  it('leaves no timer and no subscription after an unsubscribe', () => {
    const time = new VirtualTime();
    const source = new Subject<number>();
    const subscription = source.pipe(rate({ window: 10, scheduler: time })).subscribe();
    source.next(1);
    expect(time.timers).toBe(1);
    subscription.unsubscribe();
    expect(time.timers).toBe(0);
    expect(source.observed).toBe(false);
  });

  it('works with an endless source, cut by `take`', () => {
    const time = new VirtualTime();
    const source = new Subject<number>();
    const log: number[] = [];
    source.pipe(rate({ window: 100, scheduler: time }), take(2)).subscribe((x) => log.push(x));
    const emit = () => {
      source.next(0);
      if (time.now() < 500) time.at(time.now() + 3, emit);
    };
    emit();
    time.advanceTo(1000);
    expect(log).toHaveLength(2);
    expect(time.timers).toBe(0);
    expect(source.observed).toBe(false);
  });

  it('counts a hundred thousand synchronous values', () => {
    const time = new VirtualTime();
    const log: number[] = [];
    concat(range(0, 100_000), NEVER)
      .pipe(rate({ window: 1000, every: 1000, scheduler: time }))
      .subscribe((x) => log.push(x));
    time.advanceTo(5000);
    expect(log).toEqual([100_000, 0]);
  });

  it('keeps its state per subscription', () => {
    const time = new VirtualTime();
    const log: number[] = [];
    const result = concat(of(1, 2), NEVER).pipe(rate({ window: 100, every: 100, scheduler: time }));
    result.subscribe((x) => log.push(x));
    time.advanceTo(1050);
    result.subscribe((x) => log.push(x));
    time.advanceTo(1150);
    expect(log).toEqual([20, 0, 20]);
  });

  it('counts a value that a subscriber pushes to the source inside `next`', () => {
    const time = new VirtualTime();
    const source = new Subject<number>();
    const log: unknown[] = [];
    source.pipe(rate({ window: 100, every: 50, scheduler: time })).subscribe((perSecond) => {
      log.push([time.now(), perSecond]);
      if (time.now() === 100) source.next(2);
    });
    source.next(1);
    time.advanceTo(1000);
    expect(log).toEqual([
      [50, 20],
      [100, 10],
      [250, 0], // after the two looks at 150 and 200
    ]);
    expect(time.timers).toBe(0);
  });

  it.each([
    [1000, 100],
    [300, 300],
  ])('counts each value of a steady source in window / every looks (%p, %p)', (window, every) => {
    const time = new VirtualTime();
    const log: number[] = [];
    interval(every, time)
      .pipe(rate({ window, every, scheduler: time }))
      .subscribe((perSecond) => log.push(perSecond));
    time.advanceTo(10 * window);
    expect(log.at(-1)).toBe(1000 / every);
  });

  it('stops when a subscriber unsubscribes inside `next`', () => {
    const time = new VirtualTime();
    const source = new Subject<number>();
    let seen = 0;
    const subscription = source.pipe(rate({ window: 100, scheduler: time })).subscribe(() => {
      seen++;
      subscription.unsubscribe();
    });
    source.next(1);
    time.advanceTo(1000);
    expect(seen).toBe(1);
    expect(time.timers).toBe(0);
  });

  it('runs in virtual time inside `TestScheduler.run` without a scheduler', () => {
    runMarbles(({ hot, expectObservable }) => {
      const result = hot('-a').pipe(rate({ window: 4, every: 2 }));
      expectObservable(result).toBe('--x-y-z', { x: 500, y: 250, z: 0 });
    });
  });

  it('passes on an error during subscribe', () => {
    const log: unknown[] = [];
    throwError(() => 'bad')
      .pipe(rate({ window: 10 }))
      .subscribe({ error: (error: unknown) => log.push(error) });
    expect(log).toEqual(['bad']);
  });

  it('continues when the clock is set back by an hour', () => {
    const time = new VirtualTime();
    let back = 0;
    const scheduler: SchedulerLike = {
      now: () => time.now() - back,
      schedule: time.schedule.bind<SchedulerLike['schedule']>(time),
    };
    const values = new Subject<number>();
    const log: number[] = [];
    values.pipe(rate({ window: 100, scheduler })).subscribe((x) => log.push(x));
    for (let now = 5; now < 1000; now += 10) time.at(now, () => values.next(1));
    time.advanceTo(500);
    expect(log.at(-1)).toBeCloseTo(100, 6);
    const before = log.length;
    back = 3_600_000;
    time.advanceTo(1000);
    for (const perSecond of log.slice(before)) {
      expect(perSecond).toBeGreaterThan(80);
      expect(perSecond).toBeLessThan(120);
    }
    time.advanceTo(2000);
    expect(log.at(-1)).toBe(0);
    expect(time.timers).toBe(0);
  });

  it.each([
    { window: 0.1 },
    { window: 1, every: 0.001 },
    { window: 100_000, every: 0.1 },
    { window: Number.MAX_VALUE },
    { window: 1, every: Number.MAX_VALUE },
  ])('has finite rates with %p', (options) => {
    const time = new VirtualTime();
    const log: number[] = [];
    const values = new Subject<number>();
    values.pipe(rate({ ...options, scheduler: time })).subscribe((x) => log.push(x));
    for (let now = 1; now <= 5; now++) time.at(now, () => values.next(1));
    time.advanceTo(10);
    expect(log.filter((perSecond) => !Number.isFinite(perSecond))).toEqual([]);
  });

  it.each<[string, unknown, any]>([
    ['options', undefined, undefined],
    ['window', undefined, {}],
    ['window', 0, { window: 0 }],
    ['window', -5, { window: -5 }],
    ['window', NaN, { window: NaN }],
    ['window', Infinity, { window: Infinity }],
    ['window', '10', { window: '10' }],
    ['window', 5e-324, { window: 5e-324 }],
    ['window', 0.09, { window: 0.09 }],
    ['every', 5e-324, { window: 10, every: 5e-324 }],
    ['every', 1e-9, { window: 10, every: 1e-9 }],
    ['every', 0.0009, { window: 1, every: 0.0009 }],
    ['every', 0.09, { window: 100_000, every: 0.09 }],
    ['every', 0, { window: 10, every: 0 }],
    ['every', NaN, { window: 10, every: NaN }],
    ['every', Infinity, { window: 10, every: Infinity }],
    ['scheduler', null, { window: 10, scheduler: null }],
    ['scheduler', 5, { window: 10, scheduler: 5 }],
  ])('refuses a `%s` of %p', (field, value, options) => {
    let thrown: unknown;
    try {
      rate(options);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(InvalidConfigError);
    expect(thrown).toBeInstanceOf(RangeError);
    expect(thrown).toMatchObject({
      field,
      value,
      message: expect.stringMatching(new RegExp(`^Expected \`${field}\` to be .+, got .+`)),
    });
  });
});
