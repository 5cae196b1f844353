import { Subject, takeUntil, type Observable } from 'rxjs';
import { Fifo } from '../collections/Fifo.js';

interface Ask<T> {
  resolve: (result: IteratorResult<T, undefined>) => void;
  reject: (error: unknown) => void;
}

/**
 * An async iterator over a source. It gives the latest value that was not given yet, and then the end. It
 * subscribes at the first `next()`.
 *
 * Written by hand, since the `return()` of an async generator waits until the source emits.
 */
export const latestValues = <T>(source: Observable<T>): AsyncIterableIterator<T> => {
  /** Waiting calls of `next()`. It is empty while a value or an end can be given. */
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
    left.next(); // last, since a teardown may call back
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
