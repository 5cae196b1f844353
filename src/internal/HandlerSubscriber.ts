import { Subscriber, type Observable } from 'rxjs';

export interface Handlers<T> {
  next: (value: T) => void;
  complete: () => void;
  /** Default: an error is the output's. */
  error?: (error: unknown) => void;
  /** Called once when the subscription has been torn down, for whatever reason. */
  finalize?: () => void;
}

/**
 * Subscribes an operator to one of its sources. An error of the source that has no handler, and whatever a
 * handler throws, is the destination's error.
 *
 * It extends RxJS's Subscriber since only a Subscriber can be closed while its source is still emitting
 * synchronously: a plain observer would let `range(1, 1e9)` run to its end after a `take(1)`.
 */
export class HandlerSubscriber<T> extends Subscriber<T> {
  readonly #output: Subscriber<unknown>;
  readonly #handlers: Handlers<T>;

  constructor(output: Subscriber<unknown>, handlers: Handlers<T>) {
    super();
    this.#output = output;
    this.#handlers = handlers;
  }

  protected override _next(value: T): void {
    try {
      this.#handlers.next(value);
    } catch (error) {
      this.#output.error(error);
    }
  }

  protected override _error(error: unknown): void {
    try {
      if (this.#handlers.error) this.#handlers.error(error);
      else this.#output.error(error);
    } finally {
      this.unsubscribe();
    }
  }

  protected override _complete(): void {
    try {
      this.#handlers.complete();
    } catch (error) {
      this.#output.error(error);
    } finally {
      this.unsubscribe();
    }
  }

  override unsubscribe(): void {
    if (this.closed) return;
    super.unsubscribe();
    try {
      this.#handlers.finalize?.();
    } catch (error) {
      this.#output.error(error);
    }
  }
}

/** Subscribes to `source` for as long as `output` is open. */
export const subscribeTo = <T>(
  source: Observable<T>,
  output: Subscriber<unknown>,
  handlers: Handlers<T>,
): Subscriber<T> => {
  const subscriber = new HandlerSubscriber(output, handlers);
  output.add(subscriber);
  source.subscribe(subscriber);
  return subscriber;
};
