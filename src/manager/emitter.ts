import type { Observer } from 'rxjs';
import { Fifo } from '../internal/Fifo.js';

/**
 * Makes the function through which all events go: first into the folds, at once, so that they are right at
 * every event; then to the observer, in order also when it causes further events while it hears of one.
 *
 * @internal
 */
export const createEmitter = <T>(observer: Pick<Observer<T>, 'next'>, fold: (event: T) => void) => {
  const later = new Fifo<T>();
  let emitting = false;

  return (event: T): void => {
    fold(event);
    if (emitting) return later.push(event);
    emitting = true;
    observer.next(event);
    while (later.size > 0) observer.next(later.take());
    emitting = false;
  };
};
