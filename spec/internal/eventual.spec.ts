import { Observable, observable, of, throwError } from 'rxjs';
import { fromEventual, isObservableLike, isPromiseLike } from '../../src/internal/eventual.js';

/** What only has `Symbol.observable`, as Observables of other libraries do. */
const foreign = { [observable]: () => of(1, 2), subscribe: undefined };
const plain: [string, unknown][] = [
  ['a string', 'ok'],
  ['an array', [1, 2]],
  ['a Map', new Map([[1, 2]])],
  ['a generator', (function* () {})()],
  ['an async generator', (async function* () {})()],
  ['a ReadableStream', new ReadableStream()],
  ['a function', () => 1],
  ['an object', { subscribe: true }],
  ['undefined', undefined],
  ['null', null],
  ['0', 0],
];

const read = (source: Observable<unknown>): unknown[] => {
  const log: unknown[] = [];
  source.subscribe({
    next: (value) => log.push(value),
    error: (error: unknown) => log.push(['error', error]),
    complete: () => log.push('complete'),
  });
  return log;
};

describe('isObservableLike', () => {
  it('should know an Observable, of RxJS or not', () => {
    expect(isObservableLike(of(1))).toBe(true);
    expect(isObservableLike(foreign)).toBe(true);
  });

  it.each([...plain, ['a Promise', Promise.resolve()]])(
    'should not take %s for one',
    (_, value) => {
      expect(isObservableLike(value)).toBe(false);
    },
  );
});

describe('isPromiseLike', () => {
  it('should know a Promise and another thenable', () => {
    expect(isPromiseLike(Promise.resolve(1))).toBe(true);
    expect(isPromiseLike({ then: () => undefined })).toBe(true);
  });

  it.each([...plain, ['an Observable', of(1)]])('should not take %s for one', (_, value) => {
    expect(isPromiseLike(value)).toBe(false);
  });
});

describe('fromEventual', () => {
  it.each(plain)('should emit %s as it is, in the same call', (_, value) => {
    const log = read(fromEventual(() => value));
    expect(log).toEqual([value, 'complete']);
    expect(log[0]).toBe(value);
  });

  it('should emit the values of an Observable in the same call', () => {
    expect(read(fromEventual(() => of(1, 2)))).toEqual([1, 2, 'complete']);
    expect(read(fromEventual<unknown>(() => foreign))).toEqual([1, 2, 'complete']);
  });

  it('should emit the value of a Promise or of another thenable', async () => {
    const log = read(fromEventual(() => Promise.resolve(1)));
    const other = read(
      fromEventual(
        () => ({ then: (resolve: (value: number) => void) => resolve(2) }) as PromiseLike<number>,
      ),
    );
    await Promise.resolve();
    expect([log, other]).toEqual([
      [1, 'complete'],
      [2, 'complete'],
    ]);
  });

  it('should pass on the error of an Observable, of a Promise and of the call', async () => {
    expect(read(fromEventual(() => throwError(() => 'bad')))).toEqual([['error', 'bad']]);
    const throws = (): number => {
      throw 'thrown';
    };
    expect(read(fromEventual(throws))).toEqual([['error', 'thrown']]);
    const log = read(fromEventual(() => Promise.reject('rejected')));
    await Promise.resolve();
    expect(log).toEqual([['error', 'rejected']]);
  });

  it('should call at each subscribe and not before', () => {
    let calls = 0;
    const source = fromEventual(() => ++calls);
    expect(calls).toBe(0);
    expect(read(source)).toEqual([1, 'complete']);
    expect(read(source)).toEqual([2, 'complete']);
  });

  it('should unsubscribe from the Observable', () => {
    let open = 0;
    const source = fromEventual(
      () =>
        new Observable<number>(() => {
          open++;
          return () => open--;
        }),
    );
    const subscription = source.subscribe();
    expect(open).toBe(1);
    subscription.unsubscribe();
    expect(open).toBe(0);
  });
});
