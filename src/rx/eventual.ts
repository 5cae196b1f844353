import { from, observable, Observable, type InteropObservable } from 'rxjs';

/** RxJS's Observable, of this copy or another, or anything with `Symbol.observable`. */
export type ObservableLike<E> = Observable<E> | InteropObservable<E>;

/**
 * What a task, a resource factory or a release may give: an Observable, a Promise or a plain value. Strings,
 * arrays, Maps, streams and other iterables are plain values.
 */
export type Eventual<E> = ObservableLike<E> | PromiseLike<E> | E;

export const isObservableLike = <E>(value: Eventual<E>): value is ObservableLike<E> =>
  value instanceof Observable ||
  (isObject(value) &&
    !isPromiseLike(value) &&
    (hasMethod(value, observable) || (hasMethod(value, 'subscribe') && hasMethod(value, 'lift'))));

export const isPromiseLike = <E>(value: Eventual<E>): value is PromiseLike<E> =>
  value instanceof Promise || // the most frequent
  (isObject(value) &&
    typeof Reflect.get(value, 'then') === 'function' &&
    !(value instanceof Observable));

/** Functions too: stubs of remote objects are. */
const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

/** A stub of a remote object answers when asked for any method, but does not say that it has it. */
const hasMethod = (value: object, name: PropertyKey): boolean =>
  Reflect.has(value, name) && typeof Reflect.get(value, name) === 'function';

/** Calls `make` at each subscription and emits what it gives; a plain value in the same call. */
export const fromEventual = <E>(make: () => Eventual<E>): Observable<E> =>
  new Observable<E>((subscriber) => {
    const value = make();
    if (isObservableLike(value)) return from(value).subscribe(subscriber);
    const succeed = (result: E): void => {
      subscriber.next(result);
      subscriber.complete();
    };
    // Not by `from`, which asks for Symbol.observable first, and a stub of a remote object answers.
    if (isPromiseLike(value)) value.then(succeed, (error: unknown) => subscriber.error(error));
    else succeed(value);
    return undefined;
  });
