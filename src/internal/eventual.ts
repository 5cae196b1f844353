import { from, isObservable, observable, Observable, type InteropObservable } from 'rxjs';

/** RxJS's Observable, of this copy or another, or anything with `Symbol.observable`. */
export type ObservableLike<E> = Observable<E> | InteropObservable<E>;

/**
 * What a task, a resource factory or a release may give: an Observable, a Promise or a plain value. Strings,
 * arrays, Maps, streams and other iterables are plain values.
 */
export type Eventual<E> = ObservableLike<E> | PromiseLike<E> | E;

export const isObservableLike = <E>(value: Eventual<E>): value is ObservableLike<E> =>
  isObject(value) &&
  !(value instanceof Promise) && // the most frequent, and all other tests would have to fail
  (isObservable(value) || typeof Reflect.get(value, observable) === 'function');

export const isPromiseLike = <E>(value: Eventual<E>): value is PromiseLike<E> =>
  value instanceof Promise || (isObject(value) && typeof Reflect.get(value, 'then') === 'function');

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Calls `make` at each subscription and emits what it gives; a plain value in the same call. */
export const fromEventual = <E>(make: () => Eventual<E>): Observable<E> =>
  new Observable<E>((subscriber) => {
    const value = make();
    if (isObservableLike(value) || isPromiseLike(value)) return from(value).subscribe(subscriber);
    subscriber.next(value);
    subscriber.complete();
    return undefined;
  });
