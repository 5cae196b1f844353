import {
  AsyncSubject,
  catchError,
  defer,
  EMPTY,
  finalize,
  ignoreElements,
  map,
  raceWith,
  tap,
  type Observable,
  type SchedulerLike,
  type Subscription,
} from 'rxjs';
import { after } from '../internal/after.js';
import { fromEventual, type Eventual } from '../internal/eventual.js';
import { usingResource } from '../operators/usingResource.js';
import { ResourceCreationError, ResourceReleaseTimeoutError } from './errors.js';

/** @internal */
export interface ResourcesOptions<R> {
  onCreate: () => Eventual<R>;
  onDestroy: (resource: R) => Eventual<unknown>;
  releaseTimeout: number;
  scheduler: SchedulerLike;
  onFailed: (operation: 'creation' | 'release', error: unknown) => void;
}

/**
 * Makes and releases resources, tells of those that fail, and knows when every one is released.
 *
 * @internal
 */
export class Resources<R> {
  /** A resource for as long as it is subscribed to; from its creation to its release it is in `#held`. */
  readonly resource$: Observable<R>;
  readonly #options: ResourcesOptions<R>;
  /** One entry for each resource, from the start of its creation to the end of its release. */
  readonly #held = new Set<object>();
  readonly #closed = new AsyncSubject<void>();
  #closing = false;

  constructor(options: ResourcesOptions<R>) {
    this.#options = options;
    this.resource$ = defer(() => this.#createResource());
  }

  /** Emits and completes when no more are to be made and every one is released. */
  get closed$(): Observable<void> {
    return this.#closed;
  }

  /** No more are to be made. */
  close(): void {
    this.#closing = true;
    this.#checkClosed();
  }

  #createResource(): Observable<R> {
    const { onCreate, onDestroy, releaseTimeout, scheduler, onFailed } = this.#options;
    const holding = {};
    let created = false;
    let givenUp: Subscription | undefined;
    const letGo = (): void => {
      givenUp?.unsubscribe();
      this.#held.delete(holding);
      this.#checkClosed();
    };
    const deadline = after(releaseTimeout, scheduler).pipe(
      map(() => {
        throw new ResourceReleaseTimeoutError(releaseTimeout);
      }),
    );

    return usingResource(
      () => {
        this.#held.add(holding);
        return fromEventual(onCreate).pipe(
          tap(() => (created = true)),
          finalize(() => (created ? givenUp?.unsubscribe() : letGo())),
        );
      },
      (resource) =>
        fromEventual(() => onDestroy(resource)).pipe(
          ignoreElements(),
          raceWith(deadline),
          catchError((error: unknown) => {
            onFailed('release', error);
            return EMPTY;
          }),
          finalize(letGo),
        ),
    ).pipe(
      catchError((cause: unknown) => {
        const error = new ResourceCreationError(cause);
        onFailed('creation', error);
        throw error;
      }),
      finalize(() => {
        // Nobody wants it any more while it is being created: it is waited for, to be released, but not for ever.
        if (created || !this.#held.has(holding)) return;
        givenUp = deadline.subscribe({
          error: (error: unknown) => {
            onFailed('creation', error);
            letGo();
          },
        });
      }),
    );
  }

  #checkClosed(): void {
    if (!this.#closing || this.#held.size > 0) return;
    this.#closed.next();
    this.#closed.complete();
  }
}
