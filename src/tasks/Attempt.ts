import { finalize, from, takeWhile, type Subscription } from 'rxjs';
import {
  isObservableLike,
  isPromiseLike,
  type Eventual,
  type ObservableLike,
} from '../rx/eventual.js';
import { callSafely } from '../rx/reportUnhandledError.js';
import type { Linked } from '../collections/LinkedList.js';
import type { TaskContext, TaskFunction } from './task.js';
import type { Worker, WorkerPool } from '../pool/WorkerPool.js';

/**
 * What an attempt needs to know of its task.
 *
 * @internal
 */
export interface AttemptedTask<R, E> {
  readonly id: number;
  readonly retries: number;
  readonly priority: number;
  readonly run: TaskFunction<R, E>;
  emit(value: E): void;
}

/**
 * Is told how an attempt ended, by one call: of the first two or, after an `abort` of what had begun, of the third.
 *
 * @internal
 */
export interface AttemptListener<A> {
  /** The task ended well; `isResultNew` says whether its result has not been passed on yet. */
  succeeded(attempt: A, isResultNew: boolean): void;
  failed(attempt: A, error: unknown): void;
  /** What was aborted does not use the resource any more. */
  settled(attempt: A): void;
}

/**
 * One try of a task, on the resource of a worker.
 *
 * ```
 * ready ─ begin ─▶ active ─ result, error ─▶ ended
 *    └─ abort ─▶ ended  └─ abort ─▶ aborted ─ settles, or is given up ─▶ ended
 * ```
 *
 * @internal
 */
export class Attempt<R, E, J extends AttemptedTask<R, E>> implements Linked<Attempt<R, E, J>> {
  previous: Attempt<R, E, J> | undefined = undefined;
  next: Attempt<R, E, J> | undefined = undefined;
  startedAt = 0;
  /** The task's last value. */
  result: E | undefined = undefined;
  /** What it failed with, while that is judged. */
  error: unknown = undefined;
  /** What its task is cancelled with once its error is judged. */
  cancellation: { readonly error: unknown } | undefined = undefined;
  /** What it ended with after an abort, if with an error: its resource may be broken. */
  lateError: { readonly error: unknown } | undefined = undefined;
  /** Whether it goes on though its task has its outcome, as the task's last event says. */
  isAbandoned = false;
  /** The timer of the timeout or, after an abort, of the grace. */
  timer: Subscription | undefined = undefined;
  readonly #listener: AttemptListener<Attempt<R, E, J>>;
  readonly #context: LazyContext;
  #phase: 'ready' | 'active' | 'aborted' | 'ended' = 'ready';
  /** To the task's Observable, once its subscribe has returned. */
  #subscription: Subscription | undefined;

  constructor(
    readonly job: J,
    readonly worker: Worker<R>,
    readonly pool: WorkerPool<R>,
    listener: AttemptListener<Attempt<R, E, J>>,
  ) {
    this.#listener = listener;
    this.#context = new LazyContext(job);
  }

  begin(): void {
    if (this.#phase !== 'ready') return;
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

  /** Whether an abort would leave something that goes on: all but an Observable, which is torn down. */
  get wouldGoOn(): boolean {
    return this.#phase === 'active' && !this.#subscription;
  }

  /** The outcome does not count any more. `tellAbort` is to follow. */
  abort(): void {
    if (this.#phase === 'ready') this.#phase = 'ended';
    else if (this.#phase === 'active') this.#phase = 'aborted';
  }

  /** Aborts the task's signal and unsubscribes from its Observable. */
  tellAbort(reason: unknown): void {
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

  constructor({
    id,
    retries,
    priority,
  }: Pick<AttemptedTask<never, never>, 'id' | 'retries' | 'priority'>) {
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
