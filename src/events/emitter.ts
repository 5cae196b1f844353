import type { Observer } from 'rxjs';
import { Fifo } from '../collections/Fifo.js';

/**
 * Makes the observer through which all events go: first into the folds, at once, so that they are right at
 * every event; then to the given observer, in order also when it causes further events, or the end, while it
 * hears of one.
 *
 * @internal
 */
export const createEmitter = <T>(observer: Observer<T>, fold: (event: T) => void): Observer<T> => {
  const later = new Fifo<T>();
  let end: (() => void) | undefined;
  let emitting = false;

  const flush = (): void => {
    while (later.size > 0) observer.next(later.take());
    emitting = false;
    end?.();
  };

  return {
    next: (event) => {
      if (emitting) {
        later.push(event); // first: a fold, too, may cause further events
        fold(event);
        return;
      }
      emitting = true;
      fold(event);
      observer.next(event);
      flush();
    },
    error: (error) => {
      end = () => observer.error(error);
      if (!emitting) flush();
    },
    complete: () => {
      end = () => observer.complete();
      if (!emitting) flush();
    },
  };
};
