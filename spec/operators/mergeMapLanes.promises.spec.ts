import fc from 'fast-check';
import { mergeMap, Subject, take, type OperatorFunction } from 'rxjs';
import { mergeMapLanes } from '../../src/operators/mergeMapLanes.js';

type MergeMap = (
  project: (value: number) => Promise<number>,
  concurrency: number,
) => OperatorFunction<number, number>;

class Held {
  resolve!: (value: number) => void;
  reject!: (error: unknown) => void;
  readonly promise = new Promise<number>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });

  constructor() {
    this.promise.catch(() => undefined); // a Promise of a value that never starts may reject too
  }
}

/** One action. Its effects in later turns come before the next action. */
interface Step {
  act: 'push' | 'resolve' | 'reject' | 'complete' | 'fail' | 'unsubscribe';
  /** The number of the pushed value whose Promise settles. */
  which: number;
}

interface Program {
  steps: Step[];
  concurrency: number;
  take: number;
  throwAt: number;
  /** Whether the source pushes another value when a Promise settles. */
  feedsBack: boolean;
}

const program: fc.Arbitrary<Program> = fc.record({
  steps: fc.array(
    fc.record({
      act: fc.oneof(
        { weight: 5, arbitrary: fc.constant('push' as const) },
        { weight: 6, arbitrary: fc.constant('resolve' as const) },
        { weight: 1, arbitrary: fc.constantFrom('reject', 'complete', 'fail', 'unsubscribe') },
      ),
      which: fc.nat(5),
    }),
    { minLength: 5, maxLength: 25 },
  ),
  concurrency: fc.constantFrom(1, 2, 3, Infinity),
  take: fc.constantFrom(Infinity, Infinity, 0, 1, 3),
  throwAt: fc.constantFrom(Infinity, Infinity, Infinity, 0, 3),
  feedsBack: fc.boolean(),
});

const observe = async (operator: MergeMap, all: Program): Promise<unknown[]> => {
  const log: unknown[] = [];
  const source = new Subject<number>();
  const promises: Held[] = [];
  const push = (): void => {
    promises.push(new Held());
    source.next(promises.length - 1);
  };
  const project = (value: number): Promise<number> => {
    log.push(`start ${value}`);
    if (value === all.throwAt) throw 'project';
    return promises[value]!.promise;
  };
  const subscription = source.pipe(operator(project, all.concurrency), take(all.take)).subscribe({
    next: (value) => {
      log.push(value);
      if (all.feedsBack && promises.length < 12) push();
    },
    error: (error: unknown) => log.push(error),
    complete: () => log.push('complete'),
  });
  const acts = {
    push,
    resolve: (which: number) => promises[which]?.resolve(which),
    reject: (which: number) => promises[which]?.reject('rejected'),
    complete: () => source.complete(),
    fail: () => source.error('source'),
    unsubscribe: () => subscription.unsubscribe(),
  };
  for (const { act, which } of all.steps) {
    acts[act](which);
    log.push(act);
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    log.push([subscription.closed, source.observed]);
  }
  return log;
};

describe('mergeMapLanes with Promises', () => {
  it('does the same as mergeMap', async () => {
    await fc.assert(
      fc.asyncProperty(program, async (all) => {
        const lanes: MergeMap = (project, concurrency) => mergeMapLanes(project, { concurrency });
        const original: MergeMap = (project, concurrency) => mergeMap(project, concurrency);
        expect(await observe(lanes, all)).toEqual(await observe(original, all));
      }),
      { numRuns: 300 },
    );
  });

  it('accepts a thenable as well', async () => {
    const log: number[] = [];
    const thenable: PromiseLike<number> = { then: (...args) => Promise.resolve(1).then(...args) };
    const source = new Subject<void>();
    source.pipe(mergeMapLanes(() => thenable)).subscribe((value) => log.push(value));
    source.next();
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    expect(log).toEqual([1]);
  });
});
