import fc from 'fast-check';
import {
  concat,
  defer,
  delay,
  EMPTY,
  filter,
  from,
  ignoreElements,
  map,
  NEVER,
  Observable,
  of,
  range,
  startWith,
  Subject,
  take,
  tap,
  throwError,
} from 'rxjs';
import {
  explain,
  fixed,
  highest,
  InvalidConfigError,
  lowest,
  type Load,
  type ScalingPolicy,
  whyOf,
} from 'rx-tasker';
import { into } from '../support/into.js';
import { runMarbles } from '../support/runMarbles.js';
import { busyLook, outputsOf } from './looks.js';

const loadOf = (queued: number, busy = 0): Load => ({ ...busyLook, queued, busy });

/** Loads a to e, of one to five tasks that wait; the fewer wait, the more run. */
const letters = Object.fromEntries(
  ['a', 'b', 'c', 'd', 'e'].map((x, i) => [x, loadOf(i + 1, 5 - i)]),
);
const numbers = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [i, i]));

const waiting: ScalingPolicy = map(({ queued }) => queued);
const running: ScalingPolicy = map(({ busy }) => busy);

const chosen: [string, typeof lowest, typeof Math.min][] = [
  ['lowest', lowest, Math.min],
  ['highest', highest, Math.max],
];

