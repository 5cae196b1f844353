import fc from 'fast-check';
import { BehaviorSubject, concat, NEVER, of, range, Subject, take, throwError } from 'rxjs';
import { InvalidConfigError, stepDownWhile, type StepDownWhileOptions } from 'rx-tasker';
import { into } from '../support/into.js';
import { runMarbles } from '../support/runMarbles.js';
import { outputsOf } from './looks.js';

const values = { a: 80, b: 40, c: 20, d: 10, e: 5, x: 3 };
const signals = { t: true, f: false };

/** Targets and what becomes of each, in columns. Each step halves. */
const assertMarbles = (
  { overloaded, targets, expected }: Record<'overloaded' | 'targets' | 'expected', string>,
  options: StepDownWhileOptions = {},
): void => {
  runMarbles(({ hot, expectObservable }) => {
    const source = hot(targets, values);
    const result = source.pipe(stepDownWhile(hot(overloaded, signals), { ratio: 0.5, ...options }));
    expectObservable(result).toBe(expected, values);
  });
};

describe('stepDownWhile', () => {
  it('passes targets on while nothing is overloaded', () => {
    assertMarbles({
      overloaded: '------f----',
      targets: '   -a-b-a-a-b|',
      expected: '  -a-b-a-a-b|',
    });
  });

  it('steps down with each target during an overload', () => {
    assertMarbles({
      overloaded: '--t--------',
      targets: '   -a-a-a-a-a|',
      expected: '  -a-b-c-d-e|',
    });
  });

  it('passes targets again after the overload', () => {
    assertMarbles({
      overloaded: '--t---f----',
      targets: '   -a-a-a-a-b|',
      expected: '  -a-b-c-a-b|',
    });
  });

  it('begins from the latest target with each overload', () => {
    assertMarbles({
      overloaded: '--t-f---t--',
      targets: '   -a-a-c-c-c|',
      expected: '  -a-b-c-c-d|',
    });
  });

  it('takes a step with the first target of an overload that was there before', () => {
    assertMarbles({ overloaded: 't---', targets: '-a-a', expected: '-b-c' });
  });

  it('follows a target that is lower', () => {
    assertMarbles(
      { overloaded: 't-------', targets: '-a-d-a-a', expected: '-b-d-e-x' },
      { base: 3 },
    );
  });

  it('steps no further than the base, and lets lower targets pass', () => {
    assertMarbles(
      { overloaded: 't---------', targets: '-a-a-a-d-a', expected: '-b-c-c-d-c' },
      { base: 20 },
    );
  });

  it('steps down to one without a base', () => {
    const steps = outputsOf([8, 8, 8, 8, 8, 0.5], stepDownWhile([true], { ratio: 0.5 }));
    expect(steps).toEqual([4, 2, 1, 1, 1, 0.5]);
  });

  it('steps down by a tenth without a ratio', () => {
    expect(outputsOf([100, 100], stepDownWhile([true]))).toEqual([90, 81]);
  });

  it('keeps the last signal when the signals complete', () => {
    assertMarbles({
      overloaded: '--(t|)-----',
      targets: '   -a-a-a-a-a|',
      expected: '  -a-b-c-d-e|',
    });
    assertMarbles({ overloaded: '|   ', targets: '-a-a', expected: '-a-a' });
  });

  it('fails with the signals, and unsubscribes from the targets', () => {
    runMarbles(({ hot, expectObservable, expectSubscriptions }) => {
      const targets = hot('   -a-a-a', values);
      const overloaded = hot<boolean>('----#');
      expectObservable(targets.pipe(stepDownWhile(overloaded))).toBe('-a-a#', values);
      expectSubscriptions(targets.subscriptions).toBe('^---!');
    });
    const log: unknown[] = [];
    NEVER.pipe(stepDownWhile(throwError(() => 'bad'))).subscribe(into(log));
    expect(log).toEqual(['bad']);
  });

  it('unsubscribes from the signals when the targets end', () => {
    runMarbles(({ hot, expectObservable, expectSubscriptions }) => {
      const overloaded = hot<boolean>('-----');
      for (const marbles of ['--|', '--#']) {
        expectObservable(hot<number>(marbles).pipe(stepDownWhile(overloaded))).toBe(marbles);
      }
      expectObservable(NEVER.pipe(stepDownWhile(overloaded)), '---!').toBe('-');
      expectSubscriptions(overloaded.subscriptions).toBe(['^-!', '^-!', '^--!']);
    });
  });

  it('subscribes to the signals first, and to both anew each time', () => {
    const overloaded = new BehaviorSubject(true);
    const step = stepDownWhile(overloaded, { ratio: 0.5 });
    expect(outputsOf([8, 8], step)).toEqual([4, 2]);
    expect(outputsOf([8, 8], step)).toEqual([4, 2]);
    expect(overloaded.observed).toBe(false);
  });

  it('takes a Promise', async () => {
    const targets = new Subject<number>();
    const log: number[] = [];
    const overloaded = Promise.resolve(true);
    targets.pipe(stepDownWhile(overloaded, { ratio: 0.5 })).subscribe((x) => log.push(x));
    targets.next(8);
    await overloaded;
    targets.next(8);
    expect(log).toEqual([8, 4]);
  });

  it('works with an endless synchronous source that `take` cuts', () => {
    const log: unknown[] = [];
    range(1, Infinity).pipe(stepDownWhile(NEVER), take(3)).subscribe(into(log));
    expect(log).toEqual([1, 2, 3, '|']);
  });

  it('gives no target above that of the policy, and none below both base and that', () => {
    const step = fc.record({ target: fc.nat(100), isOverloaded: fc.boolean() });
    fc.assert(
      fc.property(
        fc.array(step),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        fc.nat(20),
        (steps, ratio, base) => {
          const targets = new Subject<number>();
          const overloaded = new Subject<boolean>();
          let latest = NaN;
          targets
            .pipe(stepDownWhile(overloaded, { ratio, base }))
            .subscribe((target) => (latest = target));
          for (const { target, isOverloaded } of steps) {
            const before = latest;
            overloaded.next(isOverloaded);
            targets.next(target);
            expect(latest).toBeLessThanOrEqual(target);
            expect(latest).toBeGreaterThanOrEqual(Math.min(base, target));
            if (!isOverloaded) expect(latest).toBe(target);
            else if (before > base) expect(latest).toBeLessThan(before);
          }
        },
      ),
    );
  });

  it.each<[string, unknown, unknown]>([
    ['options', null, null],
    ['ratio', 0, { ratio: 0 }],
    ['ratio', 1, { ratio: 1 }],
    ['ratio', NaN, { ratio: NaN }],
    ['base', -1, { base: -1 }],
    ['base', Infinity, { base: Infinity }],
  ])('refuses a `%s` of %p', (field, value, options) => {
    const act = (): unknown => stepDownWhile(NEVER, options as StepDownWhileOptions);
    expect(act).toThrow(InvalidConfigError);
    expect(act).toThrow(expect.objectContaining({ field, value }) as Error);
  });

  it('refuses signals that are no ObservableInput, and takes undefined options', () => {
    expect(() => stepDownWhile(true as never)).toThrow(TypeError);
    const options = { ratio: undefined, base: undefined };
    expect(outputsOf([10], stepDownWhile(concat(of(true), NEVER), options))).toEqual([9]);
  });
});
