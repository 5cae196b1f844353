import { onAbort } from './onAbort.js';

/** Calls back for every item of an AbortSignal when it is aborted. */
export class SignalWatch<T> {
  readonly #onAbort: (item: T, reason: unknown) => void;
  readonly #watched = new Map<AbortSignal, { items: Set<T>; end: () => void }>();

  readonly #isFirst: (item: T) => boolean;

  /** @param isFirst - whether, at an abort, an item comes before those for which this is false */
  constructor(
    callback: (item: T, reason: unknown) => void,
    isFirst: (item: T) => boolean = () => false,
  ) {
    this.#onAbort = callback;
    this.#isFirst = isFirst;
  }

  add(signal: AbortSignal, item: T): void {
    if (signal.aborted) return this.#onAbort(item, signal.reason);
    let watched = this.#watched.get(signal);
    if (!watched) {
      const items = new Set<T>();
      const end = onAbort(signal, (reason) => {
        const first = [...items].filter(this.#isFirst);
        for (const each of new Set([...first, ...items])) this.#onAbort(each, reason);
      });
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
