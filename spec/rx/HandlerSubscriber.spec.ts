import { Observable, of, range, Subject, Subscriber, take, throwError } from 'rxjs';
import { HandlerSubscriber, subscribeTo, type Handlers } from '../../src/rx/HandlerSubscriber.js';
import { unhandledErrors } from '../support/unhandledErrors.js';

/** An output with a log of its notifications, and handlers that write to the log too. */
const setUp = (overrides: Partial<Handlers<number>> = {}) => {
  const log: unknown[] = [];
  const output = new Subscriber<unknown>({
    next: (value) => log.push(['next', value]),
    error: (error: unknown) => log.push(['error', error]),
    complete: () => log.push('complete'),
  });
  const handlers: Handlers<number> = {
    next: (value) => output.next(value),
    complete: () => output.complete(),
    finalize: () => log.push('finalize'),
    ...overrides,
  };
  return { log, output, handlers };
};

describe('HandlerSubscriber', () => {
  it('passes values and the completion to the handlers', () => {
    const { log, output, handlers } = setUp();
    of(1, 2).subscribe(new HandlerSubscriber(output, handlers));
    expect(log).toEqual([['next', 1], ['next', 2], 'complete', 'finalize']);
  });

  it('passes an error of the source to the output', () => {
    const { log, output, handlers } = setUp();
    throwError(() => 'bad').subscribe(new HandlerSubscriber(output, handlers));
    expect(log).toEqual([['error', 'bad'], 'finalize']);
  });

  it('sends an error that `next` throws to the output', () => {
    const { log, output, handlers } = setUp({
      next: () => {
        throw new Error('bad');
      },
    });
    const unhandled = unhandledErrors(() => {
      of(1).subscribe(new HandlerSubscriber(output, handlers));
    });
    expect(log).toEqual([['error', new Error('bad')], 'finalize']);
    expect(unhandled).toEqual([]);
  });

  it('finalizes once, after the source has been torn down', () => {
    const { log, output, handlers } = setUp();
    const subscriber = new HandlerSubscriber(output, handlers);
    new Observable<number>(() => () => log.push('torn down')).subscribe(subscriber);
    for (let i = 0; i < 2; i++) subscriber.unsubscribe();
    expect(log).toEqual(['torn down', 'finalize']);
  });

  it('tells the handlers nothing after its end', () => {
    const { log, output, handlers } = setUp({ complete: () => undefined });
    const subscriber = new HandlerSubscriber(output, handlers);
    for (const kind of ['complete', 'next', 'error'] as const) subscriber[kind](1);
    expect(log).toEqual(['finalize']);
  });
});

describe('HandlerSubscriber, called through a proxy', () => {
  /** Wraps a subscriber, as another copy of RxJS or an instrument may do. */
  const proxied = (subscriber: Subscriber<number>): Subscriber<number> =>
    new Proxy(subscriber, { get: (target, name): unknown => Reflect.get(target, name) });

  it('passes on values and the completion, and finalizes', () => {
    const { log, output, handlers } = setUp();
    of(1, 2).subscribe(proxied(new HandlerSubscriber(output, handlers)));
    expect(log).toEqual([['next', 1], ['next', 2], 'complete', 'finalize']);
  });

  it('passes on an error, and finalizes', () => {
    const { log, output, handlers } = setUp();
    throwError(() => 'bad').subscribe(proxied(new HandlerSubscriber(output, handlers)));
    expect(log).toEqual([['error', 'bad'], 'finalize']);
  });

  it('finalizes once', () => {
    const { log, output, handlers } = setUp();
    const subscriber = new HandlerSubscriber(output, handlers);
    const subscription = new Observable<number>(() => () => log.push('torn down')).subscribe(
      proxied(subscriber),
    );
    subscription.unsubscribe();
    subscriber.unsubscribe();
    expect(log).toEqual(['torn down', 'finalize']);
  });
});

describe('subscribeTo', () => {
  it('subscribes for as long as the output is open', () => {
    const { log, output, handlers } = setUp();
    const source = new Subject<number>();
    subscribeTo(source, output, handlers);
    expect(source.observed).toBe(true);
    output.unsubscribe();
    expect(source.observed).toBe(false);
    expect(log).toEqual(['finalize']);
  });

  it('works without a `complete` and a `finalize`', () => {
    const { log, output, handlers } = setUp({ complete: undefined, finalize: undefined });
    const source = new Subject<number>();
    subscribeTo(source, output, handlers);
    source.complete();
    expect(log).toEqual([]);
  });

  it('ends a synchronous source when the output has enough values', () => {
    const produced: number[] = [];
    new Observable<number>((output) => {
      subscribeTo(
        new Observable<number>((subscriber) => {
          for (let i = 0; i < 1000 && !subscriber.closed; i++) {
            produced.push(i);
            subscriber.next(i);
          }
        }),
        output,
        { next: (value) => output.next(value), complete: () => output.complete() },
      );
    })
      .pipe(take(3))
      .subscribe();
    expect(produced).toEqual([0, 1, 2]);
  });

  it('ends an endless source of RxJS as well', () => {
    const values: unknown[] = [];
    new Observable((output) => {
      subscribeTo(range(1, Infinity), output, {
        next: (value) => output.next(value),
        complete: () => output.complete(),
      });
    })
      .pipe(take(2))
      .subscribe((value) => values.push(value));
    expect(values).toEqual([1, 2]);
  });
});
