import { from, Observable, type ObservableInput, type ObservedValueOf } from 'rxjs';
import { checkLimit } from './check.js';
import { HandlerSubscriber, subscribeTo } from './HandlerSubscriber.js';

/** Where values wait for their turn: a queue, or lanes of them. */
export interface WaitingRoom<T> {
  readonly size: number;
  add(value: T): void;
  take(): T;
}

/**
 * The core of `mergeMapLanes`: `mergeMap` with a waiting room of the caller's choice and a concurrency that
 * may change at any time.
 */
export const mergeLanes = <T, O extends ObservableInput<unknown>>(
  source: Observable<T>,
  project: (value: T, index: number) => O,
  concurrency: Observable<number>,
  createWaitingRoom: () => WaitingRoom<T>,
): Observable<ObservedValueOf<O>> =>
  new Observable((output) => {
    const waiting = createWaitingRoom();
    // The inner subscriptions. A Set, since RxJS removes a finished child from its parent in O(children).
    const running = new Set<HandlerSubscriber<unknown>>();
    let limit = 0;
    let index = 0;
    let sourceCompleted = false;
    // Whether `startWaiting` is on the stack.
    let draining = false;

    const arrive = (value: T): void => {
      if (waiting.size === 0 && running.size < limit) start(value, false);
      else waiting.add(value);
    };

    const start = (value: T, inLoop: boolean): void => {
      let completed = false;
      const inner = new HandlerSubscriber<unknown>(output, {
        next: (result) => output.next(result as ObservedValueOf<O>),
        complete: () => {
          completed = true;
        },
        // As in mergeMap, the next one starts when this one has been torn down, not while it completes:
        // what it held is free by then.
        finalize: () => {
          running.delete(inner);
          // One that completes while the loop subscribes to it leaves the next one to the loop, which needs
          // no stack. Any other is followed at once, also while the loop is on the stack.
          if (completed && !inLoop) startWaiting();
        },
      });
      running.add(inner);
      from(project(value, index++)).subscribe(inner);
      inLoop = false;
    };

    const startWaiting = (): void => {
      const nested = draining;
      draining = true;
      try {
        while (running.size < limit && waiting.size > 0 && !output.closed)
          start(waiting.take(), true);
      } finally {
        draining = nested;
      }
      if (sourceCompleted && waiting.size === 0 && running.size === 0) output.complete();
    };

    const arrivals = new HandlerSubscriber<T>(output, {
      next: arrive,
      complete: () => {
        sourceCompleted = true;
        startWaiting();
      },
    });
    // In mergeMap's order: an unsubscribe reaches the source first, then the inner Observables.
    output.add(arrivals);
    output.add(() => {
      for (const inner of running) inner.unsubscribe();
    });

    subscribeTo(concurrency, output, {
      next: (value) => {
        limit = checkLimit('concurrency', value);
        if (!draining) startWaiting();
      },
      complete: () => undefined, // the last value stays
    });
    if (!output.closed) source.subscribe(arrivals);
  });
