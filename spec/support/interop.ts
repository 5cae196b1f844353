import { Subscriber, type Observable, type Observer } from 'rxjs';

/**
 * Makes an Observable look like one of another copy of RxJS. By `instanceof`, neither the Observable nor the
 * subscriber at its source belongs to this copy. After `asInteropObservable` of RxJS's own specs.
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
