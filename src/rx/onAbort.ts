import { Observable } from 'rxjs';
import { callSafely } from './reportUnhandledError.js';

type Callback = (reason: unknown) => void;

interface Watched {
  /** In the order in which they came. */
  readonly callbacks: Set<Callback>;
  readonly listener: () => void;
}

/** What the whole program waits for from each signal, while there is anything. */
const watched = new WeakMap<AbortSignal, Watched>();

/**
 * Calls back once when the signal is aborted, or at once if it has been. All callbacks of a signal share one listener,
 * whoever's they are: Node warns of a leak at the eleventh, and platforms look through all of them to remove one.
 *
 * @returns what ends it; `callback` must not be one that waits already
 */
export const onAbort = (signal: AbortSignal, callback: Callback): (() => void) => {
  if (signal.aborted) {
    callback(signal.reason);
    return () => undefined;
  }
  const { callbacks } = watched.get(signal) ?? watch(signal);
  callbacks.add(callback);
  return () => {
    if (callbacks.delete(callback) && callbacks.size === 0) unwatch(signal);
  };
};

const watch = (signal: AbortSignal): Watched => {
  const callbacks = new Set<Callback>();
  const listener = (): void => {
    // One that is ended by another before its turn is not called, as with listeners.
    for (const callback of [...callbacks]) {
      if (callbacks.has(callback)) callSafely(callback, signal.reason);
    }
  };
  const all = { callbacks, listener };
  watched.set(signal, all);
  signal.addEventListener('abort', listener);
  return all;
};

const unwatch = (signal: AbortSignal): void => {
  const all = watched.get(signal);
  if (!all) return;
  watched.delete(signal);
  signal.removeEventListener('abort', all.listener);
};

/** Emits the reason when the signal is aborted, at once if it has been. */
export const abortOf = (signal: AbortSignal): Observable<unknown> =>
  new Observable((subscriber) => onAbort(signal, (reason) => subscriber.next(reason)));
