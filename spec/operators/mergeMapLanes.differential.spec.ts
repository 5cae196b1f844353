import fc from 'fast-check';
import {
  EMPTY,
  from,
  mergeMap,
  NEVER,
  Observable,
  range,
  Subject,
  take,
  takeUntil,
  throwError,
  type OperatorFunction,
} from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { mergeMapLanes } from '../../src/operators/mergeMapLanes.js';

type MergeMap = (
  project: (value: string, index: number) => Observable<string>,
  concurrency: number,
) => OperatorFunction<string, string>;

/** An action inside a `next` of the result: reentrancy. */
interface Reaction {
  /** The index of the value of the result. */
  at: number;
  act: 'push' | 'complete' | 'release' | 'unsubscribe';
  /** The values that are pushed to the source. */
  value: string;
}

interface Program {
  source: { kind: 'hot' | 'cold' | 'sync'; marbles: string };
  inners: {
    kind: 'hot' | 'cold' | 'sync' | 'long' | 'error' | 'held' | 'empty';
    marbles: string;
  }[];
  concurrency: number;
  take: number;
  unsubscribeAt: number;
  throwAt: number;
  reactions: Reaction[];
}

const tail = fc.constantFrom('|', '|', '|', '#', '');
const marblesOf = (alphabet: string, maxLength: number) =>
  fc
    .tuple(
      fc.array(fc.constantFrom('-', '-', '-', ...Array.from(alphabet), 'group'), { maxLength }),
      tail,
    )
    .map(([frames, end]) =>
      [...frames, end].join('').replaceAll('group', `(${alphabet.slice(0, 2)})`),
    );

const program: fc.Arbitrary<Program> = fc.record({
  source: fc.record({
    kind: fc.constantFrom('hot' as const, 'cold' as const, 'sync' as const),
    marbles: marblesOf('0123', 12),
  }),
  inners: fc.array(
    fc.record({
      kind: fc.oneof(
        { weight: 3, arbitrary: fc.constant('cold' as const) },
        { weight: 2, arbitrary: fc.constant('hot' as const) },
        { weight: 3, arbitrary: fc.constant('sync' as const) },
        { weight: 2, arbitrary: fc.constant('held' as const) },
        { weight: 1, arbitrary: fc.constantFrom('long', 'error', 'empty') },
      ),
      marbles: marblesOf('xyz', 6),
    }),
    { minLength: 4, maxLength: 4 },
  ),
  concurrency: fc.constantFrom(1, 1, 2, 2, 3, Infinity, 0),
  take: fc.oneof(fc.constant(Infinity), fc.integer({ min: 0, max: 6 })),
  unsubscribeAt: fc.oneof(fc.constant(Infinity), fc.integer({ min: 0, max: 25 })),
  throwAt: fc.oneof(
    { weight: 5, arbitrary: fc.constant(Infinity) },
    { weight: 1, arbitrary: fc.nat(5) },
  ),
  reactions: fc.array(
    fc.record({
      at: fc.integer({ min: 1, max: 6 }),
      act: fc.constantFrom('push', 'push', 'release', 'release', 'complete', 'unsubscribe'),
      value: fc.constantFrom('0', '1', '2', '3'),
    }),
    { maxLength: 4 },
  ),
});

const valuesOf = (marbles: string) => marbles.replaceAll(/[^\w]/g, '');

/** The visible behaviour of the operator, each part with its frame. */
const observe = (operator: MergeMap, all: Program) => {
  const scheduler = new TestScheduler(() => undefined);
  return scheduler.run(({ hot, cold, flush }) => {
    const log: string[] = [];
    const note = (text: string) => log.push(`${scheduler.frame}: ${text}`);
    const spans: string[][] = [];
    /** Records the frames of its subscribes and unsubscribes, the n-th subscription at the n-th place. */
    const watch = <T>(name: string, source: Observable<T>) =>
      new Observable<T>((subscriber) => {
        const span = [`${name} ${scheduler.frame}`];
        spans.push(span);
        subscriber.add(() => span.push(`${scheduler.frame}`));
        subscriber.add(source.subscribe(subscriber));
      });

    const released = new Subject<void>();
    const inners = all.inners.map(({ kind, marbles }) => {
      switch (kind) {
        case 'hot':
          return hot(marbles);
        case 'cold':
          return cold(marbles);
        case 'sync':
          return from(valuesOf(marbles));
        case 'long':
          return range(0, 100) as unknown as Observable<string>;
        case 'error':
          return throwError(() => 'inner');
        case 'held':
          return NEVER.pipe(takeUntil(released));
        case 'empty':
          return EMPTY;
      }
    });
    const { kind, marbles } = all.source;
    const source =
      kind === 'hot' ? hot(marbles) : kind === 'cold' ? cold(marbles) : from(valuesOf(marbles));
    const pushed = new Subject<string>();
    const sources = new Observable<string>((subscriber) => {
      subscriber.add(pushed.subscribe(subscriber));
      subscriber.add(source.subscribe(subscriber));
    });

    const project = (value: string, index: number) => {
      note(`project ${value} ${index}`);
      if (index === all.throwAt) throw 'project';
      return watch(`inner ${value}`, inners[Number(value)]!);
    };
    let count = 0;
    const result = watch('source', sources).pipe(
      operator(project, all.concurrency),
      take(all.take),
    );
    const subscription = result.subscribe({
      next: (value) => {
        note(`next ${value}`);
        count++;
        for (const { at, act, value: next } of all.reactions) {
          if (at !== count) continue;
          if (act === 'push') pushed.next(next);
          if (act === 'complete') pushed.complete();
          if (act === 'release') released.next();
          if (act === 'unsubscribe') scheduler.schedule(() => subscription.unsubscribe());
        }
        note(`after ${value}`);
      },
      error: (error: unknown) => note(`error ${String(error)}`),
      complete: () => note('complete'),
    });
    if (all.unsubscribeAt < Infinity) {
      scheduler.schedule(() => subscription.unsubscribe(), all.unsubscribeAt);
    }
    scheduler.schedule(() => released.next(), 15);
    flush();
    return { log, spans };
  });
};

describe('mergeMapLanes', () => {
  it('agrees with mergeMap, with one lane and a constant concurrency', () => {
    const expected: MergeMap = (project, concurrency) => mergeMap(project, concurrency);
    const actual: MergeMap = (project, concurrency) => mergeMapLanes(project, { concurrency });
    fc.assert(
      fc.property(program, (all) => {
        expect(observe(actual, all)).toEqual(observe(expected, all));
      }),
      { numRuns: 500 },
    );
  });
});
