import { concat, from, last, NEVER, range, Subject, take, throwError, toArray } from 'rxjs';
import { InvalidConfigError } from '../../src/checks/InvalidConfigError.js';
import { quantiles } from '../../src/operators/quantiles.js';
import { runMarbles } from '../support/runMarbles.js';

/** The numbers from 0 to `count` - 1, well mixed and always the same. */
const mixed = (count: number): number[] => {
  const step = 7919; // a prime that divides no count used here
  return Array.from({ length: count }, (_, i) => (i * step) % count);
};

const lastOf = (values: Iterable<number>, ps: number[]): readonly number[] => {
  let result: readonly number[] = [];
  from(values)
    .pipe(quantiles(ps), last())
    .subscribe((all) => (result = all));
  return result;
};

describe('quantiles', () => {
  it('never emits when the source never emits', () => {
    runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold<number>('-');
      expectObservable(source.pipe(quantiles([0.5]))).toBe('-');
      expectSubscriptions(source.subscriptions).toBe('^');
    });
  });

  it('completes without a value when the source is empty', () => {
    runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold<number>('--|');
      expectObservable(source.pipe(quantiles([0.5]))).toBe('--|');
      expectObservable(source.pipe(quantiles([0.5], { every: 3 }))).toBe('--|');
      expectSubscriptions(source.subscriptions).toBe(['^-!', '^-!']);
    });
  });

  it('gives the value for every quantile when only one came', () => {
    runMarbles(({ cold, expectObservable }) => {
      const source = cold('-a|', { a: 7 });
      expectObservable(source.pipe(quantiles([0, 0.5, 1]))).toBe('-x|', { x: [7, 7, 7] });
    });
  });

  it('emits for each value, in the order of `ps`', () => {
    runMarbles(({ cold, expectObservable }) => {
      const source = cold('abc|', { a: 2, b: 1, c: 3 });
      const expected = { x: [2, 2], y: [2, 1], z: [3, 1] };
      expectObservable(source.pipe(quantiles([1, 0]))).toBe('xyz|', expected);
    });
  });

  it('emits after every n values, and once more at the end for the rest', () => {
    runMarbles(({ cold, expectObservable }) => {
      const values = { x: [2], y: [3] };
      const of = (marbles: string) =>
        cold(marbles, { a: 1, b: 2, c: 3 }).pipe(quantiles([1], { every: 2 }));
      expectObservable(of('a-b-c-|')).toBe('--x---(y|)', values);
      expectObservable(of('a-b-|')).toBe('--x-|', values);
      expectObservable(of('a-b-c-#')).toBe('--x---#', values);
    });
  });

  it('emits empty lists for an empty list', () => {
    runMarbles(({ cold, expectObservable }) => {
      expectObservable(cold('a|', { a: 1 }).pipe(quantiles([]))).toBe('x|', { x: [] });
    });
  });

  it('passes on an error of the source', () => {
    runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('a-#', { a: 1 });
      expectObservable(source.pipe(quantiles([0.5]))).toBe('x-#', { x: [1] });
      expectSubscriptions(source.subscriptions).toBe('^-!');
    });
    const log: unknown[] = [];
    throwError(() => 'bad')
      .pipe(quantiles([0.5]))
      .subscribe({ error: (error: unknown) => log.push(error) });
    expect(log).toEqual(['bad']);
  });

  it('unsubscribes from the source', () => {
    runMarbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('a--a--a--', { a: 1 });
      expectObservable(source.pipe(quantiles([0.5])), '^---!').toBe('x--x-', { x: [1] });
      expectSubscriptions(source.subscriptions).toBe('^---!');
    });
  });

  it('stops an endless synchronous source that `take` cuts', () => {
    const log: unknown[] = [];
    range(1, Infinity)
      .pipe(quantiles([1]), take(2))
      .subscribe((x) => log.push(x));
    expect(log).toEqual([[1], [2]]);
  });

  it('keeps its state per subscription', () => {
    const result = from([1, 2]).pipe(quantiles([1]));
    const log: unknown[] = [];
    concat(result, result)
      .pipe(toArray())
      .subscribe((x) => log.push(...x));
    expect(log).toEqual([[1], [2], [1], [2]]);
  });

  it('ignores changes of its argument and of its results', () => {
    const ps = [1];
    const source = new Subject<number>();
    const log: unknown[] = [];
    source.pipe(quantiles(ps)).subscribe((x) => {
      log.push([...x]);
      (x as number[])[0] = -1;
    });
    ps[0] = 0;
    source.next(1);
    source.next(2);
    expect(log).toEqual([[1], [2]]);
  });

  it('knows the lowest and the highest value exactly', () => {
    expect(lastOf(mixed(10_007), [0, 1])).toEqual([0, 10_006]);
  });

  it('is close to the exact quantiles, closest at both ends', () => {
    const count = 100_003;
    const [p1, p50, p99, p999] = lastOf(mixed(count), [0.01, 0.5, 0.99, 0.999]);
    expect(Math.abs(p1! / count - 0.01)).toBeLessThan(0.001);
    expect(Math.abs(p50! / count - 0.5)).toBeLessThan(0.02);
    expect(Math.abs(p99! / count - 0.99)).toBeLessThan(0.001);
    expect(Math.abs(p999! / count - 0.999)).toBeLessThan(0.0005);
  });

  it('counts a value that a subscriber pushes to the source inside `next`', () => {
    const source = new Subject<number>();
    const log: unknown[] = [];
    source.pipe(quantiles([1])).subscribe((x) => {
      log.push(x);
      if (log.length === 1) source.next(5);
    });
    source.next(1);
    expect(log).toEqual([[1], [5]]);
  });

  it('stops when a subscriber unsubscribes inside `next`', () => {
    const source = new Subject<number>();
    let seen = 0;
    const subscription = source.pipe(quantiles([1])).subscribe(() => {
      seen++;
      subscription.unsubscribe();
    });
    source.next(1);
    source.next(2);
    expect(seen).toBe(1);
    expect(source.observed).toBe(false);
  });

  it.each([NaN, Infinity, -Infinity, '5', undefined])('fails for the value %p', (wrong: any) => {
    const log: unknown[] = [];
    concat([1, wrong], NEVER)
      .pipe(quantiles([1]))
      .subscribe({ next: (x) => log.push(x), error: (error: unknown) => log.push(error) });
    expect(log).toEqual([[1], expect.any(InvalidConfigError)]);
    expect(log[1]).toMatchObject({
      field: 'value',
      value: wrong,
      message: expect.stringContaining('Expected `value` to be a finite number, got '),
    });
  });

  it.each<[string, unknown, () => unknown]>([
    ['ps', undefined, () => quantiles(undefined as any)],
    ['ps', 0.5, () => quantiles(0.5 as any)],
    ['ps[1]', 1.1, () => quantiles([0.5, 1.1])],
    ['ps[0]', -0.1, () => quantiles([-0.1])],
    ['ps[0]', NaN, () => quantiles([NaN])],
    ['ps[0]', '0.5', () => quantiles(['0.5' as any])],
    ['options', null, () => quantiles([0.5], null as any)],
    ['every', 0, () => quantiles([0.5], { every: 0 })],
    ['every', 1.5, () => quantiles([0.5], { every: 1.5 })],
    ['every', Infinity, () => quantiles([0.5], { every: Infinity })],
  ])('refuses a `%s` of %p', (field, value, act) => {
    let thrown: unknown;
    try {
      act();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(InvalidConfigError);
    expect(thrown).toBeInstanceOf(RangeError);
    expect(thrown).toMatchObject({ field, value });
    expect((thrown as Error).message).toContain(`Expected \`${field}\` to be `);
  });
});
