import {
  BehaviorSubject,
  concat,
  defer,
  EMPTY,
  from,
  map,
  mergeMap,
  NEVER,
  Observable,
  of,
  range,
  Subject,
  take,
  throwError,
  type ObservableInput,
} from 'rxjs';
import { InvalidConfigError } from '../../src/checks/InvalidConfigError.js';
import type { Lane } from '../../src/lanes/LaneDiscipline.js';
import { mergeMapLanes, type MergeMapLanesOptions } from '../../src/operators/mergeMapLanes.js';
import { asInterop } from '../support/interop.js';
import { runMarbles } from '../support/runMarbles.js';
import { unhandledErrors } from '../support/unhandledErrors.js';

const upperCaseFirst = (x: string) => (x === x.toUpperCase() ? 1 : 0);

/** Inner Observables that last until the spec ends each by hand. */
const handHeld = <T>(source: Observable<T>, options: MergeMapLanesOptions<T>) => {
  const started: T[] = [];
  const ends = new Map<T, Subject<never>>();
  const log: unknown[] = [];
  const subscription = source
    .pipe(
      mergeMapLanes((value) => {
        started.push(value);
        const end = new Subject<never>();
        ends.set(value, end);
        return end;
      }, options),
    )
    .subscribe({
      error: (error: unknown) => log.push(error),
      complete: () => log.push('complete'),
    });
  return { started, log, subscription, end: (value: T) => ends.get(value)?.complete() };
};

