import { BehaviorSubject, type Subscription, type Observable, type Observer } from 'rxjs';
import { callSafely } from './reportUnhandledError.js';
import { sameFields } from './sameFields.js';

/** A BehaviorSubject to those who may only look at it. */
export type ReadonlyBehaviorSubject<T> = Observable<T> & {
  readonly value: T;
  getValue(): T;
};

interface Options<T> {
  /** Gives the value as it is now. */
  read: () => T;
  /** Emits when the value may have changed; subscribed to only while somebody is subscribed to the value. */
  changes$: Observable<unknown>;
}

/**
 * A BehaviorSubject whose value is read when somebody looks: by `value`, by subscribing, and at each change
 * while somebody is subscribed. Equal values are not repeated. While nobody looks it costs nothing.
 */
export class LiveValue<T extends object> extends BehaviorSubject<T> {
  // No `#private` fields: users get this, and may wrap it in a proxy, on which those cannot be read.
  private readonly options: Options<T>;
  private following: Subscription | undefined;

  constructor(options: Options<T>) {
    super(options.read());
    this.options = options;
  }

  override getValue(): T {
    return this.options.read();
  }

  /** Every subscription, an operator's too, comes through here. */
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
