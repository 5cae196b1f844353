import { Subject, takeUntil, type Observable } from 'rxjs';
import { Fifo } from '../collections/Fifo.js';

interface Ask<T> {
  resolve: (result: IteratorResult<T, undefined>) => void;
  reject: (error: unknown) => void;
}

/**
 * An async iterator over a source: each time the latest value that it has not given yet, then the end. It subscribes
 * at the first `next()`.
 *
 * By hand, since an async generator, and what is built of one, lets `return()` wait until the source emits.
 */
export const latestValues = <T>(source: Observable<T>): AsyncIterableIterator<T> => {
  /** Calls of `next()` that wait; there are none while there is something to give. */
  const asked = new Fifo<Ask<T>>();
  let unseen: { value: T } | undefined;
  let end: { error?: unknown } | undefined;
  let subscribed = false;
  const left = new Subject<void>();

  const give = (): void => {
    while (asked.size > 0 && (unseen || end)) {
      const { resolve, reject } = asked.take();
      if (unseen) {
        const { value } = unseen;
        unseen = undefined;
        resolve({ done: false, value });
      } else if (end && 'error' in end) {
        const { error } = end;
        end = {};
        reject(error);
      } else resolve({ done: true, value: undefined });
    }
  };
  const endWith = (how: { error?: unknown }): void => {
    end = how;
    give();
  };
  const leave = (): void => {
    unseen = undefined;
    endWith({});
    left.next(); // last: what it tears down may call back
  };
  const subscribe = (): void => {
    subscribed = true;
    source.pipe(takeUntil(left)).subscribe({
      next: (value) => {
        unseen = { value };
        give();
      },
      error: (error: unknown) => endWith({ error }),
      complete: () => endWith(end ?? {}),
    });
  };

  return {
    next: () =>
      new Promise((resolve, reject) => {
        asked.push({ resolve, reject });
        if (!subscribed && !end) subscribe();
        give();
      }),
    return: () => {
      leave();
      return Promise.resolve({ done: true, value: undefined });
    },
    throw: (error: unknown) => {
      leave();
      return Promise.resolve().then(() => {
        throw error;
      });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
};
