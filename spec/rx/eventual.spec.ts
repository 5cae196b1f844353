import { Observable, observable, of, throwError } from 'rxjs';
import { fromEventual, isObservableLike, isPromiseLike } from '../../src/rx/eventual.js';

/** An object with `Symbol.observable` only, like an Observable of another library. */
const foreign = { [observable]: () => of(1, 2), subscribe: undefined };
/** Like the stub of a remote object: it has a function for every name, except for `silent`. */
const stub = (target: object, silent?: string): object =>
  new Proxy(target, { get: (_, name) => (name === silent ? undefined : () => 1) });

const plain: [string, unknown][] = [
  ['a proxy that answers every name but `then`', stub({}, 'then')],
  ['a function that is such a proxy', stub(() => 1, 'then')],
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

/** A call under way, as some stubs of remote objects return. */
const callable: unknown = Object.assign(() => 1, {
  then: (resolve: (value: number) => void) => resolve(3),
});

describe('isObservableLike', () => {
  it('is true for an Observable of RxJS and of another library', () => {
    expect(isObservableLike(of(1))).toBe(true);
    expect(isObservableLike(foreign)).toBe(true);
    expect(isObservableLike(Object.assign(() => 1, foreign))).toBe(true);
  });

  it('is true for an Observable behind a proxy, and of another copy of RxJS', () => {
    expect(isObservableLike(new Proxy(of(1), {}))).toBe(true);
    expect(isObservableLike({ lift: () => 1, subscribe: () => 1 })).toBe(true);
  });

  it('is false for an Observable with a `then`, except for one of RxJS', () => {
    expect(isObservableLike({ ...foreign, then: () => 1 })).toBe(false);
    expect(isObservableLike(Object.assign(of(1), { then: () => 1 }))).toBe(true);
  });

  it.each([
    ...plain,
    ['a Promise', Promise.resolve()],
    ['a proxy that answers every name', stub({})],
  ])('is false for %s', (_, value) => {
    expect(isObservableLike(value)).toBe(false);
  });
});

describe('isPromiseLike', () => {
  it('is true for a Promise and for another thenable', () => {
    expect(isPromiseLike(Promise.resolve(1))).toBe(true);
    expect(isPromiseLike({ then: () => undefined })).toBe(true);
    expect(isPromiseLike(callable)).toBe(true);
  });

  it('is true for a proxy that answers every name, as await does', () => {
    expect(isPromiseLike(stub({}))).toBe(true);
    expect(isPromiseLike(stub(() => 1))).toBe(true);
  });

  it('is false for an Observable of RxJS that has a `then`', () => {
    expect(isPromiseLike(Object.assign(of(1), { then: () => 1 }))).toBe(false);
  });

  it.each([...plain, ['an Observable', of(1)]])('is false for %s', (_, value) => {
    expect(isPromiseLike(value)).toBe(false);
  });
});

describe('fromEventual', () => {
  it.each(plain)('emits %s unchanged, in the same call', (_, value) => {
    const log = read(fromEventual(() => value));
    expect(log).toHaveLength(2);
    expect(log[0]).toBe(value);
    expect(log[1]).toBe('complete');
  });

  it('emits the values of an Observable in the same call', () => {
    expect(read(fromEventual(() => of(1, 2)))).toEqual([1, 2, 'complete']);
    expect(read(fromEventual<unknown>(() => foreign))).toEqual([1, 2, 'complete']);
  });

  it('emits the value of a Promise or of another thenable', async () => {
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

  it('emits the value of a thenable that is a function', async () => {
    const log = read(fromEventual<unknown>(() => callable));
    await Promise.resolve();
    expect(log).toEqual([3, 'complete']);
  });

  it('awaits a proxy that answers every name, and calls no other method', () => {
    const called: PropertyKey[] = [];
    const proxy = new Proxy({}, { get: (_, name) => () => called.push(name) });
    expect(read(fromEventual<unknown>(() => proxy))).toEqual([]);
    expect(called).toEqual(['then']);
  });

  it('passes on the error of an Observable, of a Promise and of the call', async () => {
    expect(read(fromEventual(() => throwError(() => 'bad')))).toEqual([['error', 'bad']]);
    const throws = (): number => {
      throw 'thrown';
    };
    expect(read(fromEventual(throws))).toEqual([['error', 'thrown']]);
    const log = read(fromEventual(() => Promise.reject('rejected')));
    await Promise.resolve();
    expect(log).toEqual([['error', 'rejected']]);
  });

  it('calls the function at each subscribe and not earlier', () => {
    let calls = 0;
    const source = fromEventual(() => ++calls);
    expect(calls).toBe(0);
    expect(read(source)).toEqual([1, 'complete']);
    expect(read(source)).toEqual([2, 'complete']);
  });

  it('unsubscribes from the Observable', () => {
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
