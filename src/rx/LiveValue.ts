import { BehaviorSubject, type Subscription, type Observable, type Observer } from 'rxjs';
import { callSafely } from './reportUnhandledError.js';
import { sameFields } from './sameFields.js';

/** A BehaviorSubject without the methods that change its value. */
export type ReadonlyBehaviorSubject<T> = Observable<T> & {
  readonly value: T;
  getValue(): T;
};

interface Options<T> {
  /** Returns the current value. */
  read: () => T;
  /** Emits when the value may have changed. The LiveValue subscribes only while it has a subscriber. */
  changes$: Observable<unknown>;
}

/**
 * A BehaviorSubject that reads its value on demand: for `value`, for a new subscriber, and at each change while
 * subscribers exist. It does not repeat equal values. Without a reader it costs nothing.
 */
export class LiveValue<T extends object> extends BehaviorSubject<T> {
  // No `#private` fields: a user may wrap this in a proxy, which cannot read them.
  private readonly options: Options<T>;
  private following: Subscription | undefined;

  constructor(options: Options<T>) {
    super(options.read());
    this.options = options;
  }

  override getValue(): T {
    return this.options.read();
  }

  /** Every subscriber comes through here, an operator too. */
  override subscribe(
    observerOrNext?: Partial<Observer<T>> | ((value: T) => void) | null,
    error?: ((error: unknown) => void) | null,
    complete?: (() => void) | null,
  ): Subscription {
    if (!this.observed) this.refresh();
    const observer =
      typeof observerOrNext === 'object' && observerOrNext !== null
        ? observerOrNext
        : {
            next: observerOrNext ?? undefined,
            error: error ?? undefined,
            complete: complete ?? undefined,
          };
    const subscription = super.subscribe(observer);
    if (this.observed && !this.following) {
      this.following = this.options.changes$.subscribe(() => this.refresh());
    }
    subscription.add(() => {
      if (this.observed) return;
      this.following?.unsubscribe();
      this.following = undefined;
    });
    return subscription;
  }

  private refresh(): void {
    callSafely(() => {
      const value = this.options.read();
      if (!sameFields(super.getValue(), value)) this.next(value);
    });
  }
}
