import { Observable } from 'rxjs';
import { callSafely } from './reportUnhandledError.js';

type Callback = (reason: unknown) => void;

interface Watched {
  /** In the order of registration. */
  readonly callbacks: Set<Callback>;
  readonly listener: () => void;
}

/** The callbacks of the whole program, for each signal that has callbacks. */
const watched = new WeakMap<AbortSignal, Watched>();

/**
 * Calls back once at the abort of the signal, or at once for an aborted signal. All callbacks of the program for
 * one signal share one listener. Node warns of a leak at the eleventh listener, and platforms search all
 * listeners to remove one.
 *
 * @param callback - must not be registered already
 * @returns a function that removes the callback
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
    // A callback that another one removes before its turn is not called, as with listeners.
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

/** Emits the reason at the abort of the signal, or at once for an aborted signal. */
export const abortOf = (signal: AbortSignal): Observable<unknown> =>
  new Observable((subscriber) => onAbort(signal, (reason) => subscriber.next(reason)));
