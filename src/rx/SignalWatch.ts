import { onAbort } from './onAbort.js';

/** Calls back with all items of an AbortSignal when it is aborted. */
export class SignalWatch<T> {
  readonly #onAbort: (items: readonly T[], reason: unknown) => void;
  readonly #watched = new Map<AbortSignal, { items: Set<T>; end: () => void }>();

  constructor(callback: (items: readonly T[], reason: unknown) => void) {
    this.#onAbort = callback;
  }

  add(signal: AbortSignal, item: T): void {
    if (signal.aborted) return this.#onAbort([item], signal.reason);
    let watched = this.#watched.get(signal);
    if (!watched) {
      const items = new Set<T>();
      const end = onAbort(signal, (reason) => this.#onAbort([...items], reason));
      watched = { items, end };
      this.#watched.set(signal, watched);
    }
    watched.items.add(item);
  }

  remove(signal: AbortSignal, item: T): void {
    const watched = this.#watched.get(signal);
    if (!watched) return;
    watched.items.delete(item);
    if (watched.items.size > 0) return;
    watched.end();
    this.#watched.delete(signal);
  }
}
