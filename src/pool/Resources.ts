import {
  AsyncSubject,
  catchError,
  defer,
  EMPTY,
  finalize,
  ignoreElements,
  map,
  NEVER,
  raceWith,
  tap,
  type Observable,
  type SchedulerLike,
  type Subscription,
} from 'rxjs';
import { after } from '../rx/after.js';
import { fromEventual, type Eventual } from '../rx/eventual.js';
import { usingResource } from '../operators/usingResource.js';
import { ResourceCreationError, ResourceReleaseTimeoutError } from '../events/errors.js';

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
  readonly #options: ResourcesOptions<R>;
  /** One entry for each resource, from the start of its creation to the end of its release. */
  readonly #held = new Set<object>();
  readonly #closed = new AsyncSubject<void>();
  #closing = false;

  constructor(options: ResourcesOptions<R>) {
    this.#options = options;
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

  /**
   * A resource for as long as it is subscribed to; from its creation to its release it is in `#held`. What gave it
   * may fail later: `onBroken` is told, and it is still released on unsubscribe only.
   */
  create(onBroken: (error: unknown) => void): Observable<R> {
    return defer(() => this.#createResource(onBroken));
  }

  #createResource(onBroken: (error: unknown) => void): Observable<R> {
    const { onCreate, onDestroy, releaseTimeout, scheduler, onFailed } = this.#options;
    const holding = {};
    let created = false;
    /** How many of these have not ended: what gives the resource, which may go on for as long as it, and its release. */
    let open = 1;
    let givenUp: Subscription | undefined;
    const letGo = (): void => {
      givenUp?.unsubscribe();
      this.#held.delete(holding);
      this.#checkClosed();
    };
    const ended = (): void => {
      if (--open === 0) letGo();
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
          tap(() => {
            if (!created) open++;
            created = true;
            givenUp?.unsubscribe();
          }),
          catchError((error: unknown) => {
            if (!created) throw error;
            onBroken(error);
            return NEVER;
          }),
          finalize(ended),
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
          finalize(ended),
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
