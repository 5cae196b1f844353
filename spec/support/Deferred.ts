/** Looks like a Promise, but the spec settles it, and its listeners are called in the same call. */
export class Deferred<E> implements PromiseLike<E> {
  readonly #listeners: [resolve: (value: E) => void, reject: (error: unknown) => void][] = [];

  then<A = E, B = never>(
    onFulfilled?: ((value: E) => A | PromiseLike<A>) | null,
    onRejected?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): PromiseLike<A | B> {
    this.#listeners.push([(value) => onFulfilled?.(value), (error) => onRejected?.(error)]);
    return new Deferred<A | B>();
  }

  resolve(value: E): void {
    for (const [resolve] of this.#listeners) resolve(value);
  }

  reject(error: unknown): void {
    for (const [, reject] of this.#listeners) reject(error);
  }
}
