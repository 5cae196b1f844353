import { from, observable, Observable, type InteropObservable } from 'rxjs';

/** An Observable of this copy of RxJS or of another, or any object with `Symbol.observable`. */
export type ObservableLike<E> = Observable<E> | InteropObservable<E>;

/**
 * The result of a task, a resource factory or a release: an Observable, a Promise or a plain value. Strings,
 * arrays, Maps, streams and other iterables are plain values.
 */
export type Eventual<E> = ObservableLike<E> | PromiseLike<E> | E;

export const isObservableLike = <E>(value: Eventual<E>): value is ObservableLike<E> =>
  value instanceof Observable ||
  (isObject(value) &&
    !isPromiseLike(value) &&
    (hasMethod(value, observable) || (hasMethod(value, 'subscribe') && hasMethod(value, 'lift'))));

export const isPromiseLike = <E>(value: Eventual<E>): value is PromiseLike<E> =>
  value instanceof Promise || // the most frequent case
  (isObject(value) &&
    typeof Reflect.get(value, 'then') === 'function' &&
    !(value instanceof Observable));

/** Functions too, since stubs of remote objects are functions. */
const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

/** A stub of a remote object returns a function for any name, but `Reflect.has` is false for the name. */
const hasMethod = (value: object, name: PropertyKey): boolean =>
  Reflect.has(value, name) && typeof Reflect.get(value, name) === 'function';

/** Calls `make` at each subscription and emits the result. A plain value comes in the same call. */
export const fromEventual = <E>(make: () => Eventual<E>): Observable<E> =>
  new Observable<E>((subscriber) => {
    const value = make();
    if (isObservableLike(value)) return from(value).subscribe(subscriber);
    const succeed = (result: E): void => {
      subscriber.next(result);
      subscriber.complete();
    };
    // Not by `from`: it reads Symbol.observable first, and a stub of a remote object has any property.
    if (isPromiseLike(value)) value.then(succeed, (error: unknown) => subscriber.error(error));
    else succeed(value);
    return undefined;
  });
