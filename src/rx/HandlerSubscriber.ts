import { Subscriber, type Observable } from 'rxjs';

/** Only `next` may throw. */
export interface Handlers<T> {
  next: (value: T) => void;
  /** What becomes of an error of the source; without it, it is the output's. */
  error?: (error: unknown) => void;
  complete?: () => void;
  /** Called once after the teardown of the subscription, whatever the reason. */
  finalize?: () => void;
}

/**
 * Subscribes an operator to one of its sources. What `next` throws is the output's error.
 *
 * The class extends RxJS's Subscriber, since only a Subscriber can be closed during a synchronous source. With
 * a plain observer, `range(1, 1e9)` would run to its end after a `take(1)`.
 */
export class HandlerSubscriber<T> extends Subscriber<T> {
  // No `#private` fields: a foreign Observable may wrap this in a proxy, which cannot read them.
  private readonly output: Subscriber<unknown>;
  private readonly handlers: Handlers<T>;

  constructor(output: Subscriber<unknown>, handlers: Handlers<T>) {
    super();
    this.output = output;
    this.handlers = handlers;
  }

  protected override _next(value: T): void {
    try {
      this.handlers.next(value);
    } catch (error) {
      this.output.error(error);
    }
  }

  protected override _error(error: unknown): void {
    if (this.handlers.error) this.handlers.error(error);
    else this.output.error(error);
    this.unsubscribe();
  }

  protected override _complete(): void {
    this.handlers.complete?.();
    this.unsubscribe();
  }

  override unsubscribe(): void {
    if (this.closed) return;
    super.unsubscribe();
    this.handlers.finalize?.();
  }
}

/** Subscribes to `source` for as long as `output` is open. */
export const subscribeTo = <T>(
  source: Observable<T>,
  output: Subscriber<unknown>,
  handlers: Handlers<T>,
): void => {
  const subscriber = new HandlerSubscriber(output, handlers);
  output.add(subscriber);
  source.subscribe(subscriber);
};
