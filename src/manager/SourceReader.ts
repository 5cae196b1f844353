import { isPromiseLike } from '../rx/eventual.js';
import { callSafely, reportUnhandledError } from '../rx/reportUnhandledError.js';

/** A source that gives its next value when asked. */
export type PullSource<T> = Iterable<T> | AsyncIterable<T> | ReadableStream<T>;

/**
 * What a reader tells its owner. One call for each `ask`, in the same call if the source is synchronous, and
 * none once the reader has ended the source.
 *
 * @internal
 */
export interface SourceListener<T> {
  value: (value: T) => void;
  /** The source has no more values. */
  done: () => void;
  failed: (error: unknown) => void;
}

/**
 * Reads a source value by value, and ends it when it is not wanted any more, by `return()`, `cancel()` or
 * `destroy()`: once, and not one that is at its end or has failed.
 *
 * ```
 * idle --ask--> called --a Promise--> waiting      each of the three --end()--> over
 *   ^             |                     |
 *   +---a value---+---------------------+--done, an error--> over
 * ```
 *
 * @internal
 */
export class SourceReader<T> {
  readonly #source: Puller<T>;
  readonly #listener: SourceListener<T>;
  /** `called`: the source's own code is on the stack. `waiting`: it has promised to answer. */
  #state: 'idle' | 'called' | 'waiting' | 'over' = 'idle';

  constructor(source: PullSource<T>, listener: SourceListener<T>) {
    this.#source = open(source);
    this.#listener = listener;
  }

  /** Whether it can be asked for a value. */
  get isIdle(): boolean {
    return this.#state === 'idle';
  }

  /** Whether the source has been asked for a value and lets us wait for it. */
  get isWaiting(): boolean {
    return this.#state === 'waiting';
  }

  /** Asks for the next value. */
  ask(): void {
    this.#state = 'called';
    let step: Step<T>;
    try {
      step = this.#source.next();
      if (isPromiseLike(step)) return this.#wait(step);
    } catch (error) {
      return this.#fail(error);
    }
    this.#take(step);
  }

  /** Ends the source. */
  end(): void {
    const state = this.#state;
    this.#state = 'over';
    // A generator cannot be ended by what it calls itself: it is when it has given its value.
    if (state === 'idle' || state === 'waiting') this.#close();
  }

  #wait(step: PromiseLike<IteratorResult<T, unknown>>): void {
    if (this.#isOver()) {
      step.then(undefined, () => undefined); // nobody wants to know
      return this.#close();
    }
    this.#state = 'waiting';
    step.then(
      (result) => {
        if (!this.#isOver()) callSafely(() => this.#take(result));
      },
      (error: unknown) => callSafely(() => this.#fail(error)),
    );
  }

  #take(result: IteratorResult<T, unknown>): void {
    let step: { value: T } | undefined;
    try {
      const { done, value } = result;
      step = done === true ? undefined : { value };
    } catch (error) {
      return this.#fail(error);
    }
    if (this.#isOver()) {
      if (step) this.#close();
    } else if (step) {
      this.#state = 'idle';
      this.#listener.value(step.value);
    } else {
      this.#state = 'over';
      this.#listener.done();
    }
  }

  #fail(error: unknown): void {
    if (this.#isOver()) return; // as RxJS does with the errors of what is unsubscribed
    this.#state = 'over';
    this.#listener.failed(error);
  }

  /** There is nobody to tell of an error but RxJS's own handler. */
  #close(): void {
    callSafely(() => {
      const ended = this.#source.return?.();
      if (isPromiseLike(ended)) ended.then(undefined, reportUnhandledError);
    });
    callSafely(() => this.#source.destroy?.());
  }

  /** A function, since the compiler does not know that the source's code may have ended it. */
  #isOver(): boolean {
    return this.#state === 'over';
  }
}

type Step<T> = IteratorResult<T, unknown> | PromiseLike<IteratorResult<T, unknown>>;

interface Puller<T> {
  next(): Step<T>;
  return?(): unknown;
  /** For a Node stream, whose iterator would be ended only after the awaited value, if it has been asked at all. */
  destroy?(): unknown;
}

const open = <T>(source: PullSource<T>): Puller<T> => {
  if (typeof source === 'string') return (source as Iterable<T>)[Symbol.iterator]();
  // First: a web stream's own iterator would be ended only after the awaited value.
  if ('getReader' in source) return openStream(source);
  if (!(Symbol.asyncIterator in source)) return source[Symbol.iterator]();
  const iterator = source[Symbol.asyncIterator]();
  return {
    next: () => iterator.next(),
    return: () => iterator.return?.(),
    destroy: () => {
      if (isDestroyable(source)) source.destroy();
    },
  };
};

const isDestroyable = (source: object): source is { destroy(): unknown } =>
  'destroy' in source && typeof source.destroy === 'function';

const openStream = <T>(stream: ReadableStream<T>): Puller<T> => {
  const reader = stream.getReader();
  return {
    next: () => reader.read(),
    // It rejects, too, where the stream had failed before: then there was nothing to end.
    return: () =>
      reader.cancel().catch((error: unknown) =>
        reader.closed.then(
          () => reportUnhandledError(error),
          () => undefined,
        ),
      ),
  };
};
