/**
 * Calls back for every item of an AbortSignal when it is aborted. Items that share a signal share one
 * listener: platforms look through all of a signal's listeners to remove one.
 */
export class SignalWatch<T> {
  readonly #onAbort: (item: T, reason: unknown) => void;
  readonly #watched = new Map<AbortSignal, { items: Set<T>; listener: () => void }>();

  constructor(onAbort: (item: T, reason: unknown) => void) {
    this.#onAbort = onAbort;
  }

  add(signal: AbortSignal, item: T): void {
    if (signal.aborted) return this.#onAbort(item, signal.reason);
    let watched = this.#watched.get(signal);
    if (!watched) {
      const items = new Set<T>();
      const listener = (): void => {
        for (const each of [...items]) this.#onAbort(each, signal.reason);
      };
      watched = { items, listener };
      this.#watched.set(signal, watched);
      signal.addEventListener('abort', listener);
    }
    watched.items.add(item);
  }

  remove(signal: AbortSignal, item: T): void {
    const watched = this.#watched.get(signal);
    if (!watched) return;
    watched.items.delete(item);
    if (watched.items.size > 0) return;
    signal.removeEventListener('abort', watched.listener);
    this.#watched.delete(signal);
  }
}