describe.each(chosen)('%s', (_name, combine, choose) => {
  it('gives one target for each load, made of the targets for that load', () => {
    const expected = [1, 2, 3, 4, 5].map((queued) => choose(queued, 6 - queued));
    expect(outputsOf(Object.values(letters), combine(waiting, running))).toEqual(expected);
    expect(outputsOf(Object.values(letters), combine(running, waiting))).toEqual(expected);
  });

  it('passes on the targets of a single policy', () => {
    expect(outputsOf(Object.values(letters), combine(waiting))).toEqual([1, 2, 3, 4, 5]);
  });

  it('leaves out a policy that has not spoken yet', () => {
    const late = filter(({ queued }: Load) => queued > 2);
    const policy: ScalingPolicy = (loads) => loads.pipe(late, running);
    const silent: ScalingPolicy = () => NEVER;
    expect(outputsOf(Object.values(letters), combine(waiting, policy, silent))).toEqual([
      1,
      2,
      choose(3, 3),
      choose(4, 2),
      choose(5, 1),
    ]);
  });

  it('emits when a policy speaks by itself', () => {
    runMarbles(({ hot, expectObservable, scheduler }) => {
      const later: ScalingPolicy = (loads) => loads.pipe(running, delay(2, scheduler));
      const [x, y, z, w] = [1, choose(1, 5), choose(3, 5), choose(3, 3)].map(String);
      const source = hot(`-a---c------`, letters);
      expectObservable(source.pipe(combine(waiting, later))).toBe(
        `-${x}-${y}-${z}-${w}----`,
        numbers,
      );
    });
  });

  it('keeps the last target of a policy that has completed', () => {
    const targets = outputsOf(Object.values(letters), combine(fixed(3), waiting));
    expect(targets).toEqual([3, ...[1, 2, 3, 4, 5].map((queued) => choose(3, queued))]);
    const twice: ScalingPolicy = (loads) => loads.pipe(running, take(2));
    expect(outputsOf(Object.values(letters), combine(twice, waiting)).slice(2)).toEqual([
      choose(4, 3),
      choose(4, 4),
      choose(4, 5),
    ]);
  });

  it('emits once for policies that speak at once', () => {
    const policy = combine(fixed(3), (loads) => loads.pipe(waiting, startWith(7)), fixed(5));
    expect(outputsOf([], policy)).toEqual([choose(3, 5, 7)]);
  });

  it('leaves the loads alone when all policies have completed at once', () => {
    let subscriptions = 0;
    const loads = defer(() => {
      subscriptions++;
      return NEVER;
    });
    const log: unknown[] = [];
    loads.pipe(combine(fixed(3), fixed(5))).subscribe(into(log));
    expect([log, subscriptions]).toEqual([[choose(3, 5), '|'], 0]);
  });

  it('completes with the last of its policies', () => {
    runMarbles(({ hot, expectObservable, expectSubscriptions, scheduler }) => {
      const source = hot('-a-b-c-|', letters);
      const late: ScalingPolicy = (loads) => loads.pipe(ignoreElements(), delay(2, scheduler));
      const long: ScalingPolicy = (loads) => concat(loads.pipe(ignoreElements()), late(NEVER));
      expectObservable(source.pipe(combine(waiting, late))).toBe('-1-2-3-|', numbers);
      expectObservable(source.pipe(combine(waiting, long))).toBe('-1-2-3--', numbers);
      const short: ScalingPolicy = (loads) => loads.pipe(waiting, take(2));
      expectObservable(source.pipe(combine(short, short))).toBe('-1-(2|)', numbers);
      expectSubscriptions(source.subscriptions).toBe(['^------!', '^------!', '^--!']);
    });
  });

  it('takes loads that never come, none, and such that fail', () => {
    runMarbles(({ cold, expectObservable }) => {
      for (const marbles of ['-', '|', '#', '-1-|', '-1-#']) {
        const source = cold(marbles, { 1: letters.a! });
        expectObservable(source.pipe(combine(waiting, waiting))).toBe(marbles, numbers);
      }
    });
  });

  it('lets a policy answer the error of the loads', () => {
    const careful: ScalingPolicy = (loads) =>
      concat(
        new Observable<number>((output) => {
          loads.subscribe({
            next: ({ queued }) => output.next(queued),
            error: () => output.complete(),
          });
        }),
        of(9),
      );
    const log: unknown[] = [];
    concat(
      of(loadOf(1)),
      throwError(() => 'bad'),
    )
      .pipe(combine(careful, careful))
      .subscribe(into(log));
    expect(log).toEqual([1, 9, '|']);
  });

  it('fails when one policy fails, and unsubscribes from all', () => {
    const loads = new Subject<Load>();
    const log: unknown[] = [];
    const failing: ScalingPolicy = map(({ queued }) => {
      if (queued > 1) throw new Error('bad');
      return queued;
    });
    let open = 0;
    const other: ScalingPolicy = (source) =>
      new Observable((output) => {
        open++;
        output.add(source.pipe(waiting).subscribe(output));
        return () => open--;
      });
    loads.pipe(combine(other, failing, other)).subscribe(into(log));
    loads.next(loadOf(1));
    expect(open).toBe(2);
    loads.next(loadOf(2));
    expect(log).toEqual([1, new Error('bad')]);
    expect([loads.observed, open]).toEqual([false, 0]);
  });

  it('fails when a policy throws at the subscription', () => {
    const loads = new Subject<Load>();
    const log: unknown[] = [];
    const bad: ScalingPolicy = () => {
      throw new Error('bad');
    };
    loads.pipe(combine(waiting, bad)).subscribe(into(log));
    expect(log).toEqual([new Error('bad')]);
    expect(loads.observed).toBe(false);
  });

  it('unsubscribes from the loads', () => {
    runMarbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('-a-b-', letters);
      expectObservable(source.pipe(combine(waiting, running)), '--!').toBe(
        `-${choose(1, 5)}`,
        numbers,
      );
      expectSubscriptions(source.subscriptions).toBe('^-!');
    });
  });

  it('works with an endless synchronous source that `take` cuts', () => {
    const log: unknown[] = [];
    range(1, Infinity)
      .pipe(
        map((i) => loadOf(i, i)),
        combine(waiting, running),
        take(3),
      )
      .subscribe(into(log));
    expect(log).toEqual([1, 2, 3, '|']);
  });

  it('takes a load that a subscriber causes within `next`', () => {
    const loads = new Subject<Load>();
    const log: number[] = [];
    loads.pipe(combine(waiting, running)).subscribe((target) => {
      log.push(target);
      if (log.length < 100) loads.next(loadOf(log.length, log.length));
    });
    loads.next(loadOf(0));
    expect(log).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });

  it('says why for the policy whose target is taken, if that one says', () => {
    const saying = (reason: string, policy: ScalingPolicy): ScalingPolicy => {
      return (loads) =>
        loads.pipe(
          tap((load) => explain(load, { reason })),
          policy,
        );
    };
    const [a, b] = [saying('a waits', waiting), saying('b runs', running)];
    const reasons = (...policies: ScalingPolicy[]): unknown[] => {
      const given = [loadOf(1, 3), loadOf(3, 1), loadOf(2, 2)];
      from(given)
        .pipe(combine(...policies))
        .subscribe();
      return given.map((load) => whyOf(load)?.reason);
    };
    const byWaiting = choose(1, 3) === 1; // of the first load
    expect(reasons(a, b)).toEqual(
      byWaiting ? ['a waits', 'b runs', 'a waits'] : ['b runs', 'a waits', 'a waits'],
    );
    expect(reasons(a, running)).toEqual(
      byWaiting ? ['a waits', undefined, 'a waits'] : [undefined, 'a waits', 'a waits'],
    );
  });

  it('begins anew with each subscription', () => {
    const policy = combine(waiting, (loads) => concat(loads.pipe(running, take(1)), EMPTY));
    const targets = outputsOf(Object.values(letters), policy);
    expect(outputsOf(Object.values(letters), policy)).toEqual(targets);
  });

  it('takes what is combined already', () => {
    const loads = Object.values(letters);
    const nested = combine(combine(waiting, running), fixed(3));
    expect(outputsOf(loads, nested).slice(1)).toEqual(
      outputsOf(loads, combine(waiting, running, fixed(3))).slice(1),
    );
  });

  it('agrees with a model, whichever policies speak', () => {
    const target = fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined });
    fc.assert(
      fc.property(
        fc
          .integer({ min: 1, max: 4 })
          .chain((count) =>
            fc.array(fc.array(target, { minLength: count, maxLength: count }), { maxLength: 20 }),
          ),
        (rows) => {
          const count = rows[0]?.length ?? 1;
          const policies = Array.from(
            { length: count },
            (_, i): ScalingPolicy =>
              (loads) =>
                loads.pipe(
                  map(({ time }) => rows[time]?.[i]),
                  filter((each) => each !== undefined),
                ),
          );
          const loads = rows.map((_, time) => ({ ...busyLook, time }));
          const latest = new Map<number, number>();
          const expected = rows.flatMap((row) => {
            for (const [i, each] of row.entries()) if (each !== undefined) latest.set(i, each);
            return row.some((each) => each !== undefined) ? [choose(...latest.values())] : [];
          });
          expect(outputsOf(loads, combine(...policies))).toEqual(expected);
        },
      ),
    );
  });

  it('refuses no policy, and one that is no function', () => {
    const problem = (field: string): unknown => expect.objectContaining({ field });
    expect(() => combine()).toThrow(InvalidConfigError);
    expect(() => combine()).toThrow(problem('policies') as Error);
    const bad = combine as (...policies: unknown[]) => ScalingPolicy;
    expect(() => bad(waiting, 3)).toThrow(problem('policies[1]') as Error);
    expect(() => bad(waiting, 3)).toThrow('`policies[1]` to be a function, got 3');
  });
});
