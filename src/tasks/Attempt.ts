import { finalize, from, takeWhile, type Subscription } from 'rxjs';
import {
  isObservableLike,
  isPromiseLike,
  type Eventual,
  type ObservableLike,
} from '../rx/eventual.js';
import { callSafely } from '../rx/reportUnhandledError.js';
import type { Linked } from '../collections/LinkedList.js';
import type { Job } from './Job.js';
import type { TaskContext } from './task.js';
import type { Worker, WorkerPool } from '../pool/WorkerPool.js';

/**
 * Who is told how an attempt ended: by one call, of the first two or, after an `abort` of what had begun, of the
 * third.
 *
 * @internal
 */
export interface AttemptListener<R, E> {
  /** The task ended well; `isResultNew` says whether its result has not been passed on yet. */
  succeeded(attempt: Attempt<R, E>, isResultNew: boolean): void;
  failed(attempt: Attempt<R, E>, error: unknown): void;
  /** What was aborted does not use the resource any more; `lateError` is what it ended with, if with an error. */
  settled(attempt: Attempt<R, E>): void;
}

/**
 * One try of a task, on the resource of a worker.
 *
 * @internal
 */
export class Attempt<R, E> implements Linked<Attempt<R, E>> {
  previous: Attempt<R, E> | undefined = undefined;
  next: Attempt<R, E> | undefined = undefined;
  startedAt = 0;
  /** The task's last value. */
  result: E | undefined = undefined;
  readonly #listener: AttemptListener<R, E>;
  readonly #context: LazyContext;
  #phase: 'ready' | 'active' | 'aborted' | 'ended' = 'ready';
  /** To the task's Observable, once its subscribe has returned. */
  #subscription: Subscription | undefined;
  /** Whether it takes up a place in the concurrency of the lanes, which is to be left when it is over. */
  takesPlace = false;
  /** Whether its worker is free or gone. */
  isOver = false;
  /** What it ended with after an abort, if with an error: its resource may be broken. */
  lateError: { readonly error: unknown } | undefined = undefined;
  /** The timer of the timeout or, after an abort, of the grace. */
  timer: Subscription | undefined = undefined;

  constructor(
    readonly job: Job<R, E>,
    readonly worker: Worker<R>,
    readonly pool: WorkerPool<R>,
    listener: AttemptListener<R, E>,
  ) {
    this.#listener = listener;
    this.#context = new LazyContext(job);
  }

  begin(): void {
    if (this.#phase !== 'ready') return; // a listener of its start has cancelled it
    this.#phase = 'active';
    const { run } = this.job; // by itself, since its `this` is not to be the job
    let result: Eventual<E>;
    let observable: ObservableLike<E> | undefined;
    let promise: PromiseLike<E> | undefined;
    // Around the task and no more: an error of the engine's own must not be taken for the task's.
    try {
      result = run(this.worker.resource as R, this.#context);
      if (isObservableLike(result)) observable = result;
      else if (isPromiseLike(result)) promise = result;
    } catch (error) {
      return this.#fail(error);
    }
    if (observable) this.#followObservable(observable);
    else if (promise) this.#followPromise(promise);
    else this.#succeedWith(result as E);
  }

  /** Whether the task, though aborted, still uses its resource; `settled` tells when it does not. */
  get goesOn(): boolean {
    return this.#phase === 'aborted';
  }

  /** Aborts the task's signal and unsubscribes from its Observable. Its outcome does not count any more. */
  abort(reason: unknown): void {
    if (this.#phase === 'ready') this.#phase = 'ended';
    // An Observable goes on until it is torn down, which what tears it down may call this from.
    else if (this.#phase === 'active') this.#phase = 'aborted';
    LazyContext.abort(this.#context, reason);
    callSafely(() => this.#subscription?.unsubscribe());
  }

  /** What goes on after an abort is not waited for any more. */
  giveUp(): void {
    this.#phase = 'ended';
  }

  #followPromise(promise: PromiseLike<E>): void {
    if (!(promise instanceof Promise)) return this.#followThenable(promise);
    promise.then(
      (value: E) => this.#succeedWith(value),
      (error: unknown) => this.#fail(error),
    );
  }

  /** One that is foreign may call back at once, or throw: neither is to happen inside the other. */
  #followThenable(thenable: PromiseLike<E>): void {
    let isCalling = true;
    let outcome: (() => void) | undefined;
    const settle = (end: () => void): void => {
      if (outcome) return;
      outcome = end;
      if (!isCalling) end();
    };
    try {
      thenable.then(
        (value) => settle(() => this.#succeedWith(value)),
        (error: unknown) => settle(() => this.#fail(error)),
      );
    } catch (error) {
      settle(() => this.#fail(error));
    }
    isCalling = false;
    outcome?.();
  }

  #followObservable(result: ObservableLike<E>): void {
    if (this.#phase !== 'active') return this.#settle(); // cancelled before there was anything to unsubscribe from
    let end = (): void => this.#settle();
    const subscription = from(result)
      .pipe(
        takeWhile(() => this.#phase === 'active'), // an abort while the subscribe is on the stack
        finalize(() => end()), // not earlier: what tears it down may use the resource
      )
      .subscribe({
        next: (value) => {
          this.result = value;
          this.job.emit(value);
        },
        error: (error: unknown) => {
          end = () => this.#fail(error);
        },
        complete: () => {
          end = () => this.#succeed(false);
        },
      });
    if (this.#phase === 'active') this.#subscription = subscription;
    else callSafely(() => subscription.unsubscribe());
  }

  #succeedWith(value: E): void {
    this.result = value;
    this.#succeed(true);
  }

  #succeed(isResultNew: boolean): void {
    if (this.#phase !== 'active') return this.#settle();
    this.#phase = 'ended';
    this.#listener.succeeded(this, isResultNew);
  }

  #fail(error: unknown): void {
    if (this.#phase === 'aborted') this.lateError = { error };
    if (this.#phase !== 'active') return this.#settle();
    this.#phase = 'ended';
    this.#listener.failed(this, error);
  }

  #settle(): void {
    if (this.#phase !== 'aborted') return;
    this.#phase = 'ended';
    this.#listener.settled(this);
  }
}

/** The context of an attempt. An AbortController is expensive: it is made when the signal is first read. */
class LazyContext implements TaskContext {
  readonly id: number;
  readonly attempt: number;
  readonly priority: number;
  #controller: AbortController | undefined;
  #aborted: { reason: unknown } | undefined;

  constructor({ id, retries, priority }: Pick<Job<never, never>, 'id' | 'retries' | 'priority'>) {
    this.id = id;
    this.attempt = retries;
    this.priority = priority;
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#aborted) this.#controller.abort(this.#aborted.reason);
    }
    return this.#controller.signal;
  }

  /** Static, so that the task, which is given the context, cannot abort itself. */
  static abort(context: LazyContext, reason: unknown): void {
    context.#aborted = { reason };
    context.#controller?.abort(reason);
  }
}
