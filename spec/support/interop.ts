import { Subscriber, type Observable, type Observer } from 'rxjs';

/**
 * An Observable as one of another copy of RxJS: neither it nor the subscriber that its source is given passes for one
 * of this copy's by `instanceof`. After `asInteropObservable` of RxJS's own specs.
 */
export const asInterop = <T>(observable: Observable<T>): Observable<T> => {
  const subscribe = (observer?: Partial<Observer<T>>) =>
    observable.subscribe(observer instanceof Subscriber ? foreign(observer) : observer);
  return foreign(observable, { subscribe });
};

const foreign = <T extends object>(target: T, own: object = {}): T =>
  new Proxy(target, {
    get: (_, name): unknown => Reflect.get(name in own ? own : target, name),
    getPrototypeOf: () => ({}),
  });