describe('mergeMapLanes', () => {
  describe('as any operator', () => {
    it('never emits when the source never emits', () => {
      runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('-');
        expectObservable(source.pipe(mergeMapLanes(() => of(1)))).toBe('-');
        expectSubscriptions(source.subscriptions).toBe('^');
      });
    });

    it('completes when the source is empty', () => {
      runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('---|');
        expectObservable(source.pipe(mergeMapLanes(() => of(1)))).toBe('---|');
        expectSubscriptions(source.subscriptions).toBe('^--!');
      });
    });

    it('emits the values of the inner Observables', () => {
      runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('-a|');
        const inner = cold(' --x-y-|');
        expectObservable(source.pipe(mergeMapLanes(() => inner))).toBe('---x-y-|');
        expectSubscriptions(source.subscriptions).toBe('^-!');
        expectSubscriptions(inner.subscriptions).toBe('-^-----!');
      });
    });

    it('runs all values at once without a concurrency', () => {
      runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('(abc)-----|');
        const inner = cold('--x-|');
        expectObservable(source.pipe(mergeMapLanes(() => inner))).toBe('--(xxx)---|');
        expectSubscriptions(inner.subscriptions).toBe(['^---!', '^---!', '^---!']);
      });
    });

    it('starts the next value when an inner Observable has completed', () => {
      runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('(abc|)');
        const inner = cold('--x-|');
        const result = source.pipe(mergeMapLanes(() => inner, { concurrency: 2 }));
        expectObservable(result).toBe('--(xx)x-|');
        expectSubscriptions(source.subscriptions).toBe('(^!)');
        expectSubscriptions(inner.subscriptions).toBe(['^---!', '^---!', '----^---!']);
      });
    });

    it('passes on an error of the source, and ends the inner Observables', () => {
      runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('-ab--#');
        const inner = cold('---x------');
        const result = source.pipe(mergeMapLanes(() => inner, { concurrency: 1 }));
        expectObservable(result).toBe('----x#');
        expectSubscriptions(source.subscriptions).toBe('^----!');
        expectSubscriptions(inner.subscriptions).toBe('-^---!');
      });
    });

    it('passes on an error of an inner Observable, and ends everything', () => {
      runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('ab-----');
        const inners = { a: cold('-------'), b: cold('--#') } as Record<string, Observable<string>>;
        const result = source.pipe(mergeMapLanes((x) => inners[x]!));
        expectObservable(result).toBe('---#');
        expectSubscriptions(source.subscriptions).toBe('^--!');
        expectSubscriptions((inners.a as typeof source).subscriptions).toBe('^--!');
      });
    });

    it('ends everything at an unsubscribe', () => {
      runMarbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
        const source = cold('ab-c---');
        const inner = cold('-x-----');
        const concurrency = hot('2------', { 2: 2 });
        const result = source.pipe(mergeMapLanes(() => inner, { concurrency }));
        expectObservable(result, '^---!').toBe('-xx--');
        expectSubscriptions(source.subscriptions).toBe('^---!');
        expectSubscriptions(concurrency.subscriptions).toBe('^---!');
        expectSubscriptions(inner.subscriptions).toBe(['^---!', '-^--!']);
      });
    });

    it('keeps the inner Observables when only the source has completed', () => {
      runMarbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
        const source = cold('a|');
        const inner = cold('-----x|');
        const concurrency = hot('1-------', { 1: 1 });
        const result = source.pipe(mergeMapLanes(() => inner, { concurrency }));
        expectObservable(result).toBe('-----x|');
        expectSubscriptions(source.subscriptions).toBe('^!');
        expectSubscriptions(concurrency.subscriptions).toBe('^-----!');
      });
    });

    it('passes on an error that `project` throws, at once or after a wait', () => {
      runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
        const project = (x: string) => {
          if (x === 'b') throw 'error';
          return cold('--x|');
        };
        const source = cold('ab---');
        expectObservable(source.pipe(mergeMapLanes(project))).toBe('-#');
        expectObservable(source.pipe(mergeMapLanes(project, { concurrency: 1 }))).toBe('--x#');
        expectSubscriptions(source.subscriptions).toBe(['^!', '^--!']);
      });
    });

    it('fails when `project` returns no Observable input', () => {
      const log: unknown[] = [];
      of(1)
        .pipe(mergeMapLanes(() => 5 as unknown as ObservableInput<number>))
        .subscribe({ error: (error: unknown) => log.push(error) });
      expect(log).toEqual([expect.any(TypeError)]);
    });

    it('reports an error that the subscriber throws, and continues', () => {
      const seen: number[] = [];
      const errors = unhandledErrors(() => {
        of(1, 2)
          .pipe(mergeMapLanes((x) => of(x)))
          .subscribe((x) => {
            seen.push(x);
            throw new Error(`bad ${x}`);
          });
      });
      expect(seen).toEqual([1, 2]);
      expect(errors).toEqual([new Error('bad 1'), new Error('bad 2')]);
    });

    it('stops a synchronous source and a synchronous inner that `take` cuts', () => {
      const produced: number[] = [];
      const endless = new Observable<number>((subscriber) => {
        for (let i = 0; i < 1000 && !subscriber.closed; i++) {
          produced.push(i);
          subscriber.next(i);
        }
      });
      endless
        .pipe(
          mergeMapLanes((x) => of(x)),
          take(3),
        )
        .subscribe();
      expect(produced.splice(0)).toEqual([0, 1, 2]);
      of('a')
        .pipe(
          mergeMapLanes(() => endless),
          take(2),
        )
        .subscribe();
      expect(produced.splice(0)).toEqual([0, 1]);
      range(0, Infinity)
        .pipe(
          mergeMapLanes((x) => [x], { concurrency: 1 }),
          take(2),
        )
        .subscribe((x) => produced.push(x));
      expect(produced).toEqual([0, 1]);
    });

    it('starts nothing more when a waiting synchronous inner makes `take` cut', () => {
      const started: number[] = [];
      const concurrency = new BehaviorSubject(0);
      range(0, 10)
        .pipe(
          mergeMapLanes(
            (x) => {
              started.push(x);
              return of(x);
            },
            { concurrency },
          ),
          take(2),
        )
        .subscribe();
      concurrency.next(1);
      expect(started).toEqual([0, 1]);
      expect(concurrency.observed).toBe(false);
    });

    it('works with an endless source', () => {
      runMarbles(({ cold, expectObservable }) => {
        const source = cold('a-b-c-d-e-f-g-h-');
        const result = source.pipe(mergeMapLanes((x) => cold('-x|').pipe(map(() => x))));
        expectObservable(result, '^---------!').toBe('-a-b-c-d-e-');
      });
    });

    it('keeps its state per subscription', () => {
      runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('(ab|)');
        const inner = cold('-x|');
        const result = source.pipe(mergeMapLanes(() => inner, { concurrency: 1 }));
        expectObservable(concat(result, result)).toBe('-x-x-x-x|');
        expectSubscriptions(inner.subscriptions).toBe(['^-!', '--^-!', '----^-!', '------^-!']);
      });
      const indexes = of('a', 'b').pipe(mergeMapLanes((_, index) => of(index)));
      const seen: number[] = [];
      concat(indexes, indexes).subscribe((index) => seen.push(index));
      expect(seen).toEqual([0, 1, 0, 1]);
    });

    it('does nothing before the subscribe', () => {
      let subscribed = 0;
      const source = defer(() => {
        subscribed++;
        return NEVER;
      });
      const result = source.pipe(mergeMapLanes(() => of(1), { concurrency: source }));
      expect(subscribed).toBe(0);
      result.subscribe();
      expect(subscribed).toBe(2);
    });

    it('leaves the inner Observable when `project` unsubscribes from the output', () => {
      const operators = [
        (project: () => Subject<number>) => mergeMap(project),
        (project: () => Subject<number>) => mergeMapLanes(project),
      ];
      for (const operator of operators) {
        const source = new Subject<number>();
        const inner = new Subject<number>();
        const subscription = source
          .pipe(
            operator(() => {
              subscription.unsubscribe();
              return inner;
            }),
          )
          .subscribe();
        source.next(1);
        expect(inner.observed).toBe(false);
      }
    });

    it('takes Promises, arrays and other inputs as inners', async () => {
      const values: unknown[] = [];
      await of<ObservableInput<number>[]>([1, 2], Promise.resolve(3), new Set([4]))
        .pipe(mergeMapLanes((x) => x, { concurrency: 1 }))
        .forEach((x) => values.push(x));
      expect(values).toEqual([1, 2, 3, 4]);
    });
  });

  describe('with synchronous inner Observables', () => {
    it('needs no stack for a million waiting values', () => {
      const concurrency = new BehaviorSubject(0);
      let [count, sum] = [0, 0];
      let completed = false;
      range(0, 1e6)
        .pipe(mergeMapLanes((x) => of(x), { concurrency }))
        .subscribe({
          next: (x) => {
            count++;
            sum += x;
          },
          complete: () => (completed = true),
        });
      expect(count).toBe(0);
      concurrency.next(1);
      expect([count, sum, completed]).toEqual([1e6, (1e6 * (1e6 - 1)) / 2, true]);
    });

    it('needs no stack for a hundred thousand values behind one that ends later', () => {
      const gate = new Subject<number>();
      const values: number[] = [];
      range(0, 100_000)
        .pipe(mergeMapLanes((x) => (x === 0 ? gate : EMPTY), { concurrency: 1 }))
        .subscribe({ complete: () => values.push(-1) });
      gate.complete();
      expect(values).toEqual([-1]);
    });

    it('needs no stack for a hundred thousand values that each push the next', () => {
      const source = new Subject<number>();
      const values: number[] = [];
      source.pipe(mergeMapLanes((x) => of(x), { concurrency: 1 })).subscribe((x) => {
        values.push(x);
        if (x < 100_000) source.next(x + 1);
      });
      source.next(1);
      expect(values).toHaveLength(100_000);
    });

    it('tears one inner Observable down before the start of the next', () => {
      const log: string[] = [];
      const concurrency = new BehaviorSubject(0);
      of('a', 'b')
        .pipe(
          mergeMapLanes(
            (x) =>
              new Observable<never>((subscriber) => {
                log.push(`start ${x}`);
                subscriber.complete();
                return () => log.push(`end ${x}`);
              }),
            { concurrency },
          ),
        )
        .subscribe({ complete: () => log.push('complete') });
      concurrency.next(1);
      expect(log).toEqual(['start a', 'end a', 'start b', 'end b', 'complete']);
    });
  });

  describe('concurrency', () => {
    it('starts nothing before the first concurrency', () => {
      runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('ab|');
        const inner = cold('x|');
        const concurrency = cold('-----n', { n: 1 });
        const result = source.pipe(mergeMapLanes(() => inner, { concurrency }));
        expectObservable(result).toBe('-----xx|');
        expectSubscriptions(inner.subscriptions).toBe(['-----^!', '------^!']);
      });
    });

    it('starts nothing and stays open when the concurrency has no value', () => {
      runMarbles(({ cold, expectObservable }) => {
        const result = cold('ab|').pipe(mergeMapLanes(() => of(1), { concurrency: EMPTY }));
        expectObservable(result).toBe('-');
        expectObservable(cold('--|').pipe(mergeMapLanes(() => of(1), { concurrency: NEVER }))).toBe(
          '--|',
        );
      });
    });

    it('starts waiting values in the same call as a rise', () => {
      const concurrency = new BehaviorSubject(1);
      const { started } = handHeld(range(1, 6), { concurrency });
      expect(started).toEqual([1]);
      concurrency.next(3);
      expect(started).toEqual([1, 2, 3]);
      concurrency.next(Infinity);
      expect(started).toEqual([1, 2, 3, 4, 5, 6]);
    });

    it('interrupts nothing at a fall, and starts nothing until enough have ended', () => {
      const concurrency = new BehaviorSubject(3);
      const { started, end } = handHeld(range(1, 7), { concurrency });
      concurrency.next(1);
      for (const x of [1, 2]) end(x);
      expect(started).toEqual([1, 2, 3]);
      end(3);
      expect(started).toEqual([1, 2, 3, 4]);
    });

    it('pauses with 0', () => {
      const concurrency = new BehaviorSubject(0);
      const { started, end, log } = handHeld(range(1, 2), { concurrency });
      expect(started).toEqual([]);
      concurrency.next(1);
      concurrency.next(0);
      end(1);
      expect(started).toEqual([1]);
      concurrency.next(1);
      expect(started).toEqual([1, 2]);
      end(2);
      expect(log).toEqual(['complete']);
    });

    it('never starts with a constant 0', () => {
      const { started, log } = handHeld(range(1, 2), { concurrency: 0 });
      expect([started, log]).toEqual([[], []]);
    });

    it('keeps its last value after its completion', () => {
      runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
        const concurrency = cold('n-|', { n: 2 });
        const source = cold('(abc)|');
        const inner = cold('---x|');
        const result = source.pipe(mergeMapLanes(() => inner, { concurrency }));
        expectObservable(result).toBe('---(xx)x|');
        expectSubscriptions(concurrency.subscriptions).toBe('^-!');
        expectSubscriptions(inner.subscriptions).toBe(['^---!', '^---!', '----^---!']);
      });
    });

    it('passes on its error, and ends everything', () => {
      runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
        const concurrency = cold('n--#', { n: 1 });
        const source = cold('ab---|');
        const inner = cold('------');
        expectObservable(source.pipe(mergeMapLanes(() => inner, { concurrency }))).toBe('---#');
        expectSubscriptions(source.subscriptions).toBe('^--!');
        expectSubscriptions(inner.subscriptions).toBe('^--!');
      });
    });

    it('leaves the source alone when the concurrency fails at once', () => {
      let subscribed = 0;
      const log: unknown[] = [];
      defer(() => {
        subscribed++;
        return of(1);
      })
        .pipe(mergeMapLanes((x) => of(x), { concurrency: throwError(() => 'bad') }))
        .subscribe({ error: (error: unknown) => log.push(error) });
      expect(log).toEqual(['bad']);
      expect(subscribed).toBe(0);
    });

    it('accepts an array, a Promise or any other input', async () => {
      const { started } = handHeld(range(1, 3), { concurrency: [1, 2] });
      expect(started).toEqual([1, 2]);
      const later = handHeld(range(1, 3), { concurrency: Promise.resolve(2) });
      expect(later.started).toEqual([]);
      await Promise.resolve();
      expect(later.started).toEqual([1, 2]);
    });

    it.each([NaN, -1, 1.5, -Infinity, '2', undefined])('refuses %p', (wrong) => {
      const concurrency = new BehaviorSubject<any>(1);
      const { log } = handHeld(NEVER, { concurrency });
      concurrency.next(wrong);
      expect(log).toEqual([expect.any(InvalidConfigError)]);
      expect(log[0]).toMatchObject({ field: 'concurrency', value: wrong });
      expect(concurrency.observed).toBe(false);
    });
  });

  describe('lanes', () => {
    const orderOf = (values: string[], options: MergeMapLanesOptions<string>): string => {
      const gate = new BehaviorSubject(0);
      const started: string[] = [];
      of(...values)
        .pipe(
          mergeMapLanes(
            (x) => {
              started.push(x);
              return EMPTY;
            },
            { ...options, concurrency: gate },
          ),
        )
        .subscribe();
      gate.next(1);
      return started.join('');
    };

    it('starts in the order of arrival without priorities', () => {
      expect(orderOf(['a', 'B', 'c', 'D'], {})).toBe('aBcD');
    });

    it('serves a higher priority first, and one priority in order of arrival', () => {
      expect(orderOf(['a', 'b', 'C', 'D', 'e', 'F'], { priority: upperCaseFirst })).toBe('CDFabe');
    });

    it('takes any number as a priority', () => {
      const values = ['0.5', '-3', 'Infinity', '1e9', '-Infinity', '0'];
      const gate = new BehaviorSubject(0);
      const started: string[] = [];
      of(...values)
        .pipe(
          mergeMapLanes(
            (x) => {
              started.push(x);
              return EMPTY;
            },
            { priority: Number, concurrency: gate },
          ),
        )
        .subscribe();
      gate.next(1);
      expect(started).toEqual(['Infinity', '1e9', '0.5', '0', '-3', '-Infinity']);
    });

    it('serves a later value of a higher priority first', () => {
      runMarbles(({ cold, expectObservable }) => {
        const source = cold('--a-b-C----|');
        const inner = (x: string) => cold('-----x|').pipe(map(() => x));
        const result = source.pipe(
          mergeMapLanes(inner, { concurrency: 1, priority: upperCaseFirst }),
        );
        expectObservable(result).toBe('-------a-----C-----b|');
      });
    });

    it('asks for the priority of waiting values only', () => {
      const asked: string[] = [];
      const { end } = handHeld(of('a', 'b', 'c'), {
        concurrency: 1,
        priority: (x) => asked.push(x),
      });
      for (const x of ['a', 'b', 'c']) end(x);
      expect(asked).toEqual(['b', 'c']);
    });

    it('gives `project` the index in the order of starts', () => {
      const gate = new BehaviorSubject(0);
      const started: string[] = [];
      from('abC')
        .pipe(
          mergeMapLanes(
            (x, index) => {
              started.push(`${x}${index}`);
              return EMPTY;
            },
            { concurrency: gate, priority: upperCaseFirst },
          ),
        )
        .subscribe();
      gate.next(1);
      expect(started).toEqual(['C0', 'a1', 'b2']);
    });

    it('passes on an error that `priority` or the discipline throws', () => {
      const bad = () => {
        throw new Error('bad');
      };
      expect(handHeld(range(1, 2), { concurrency: 1, priority: bad }).log).toEqual([
        new Error('bad'),
      ]);
      expect(handHeld(range(1, 2), { discipline: bad }).log).toEqual([new Error('bad')]);
    });

    it('fails when the discipline gives a lane in which nothing waits', () => {
      const started: number[] = [];
      const log: unknown[] = [];
      const concurrency = new BehaviorSubject(0);
      of(1, 2)
        .pipe(
          mergeMapLanes(
            (x) => {
              started.push(x);
              return EMPTY;
            },
            {
              concurrency,
              priority: (x) => x,
              // This discipline ignores that a lane has closed.
              discipline: () => {
                const lanes: Lane[] = [];
                return { open: (lane) => lanes.push(lane), close() {}, next: () => lanes[0]! };
              },
            },
          ),
        )
        .subscribe({ error: (error: unknown) => log.push(error) });
      concurrency.next(1);
      expect(started).toEqual([1]);
      expect(log).toEqual([
        new InvalidConfigError('discipline().next()', 1, 'a lane in which something waits'),
      ]);
    });

    it('refuses NaN as a priority', () => {
      const { log, started } = handHeld(range(1, 2), { concurrency: 1, priority: () => NaN });
      expect(started).toEqual([1]);
      expect(log).toEqual([expect.any(InvalidConfigError)]);
      expect((log[0] as Error).message).toBe('Expected `priority(value)` to be a number, got NaN');
    });

    it('makes a schedule for each subscription', () => {
      let made = 0;
      const result = NEVER.pipe(
        mergeMapLanes(() => NEVER, {
          discipline: () => {
            made++;
            return { open() {}, close() {}, next: () => ({ priority: 0 }) };
          },
        }),
      );
      expect(made).toBe(0);
      result.subscribe();
      result.subscribe();
      expect(made).toBe(2);
    });
  });

  describe('reentrancy', () => {
    it('queues a value that a subscriber pushes to the source inside `next`', () => {
      const source = new Subject<string>();
      const log: string[] = [];
      source.pipe(mergeMapLanes((x) => of(`${x}1`, `${x}2`), { concurrency: 1 })).subscribe((x) => {
        log.push(x);
        if (x === 'a1') source.next('b');
      });
      source.next('a');
      expect(log).toEqual(['a1', 'a2', 'b1', 'b2']);
    });

    it('completes when a subscriber completes the source inside `next`', () => {
      const source = new Subject<string>();
      const log: string[] = [];
      source.pipe(mergeMapLanes((x) => of(`${x}1`, `${x}2`), { concurrency: 1 })).subscribe({
        next: (x) => {
          log.push(x);
          source.complete();
        },
        complete: () => log.push('complete'),
      });
      source.next('a');
      expect(log).toEqual(['a1', 'a2', 'complete']);
    });

    it('emits and starts nothing more when a subscriber unsubscribes inside `next`', () => {
      const source = new Subject<string>();
      const started: string[] = [];
      const log: string[] = [];
      const subscription = source
        .pipe(
          mergeMapLanes(
            (x) => {
              started.push(x);
              return x === 'a' ? gate : of(x);
            },
            { concurrency: 1 },
          ),
        )
        .subscribe((x) => {
          log.push(x);
          subscription.unsubscribe();
        });
      const gate = new Subject<string>();
      for (const x of 'abc') source.next(x);
      gate.next('1');
      gate.next('2');
      gate.complete();
      expect(started).toEqual(['a']);
      expect(log).toEqual(['1']);
      expect(source.observed).toBe(false);
    });

    it('starts more values in the same call as a rise inside `next`', () => {
      const concurrency = new BehaviorSubject(1);
      const inners = [new Subject<number>(), NEVER, NEVER];
      const started: number[] = [];
      range(0, 3)
        .pipe(
          mergeMapLanes(
            (x) => {
              started.push(x);
              return inners[x]!;
            },
            { concurrency },
          ),
        )
        .subscribe(() => {
          concurrency.next(3);
          started.push(-1);
        });
      (inners[0] as Subject<number>).next(0);
      expect(started).toEqual([0, 1, 2, -1]);
    });

    it('obeys a fall inside `next` while starting several values', () => {
      const concurrency = new BehaviorSubject(0);
      const log: number[] = [];
      range(1, 5)
        .pipe(mergeMapLanes((x) => of(x), { concurrency }))
        .subscribe((x) => {
          log.push(x);
          if (x === 2) concurrency.next(0);
        });
      concurrency.next(1);
      expect(log).toEqual([1, 2]);
      concurrency.next(2);
      expect(log).toEqual([1, 2, 3, 4, 5]);
    });

    it('starts a value in the place of an inner that ends inside `next`', () => {
      const other = new Subject<string>();
      const gate = new Subject<string>();
      const log: string[] = [];
      of('gate', 'other', 'a', 'b')
        .pipe(
          mergeMapLanes(
            (x) => {
              log.push(x);
              return x === 'gate' ? gate : x === 'other' ? other : of(`${x}1`, `${x}2`);
            },
            { concurrency: 2 },
          ),
        )
        .subscribe((x) => {
          log.push(x);
          if (x === 'a1') other.complete();
        });
      gate.complete();
      expect(log).toEqual(['gate', 'other', 'a', 'a1', 'b', 'b1', 'b2', 'a2']);
    });

    it('unsubscribes from all inner Observables when the teardown of one throws', () => {
      const others = [new Subject<number>(), new Subject<number>()];
      const bad = new Observable<number>(() => () => {
        throw new Error('teardown');
      });
      const subscription = of(others[0]!, bad, others[1]!)
        .pipe(mergeMapLanes((inner) => inner))
        .subscribe();
      expect(() => subscription.unsubscribe()).toThrow('teardown');
      expect(others.map(({ observed }) => observed)).toEqual([false, false]);
    });

    it('starts nothing when a teardown ends an inner or raises the concurrency', () => {
      const inner = new Subject<number>();
      const concurrency = new BehaviorSubject(2);
      const started: number[] = [];
      const source = new Observable<number>((subscriber) => {
        for (let i = 0; i < 9; i++) subscriber.next(i);
        return () => inner.complete();
      });
      const subscription = source
        .pipe(
          mergeMapLanes(
            (x) => {
              started.push(x);
              return x === 0 ? inner : new Observable(() => () => concurrency.next(9));
            },
            { concurrency },
          ),
        )
        .subscribe();
      subscription.unsubscribe();
      expect(started).toEqual([0, 1]);
      expect(concurrency.observed).toBe(false);
    });

    it('starts a value at once when `priority` makes room for the value', () => {
      const source = new Subject<number>();
      const concurrency = new BehaviorSubject(0);
      const { started, end } = handHeld(source, {
        concurrency,
        priority: (x) => {
          if (x === 1) concurrency.next(1);
          if (x === 2) end(1);
          return x;
        },
      });
      source.next(1);
      expect(started).toEqual([1]);
      source.next(2);
      expect(started).toEqual([1, 2]);
    });

    it('starts nothing when the teardown of an inner Observable pushes to the source', () => {
      const source = new Subject<number>();
      const started: number[] = [];
      const subscription = source
        .pipe(
          mergeMapLanes((x) => {
            started.push(x);
            return new Observable<never>(() => () => source.next(x + 1));
          }),
        )
        .subscribe();
      source.next(1);
      subscription.unsubscribe();
      expect(started).toEqual([1]);
    });
  });

  describe('with Observables of another copy of RxJS', () => {
    it('passes on their values, and unsubscribes from source and inners', () => {
      const source = new Subject<number>();
      const inner = new Subject<number>();
      const values: number[] = [];
      const subscription = asInterop(source)
        .pipe(mergeMapLanes((value) => asInterop(inner.pipe(map((x) => value + x)))))
        .subscribe((value) => values.push(value));
      source.next(10);
      inner.next(1);
      expect(values).toEqual([11]);
      subscription.unsubscribe();
      expect([source.observed, inner.observed]).toEqual([false, false]);
    });

    it('starts the next value at their completion, and passes on their error', () => {
      const log: unknown[] = [];
      range(1, 2)
        .pipe(
          mergeMapLanes((value) => asInterop(value === 1 ? of(1) : throwError(() => 'bad')), {
            concurrency: 1,
          }),
        )
        .subscribe({
          next: (x) => log.push(x),
          error: (error: unknown) => log.push(['error', error]),
        });
      expect(log).toEqual([1, ['error', 'bad']]);
    });

    it('takes their concurrencies', () => {
      const concurrency = new Subject<number>();
      const values: number[] = [];
      range(1, 3)
        .pipe(mergeMapLanes((value) => of(value), { concurrency: asInterop(concurrency) }))
        .subscribe((value) => values.push(value));
      expect(values).toEqual([]);
      concurrency.next(1);
      expect(values).toEqual([1, 2, 3]);
    });
  });

  describe('arguments', () => {
    it.each<[string, unknown, () => unknown]>([
      ['project', 5, () => mergeMapLanes(5 as any)],
      ['project', undefined, () => mergeMapLanes(undefined as any)],
      ['options', null, () => mergeMapLanes(() => EMPTY, null as any)],
      ['priority', 1, () => mergeMapLanes(() => EMPTY, { priority: 1 as any })],
      ['discipline', {}, () => mergeMapLanes(() => EMPTY, { discipline: {} as any })],
      ['concurrency', NaN, () => mergeMapLanes(() => EMPTY, { concurrency: NaN })],
      ['concurrency', -1, () => mergeMapLanes(() => EMPTY, { concurrency: -1 })],
      ['concurrency', 1.5, () => mergeMapLanes(() => EMPTY, { concurrency: 1.5 })],
      ['concurrency', -Infinity, () => mergeMapLanes(() => EMPTY, { concurrency: -Infinity })],
    ])('refuses a `%s` of %p', (field, value, act) => {
      let thrown: unknown;
      try {
        act();
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
});
