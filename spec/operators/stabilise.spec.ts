import fc from 'fast-check';
import { concat, NEVER, of, range, type SchedulerLike, Subject, take, throwError } from 'rxjs';
import { InvalidConfigError } from '../../src/checks/InvalidConfigError.js';
import { stabilise } from '../../src/operators/stabilise.js';
import { runMarbles } from '../support/runMarbles.js';
import { VirtualTime } from '../support/VirtualTime.js';

const values = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [i, i]));

/** Checks the output for a hot source, in columns. */
const assertMarbles = (
  options: { down: number; up?: number },
  { source, expected, subscription }: { source: string; expected: string; subscription?: string },
) => {
  runMarbles(({ hot, expectObservable, expectSubscriptions, scheduler }) => {
    const source$ = hot(source, values);
    expectObservable(source$.pipe(stabilise({ ...options, scheduler }))).toBe(expected, values);
    if (subscription) expectSubscriptions(source$.subscriptions).toBe(subscription);
  });
};

describe('stabilise', () => {
  it('never emits when the source never emits', () => {
    assertMarbles({ down: 3 }, { source: '-', expected: '-', subscription: '^' });
  });

  it('completes at once when the source is empty', () => {
    assertMarbles({ down: 3, up: 3 }, { source: '--|', expected: '--|', subscription: '^-!' });
  });

  it('lets the first value pass at once', () => {
    assertMarbles({ down: 5, up: 5 }, { source: '-3---', expected: '-3---' });
  });

  it('rises at once', () => {
    assertMarbles({ down: 5 }, { source: '-1-2(34)-5', expected: '-1-2(34)-5' });
  });

  it('falls after `down`, without waiting for the source', () => {
    assertMarbles({ down: 4 }, { source: '-5-2------', expected: '-5-----2--' });
  });

  it('does not fall when the value returns in time', () => {
    assertMarbles({ down: 4 }, { source: '-5-2--5---2----', expected: '-5------------2' });
  });

  it('falls to the highest value of the last `down` ms, step by step', () => {
    assertMarbles({ down: 4 }, { source: '9-72-1--------', expected: '9-----72-1----' });
  });

  it('rises after `up`, to the lowest value of that time', () => {
    assertMarbles({ down: 0, up: 3 }, { source: '1-5------', expected: '1----5---' });
    assertMarbles({ down: 0, up: 3 }, { source: '1-58-----', expected: '1----58--' });
    assertMarbles({ down: 0, up: 3 }, { source: '1-5-1----', expected: '1--------' });
  });

  it('falls at once with a `down` of 0', () => {
    assertMarbles({ down: 0 }, { source: '-5-2(13)', expected: '-5-2(13)' });
  });

  it('keeps its value while the source stays within both windows', () => {
    assertMarbles({ down: 4, up: 4 }, { source: '5-9-1-9-1-5----', expected: '5--------------' });
  });

  it('does not repeat equal values', () => {
    assertMarbles({ down: 2 }, { source: '-33-3--3|', expected: '-3------|' });
  });

  it('takes infinite targets', () => {
    const log: number[] = [];
    of(1, Infinity, -Infinity)
      .pipe(stabilise({ down: 0 }))
      .subscribe((x) => log.push(x));
    expect(log).toEqual([1, Infinity, -Infinity]);
  });

  it('moves to the last value before its completion', () => {
    assertMarbles(
      { down: 5 },
      { source: '-5-2|---', expected: '-5------(2|)', subscription: '^---!' },
    );
    assertMarbles({ down: 5 }, { source: '-2-5|', expected: '-2-5|', subscription: '^---!' });
    assertMarbles({ down: 0, up: 5 }, { source: '-2-5|', expected: '-2------(5|)' });
  });

  it('takes all steps to the last value before its completion', () => {
    assertMarbles({ down: 4 }, { source: '9-72-1|------', expected: '9-----72-(1|)' });
  });

  it('passes on an error of the source at once', () => {
    assertMarbles({ down: 5 }, { source: '-5-2#', expected: '-5--#', subscription: '^---!' });
  });

  it('fails for a target that is not a number', () => {
    const log: unknown[] = [];
    const source = new Subject<number>();
    source.pipe(stabilise({ down: 0 })).subscribe({
      next: (x) => log.push(x),
      error: (error: unknown) => log.push(error),
    });
    source.next(1);
    source.next(NaN);
    expect(log).toEqual([1, expect.any(InvalidConfigError)]);
    expect(log[1]).toMatchObject({ field: 'target', value: NaN });
    expect(source.observed).toBe(false);
  });

  it('leaves no timer and no subscription after an unsubscribe', () => {
    runMarbles(({ hot, expectObservable, expectSubscriptions, scheduler }) => {
      const source = hot('        -5-2-----', values);
      const result = source.pipe(stabilise({ down: 4, scheduler }));
      expectObservable(result, '  ^----!---').toBe('-5---', values);
      expectSubscriptions(source.subscriptions).toBe('^----!');
    });
    const time = new VirtualTime();
    const subscription = concat(of(5, 2), NEVER)
      .pipe(stabilise({ down: 10, scheduler: time }))
      .subscribe();
    expect(time.timers).toBe(1);
    subscription.unsubscribe();
    expect(time.timers).toBe(0);
  });

  it('has a timer only while its value differs from the source', () => {
    const time = new VirtualTime();
    const source = new Subject<number>();
    source.pipe(stabilise({ down: 10, scheduler: time })).subscribe();
    source.next(5);
    expect(time.timers).toBe(0);
    for (let i = 0; i < 10; i++) source.next(2);
    expect(time.timers).toBe(1);
    source.next(7);
    expect(time.timers).toBe(0);
    source.next(2);
    time.advanceTo(20);
    expect(time.timers).toBe(0);
  });

  it('works with an endless synchronous source that `take` cuts', () => {
    const log: number[] = [];
    range(0, Infinity)
      .pipe(stabilise({ down: 10 }), take(3))
      .subscribe((x) => log.push(x));
    expect(log).toEqual([0, 1, 2]);
  });

  it('takes a hundred thousand falling values in the same moment', () => {
    const time = new VirtualTime();
    const log: unknown[] = [];
    const source = new Subject<number>();
    source.pipe(stabilise({ down: 10, scheduler: time })).subscribe((x) => {
      log.push([time.now(), x]);
    });
    for (let x = 100_000; x > 0; x--) source.next(x);
    time.advanceTo(100);
    expect(log).toEqual([
      [0, 100_000],
      [10, 1],
    ]);
  });

  it('keeps its state per subscription', () => {
    runMarbles(({ cold, expectObservable, scheduler }) => {
      const source = cold('5-2|', values);
      const result = source.pipe(stabilise({ down: 3, scheduler }));
      expectObservable(concat(result, result)).toBe('5----(25)-(2|)', values);
    });
  });

  it('takes a value that a subscriber pushes to the source inside `next`', () => {
    const time = new VirtualTime();
    const source = new Subject<number>();
    const log: unknown[] = [];
    source.pipe(stabilise({ down: 10, scheduler: time })).subscribe((x) => {
      log.push([time.now(), x]);
      if (x === 5) source.next(2);
      if (x === 2) source.next(8);
    });
    source.next(5);
    time.advanceTo(100);
    expect(log).toEqual([
      [0, 5],
      [10, 2],
      [10, 8],
    ]);
    expect(time.timers).toBe(0);
  });

  it('stops when a subscriber unsubscribes inside `next`', () => {
    const time = new VirtualTime();
    const source = new Subject<number>();
    const log: number[] = [];
    const subscription = source.pipe(stabilise({ down: 10, scheduler: time })).subscribe((x) => {
      log.push(x);
      if (x === 2) subscription.unsubscribe();
    });
    for (const x of [5, 2]) source.next(x);
    time.advanceTo(100);
    expect(log).toEqual([5, 2]);
    expect(time.timers).toBe(0);
    expect(source.observed).toBe(false);
  });

  it('passes on an error during subscribe', () => {
    const log: unknown[] = [];
    throwError(() => 'bad')
      .pipe(stabilise({ down: 1 }))
      .subscribe({ error: (error: unknown) => log.push(error) });
    expect(log).toEqual(['bad']);
  });

  it('agrees at every moment with a naive model that looks each millisecond', () => {
    const step = fc.record({
      lasts: fc.integer({ min: 1, max: 6 }),
      target: fc.integer({ min: 0, max: 6 }),
    });
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 20 }),
        fc.nat(8),
        fc.nat(8),
        (steps, down, up) => {
          const time = new VirtualTime();
          const source = new Subject<number>();
          let output: number | undefined;
          source.pipe(stabilise({ down, up, scheduler: time })).subscribe((x) => (output = x));
          const wanted: number[] = []; // in each millisecond
          for (const { lasts, target } of steps) {
            time.at(wanted.length, () => source.next(target));
            for (let i = 0; i < lasts; i++) wanted.push(target);
          }
          for (let i = 0; i < 10; i++) wanted.push(wanted.at(-1)!);
          let model = wanted[0]!;
          wanted.forEach((target, now) => {
            time.advanceTo(now);
            // The values that held within the last ms. The value of the previous millisecond holds until now.
            const within = (ms: number) => [...wanted.slice(Math.max(0, now - ms), now), target];
            model = Math.min(Math.max(model, Math.min(...within(up))), Math.max(...within(down)));
            expect([now, output]).toEqual([now, model]);
          });
        },
      ),
    );
  });

  it('falls in time although the clock has been set back by an hour', () => {
    const time = new VirtualTime();
    let back = 0;
    const scheduler: SchedulerLike = {
      now: () => time.now() - back,
      schedule: time.schedule.bind<SchedulerLike['schedule']>(time),
    };
    const targets = new Subject<number>();
    const log: [number, number][] = [];
    targets.pipe(stabilise({ down: 10, scheduler })).subscribe((x) => log.push([time.now(), x]));
    targets.next(8);
    time.advanceTo(5);
    targets.next(3);
    time.advanceTo(9);
    back = 3_600_000;
    targets.next(4);
    time.advanceTo(100);
    // The 4 ms before the set-back are lost.
    expect(log).toEqual([
      [0, 8],
      [19, 4],
    ]);
  });

  it.each<[string, unknown, any]>([
    ['options', undefined, undefined],
    ['down', undefined, {}],
    ['down', -1, { down: -1 }],
    ['down', NaN, { down: NaN }],
    ['down', Infinity, { down: Infinity }],
    ['up', -1, { down: 1, up: -1 }],
    ['up', '1', { down: 1, up: '1' }],
    ['scheduler', {}, { down: 1, scheduler: {} }],
  ])('refuses a `%s` of %p', (field, value, options) => {
    let thrown: unknown;
    try {
      stabilise(options);
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
