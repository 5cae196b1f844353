import fc from 'fast-check';
import {
  mergeMap,
  NEVER,
  Observable,
  Subject,
  take,
  takeUntil,
  type ObservableInput,
  type OperatorFunction,
  type Subscriber,
} from 'rxjs';
import { mergeMapLanes } from '../../src/operators/mergeMapLanes.js';

type MergeMap = (
  project: (value: number, index: number) => ObservableInput<string>,
  concurrency: number,
) => OperatorFunction<number, string>;

/** An action inside a callback. */
interface Act {
  name:
    | 'push'
    | 'complete'
    | 'fail'
    | 'unsubscribe'
    | 'cut'
    | 'emit'
    | 'completeInner'
    | 'failInner'
    | 'throw';
  /** The inner Observable that the action is for, by the order of starts. */
  inner: number;
}

/** The kind of one inner Observable, and the actions in its callbacks. */
interface Inner {
  kind: 'open' | 'synchronous' | 'throwing' | 'array' | 'notAnInput' | 'fulfilled' | 'rejected';
  project: Act[];
  subscribe: Act[];
  teardown: Act[];
}

interface Program {
  concurrency: number;
  take: number;
  /** By the order of starts. */
  inners: Inner[];
  /** By the order of the values of the result. */
  next: Act[][];
  end: Act[];
  sourceTeardown: Act[];
  script: Act[];
}

const anAct = (...names: Act['name'][]): fc.Arbitrary<Act> =>
  fc.record({ name: fc.constantFrom(...names), inner: fc.nat(6) });

const few = (...names: Act['name'][]) =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant<Act[]>([]) },
    { weight: 1, arbitrary: fc.array(anAct(...names), { maxLength: 3 }) },
  );

const NAMES = [
  ...(['push', 'push', 'push', 'push', 'emit', 'completeInner', 'completeInner'] as const),
  ...(['failInner', 'complete', 'fail', 'unsubscribe', 'cut'] as const),
];

const programs = (kinds: Inner['kind'][], acts: Act['name'][]): fc.Arbitrary<Program> => {
  const some = few(...NAMES, ...acts);
  return fc.record({
    concurrency: fc.constantFrom(1, 1, 2, 2, 3, Infinity),
    take: fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 4 })),
    inners: fc.array(
      fc.record({
        kind: fc.constantFrom<Inner['kind']>(
          ...(['open', 'open', 'open', 'synchronous', 'synchronous', 'synchronous'] as const),
          ...(['throwing', 'array', 'notAnInput'] as const),
          ...kinds,
        ),
        project: some,
        subscribe: some,
        teardown: some,
      }),
      { maxLength: 7 },
    ),
    next: fc.array(few(...NAMES), { maxLength: 5 }),
    end: few(...NAMES),
    sourceTeardown: some,
    script: fc.array(anAct(...NAMES), { minLength: 3, maxLength: 12 }),
  });
};

const OPEN: Inner = { kind: 'open', project: [], subscribe: [], teardown: [] };

/** The visible behaviour of the operator, in order. */
const observe = async (operator: MergeMap, program: Program): Promise<string[]> => {
  const log: string[] = [];
  const source = new Subject<number>();
  const stop = new Subject<void>();
  const inners: { subscriber: Subscriber<string>; isStarting: boolean }[] = [];
  let pushed = 0;

  const does: Record<Act['name'], (inner: number, where: string) => unknown> = {
    push: () => pushed < 40 && source.next(pushed++),
    complete: () => source.complete(),
    fail: () => source.error('source'),
    unsubscribe: () => subscription.unsubscribe(),
    cut: () => stop.next(),
    emit: (inner) => inners[inner]?.subscriber.next(`${inner}!`),
    // The order may differ for actions after an inner has completed and before its subscribe returns.
    completeInner: (inner) => !inners[inner]?.isStarting && inners[inner]?.subscriber.complete(),
    failInner: (inner) => inners[inner]?.subscriber.error(`inner ${inner}`),
    throw: (_inner, where) => {
      throw where;
    },
  };
  const play = (where: string, acts: Act[] = []): void => {
    for (const { name, inner } of acts) {
      log.push(`${where}: ${name} ${inner}`);
      if (name === 'throw') does.throw(inner, where);
      try {
        does[name](inner, where);
      } catch (error) {
        log.push(`${where}: ${name} threw ${String(error)}`);
      }
      log.push(`${where}: did ${name}`);
    }
  };

  const project = (value: number, index: number): ObservableInput<string> => {
    // mergeMap starts waiting values even after the end of the result. This has no effect, so it is left out.
    if (output.closed) return NEVER;
    const { kind, ...acts } = program.inners[index] ?? OPEN;
    log.push(`project ${value} ${index}`);
    play(`project ${index}`, acts.project);
    if (kind === 'array') return [`${index}a`, `${index}b`];
    if (kind === 'notAnInput') return index as never;
    if (kind === 'fulfilled') return Promise.resolve(`${index}p`);
    if (kind === 'rejected') return Promise.reject(new Error(`rejected ${index}`));
    return new Observable<string>((subscriber) => {
      log.push(`subscribe ${index}, closed: ${subscriber.closed}`);
      const inner = { subscriber, isStarting: true };
      inners[index] = inner;
      subscriber.add(() => {
        log.push(`teardown ${index}`);
        // In mergeMap, an inner whose teardown throws during its start keeps its place forever. Here it does not.
        const isSafe = ({ name }: Act) => kind !== 'synchronous' || name !== 'throw';
        play(`teardown ${index}`, acts.teardown.filter(isSafe));
      });
      play(`subscribe ${index}`, acts.subscribe);
      if (kind === 'throwing') throw new Error(`subscribe ${index}`);
      if (kind === 'synchronous') subscriber.next(`${index}s`);
      inner.isStarting = false;
      if (kind === 'synchronous') subscriber.complete();
    });
  };

  const arrivals = new Observable<number>((subscriber) => {
    subscriber.add(() => play('source teardown', program.sourceTeardown));
    subscriber.add(source.subscribe(subscriber));
  });
  let output!: Subscriber<string>;
  let count = 0;
  const subscription = new Observable<string>((subscriber) => {
    output = subscriber;
    arrivals.pipe(operator(project, program.concurrency)).subscribe(subscriber);
  })
    .pipe(take(program.take), takeUntil(stop))
    .subscribe({
      next: (value) => {
        log.push(`next ${value}`);
        play(`next ${value}`, program.next[count++]);
      },
      error: (error: unknown) => {
        log.push(`error ${String(error)}`);
        play('error', program.end);
      },
      complete: () => {
        log.push('complete');
        play('complete', program.end);
      },
    });
  for (const act of program.script) play('script', [act]);
  for (let turn = 0; turn < 5; turn++) {
    log.push(`turn ${turn}`);
    await Promise.resolve();
  }
  log.push(`observed: ${source.observed}, closed: ${subscription.closed}`);
  return log;
};

const numRuns = 2000;

const compare = async (program: Program): Promise<void> => {
  const expected = await observe((project, n) => mergeMap(project, n), program);
  const actual = await observe((project, n) => mergeMapLanes(project, { concurrency: n }), program);
  expect(actual).toEqual(expected);
};

describe('mergeMapLanes', () => {
  it('agrees with mergeMap, whatever a callback does', () =>
    fc.assert(fc.asyncProperty(programs(['fulfilled', 'rejected'], []), compare), { numRuns }));

  it('agrees with mergeMap where project, a subscribe or a teardown throws', () =>
    fc.assert(fc.asyncProperty(programs([], ['throw']), compare), { numRuns }));
});
