import {
  concat,
  EMPTY,
  EmptyError,
  map,
  NEVER,
  Observable,
  of,
  repeat,
  Subject,
  take,
  throwError,
} from 'rxjs';
import { InvalidConfigError } from '../../src/checks/InvalidConfigError.js';
import { usingResource } from '../../src/operators/usingResource.js';
import { runMarbles } from '../support/runMarbles.js';
import { unhandledErrors } from '../support/unhandledErrors.js';

/** Numbered resources, and a log of their lives. */
const setUp = () => {
  const log: unknown[] = [];
  let made = 0;
  const create = () => {
    log.push(`create ${++made}`);
    return made;
  };
  const release = (resource: unknown) => {
    log.push(`release ${String(resource)}`);
  };
  const observer = {
    next: (value: unknown) => log.push(value),
    error: (error: unknown) => log.push(['error', error]),
    complete: () => log.push('complete'),
  };
  return { log, create, release, observer };
};

describe('usingResource', () => {
  it('does nothing before the subscribe', () => {
    const { log, create, release } = setUp();
    usingResource(create, release);
    expect(log).toEqual([]);
  });

  it('emits the resource once, in the same call, and stays open', () => {
    const { log, create, release, observer } = setUp();
    const subscription = usingResource(create, release).subscribe(observer);
    expect(log).toEqual(['create 1', 1]);
    subscription.unsubscribe();
    subscription.unsubscribe();
    expect(log).toEqual(['create 1', 1, 'release 1']);
  });

  it('makes a resource for each subscription and releases each once', () => {
    const { log, create, release } = setUp();
    const resource$ = usingResource(create, release);
    const [one, other] = [resource$.subscribe(), resource$.subscribe()];
    other.unsubscribe();
    one.unsubscribe();
    expect(log).toEqual(['create 1', 'create 2', 'release 2', 'release 1']);
    resource$.pipe(take(1), repeat(2)).subscribe();
    expect(log.slice(4)).toEqual(['create 3', 'release 3', 'create 4', 'release 4']);
  });

  it('takes the first value of an Observable, and unsubscribes at the release', () => {
    runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
      const creation = cold(' --a-b---');
      const released = cold('    --|');
      const result = usingResource(
        () => creation,
        () => released,
      );
      expectObservable(result, '^---!').toBe('--a');
      expectSubscriptions(creation.subscriptions).toBe('^-----!');
      expectSubscriptions(released.subscriptions).toBe('----^-!');
    });
  });

  it('stays open when the Observable completes after the resource', () => {
    runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
      const { release } = setUp();
      const creation = cold('--a-b-|');
      expectObservable(
        usingResource(() => creation, release),
        '^-------!',
      ).toBe('--a');
      expectSubscriptions(creation.subscriptions).toBe('^-----!');
    });
  });

  it('fails, and releases, when the Observable fails after the resource', () => {
    const { log, release, observer } = setUp();
    const creation = new Subject<string>();
    usingResource(() => creation, release).subscribe(observer);
    creation.next('a');
    creation.error('lost');
    expect(log).toEqual(['a', ['error', 'lost'], 'release a']);
  });

  it.each([
    ['ends', () => undefined],
    ['ends by an Observable', () => of(1)],
    [
      'throws',
      () => {
        throw 'bad';
      },
    ],
    ['fails', () => throwError(() => 'bad')],
  ])('leaves the Observable after a `release` that %s', (_, ends: () => unknown) => {
    const { log, observer } = setUp();
    const creation = new Observable<string>((subscriber) => {
      subscriber.next('a');
      return () => log.push('left');
    });
    unhandledErrors(() => {
      usingResource(
        () => creation,
        () => {
          log.push('release');
          return ends();
        },
      )
        .pipe(take(1))
        .subscribe(observer);
    });
    expect(log).toEqual(['a', 'complete', 'release', 'left']);
  });

  it('does not leave the Observable before the release has ended', () => {
    const { observer } = setUp();
    const [creation, releasing] = [new Subject<string>(), new Subject<void>()];
    const subscription = usingResource(
      () => creation,
      () => releasing,
    ).subscribe(observer);
    creation.next('a');
    subscription.unsubscribe();
    expect(creation.observed).toBe(true);
    releasing.complete();
    expect(creation.observed).toBe(false);
  });

  it('drops an error of the Observable during the release', () => {
    const { log, observer } = setUp();
    const [creation, releasing] = [new Subject<string>(), new Subject<void>()];
    const subscription = usingResource(
      () => creation,
      () => releasing,
    ).subscribe(observer);
    creation.next('a');
    subscription.unsubscribe();
    const errors = unhandledErrors(() => creation.error('lost'));
    expect([log, errors]).toEqual([['a'], []]);
  });

  it('reports an error that the Observable throws at the unsubscribe', () => {
    const { log, observer, release } = setUp();
    const creation = new Observable<string>((subscriber) => {
      subscriber.next('a');
      return () => {
        throw new Error('bad');
      };
    });
    const errors = unhandledErrors(() => {
      usingResource(() => creation, release)
        .subscribe(observer)
        .unsubscribe();
    });
    expect(errors).toMatchObject([{ name: 'UnsubscriptionError', errors: [new Error('bad')] }]);
    expect(log).toEqual(['a', 'release a']);
  });

  it('releases the resource before an inner usingResource does', () => {
    const { log, create, release, observer } = setUp();
    const inner = usingResource(create, (resource) => log.push(`inner release ${resource}`));
    const subscription = usingResource(() => inner, release).subscribe(observer);
    expect(log).toEqual(['create 1', 1]);
    subscription.unsubscribe();
    expect(log.slice(2)).toEqual(['release 1', 'inner release 1']);
  });

  it('takes the value of a Promise, and any other value unchanged', async () => {
    const { log, release, observer } = setUp();
    const later = usingResource(() => Promise.resolve('promised'), release).subscribe(observer);
    const array = [1, 2];
    const now = usingResource(() => array, release).subscribe(observer);
    expect(log).toEqual([array]);
    await Promise.resolve();
    expect(log).toEqual([array, 'promised']);
    now.unsubscribe();
    later.unsubscribe();
    expect(log.slice(2)).toEqual(['release 1,2', 'release promised']);
  });

  it('releases a resource that a Promise gives after the unsubscribe', async () => {
    const { log, release, observer } = setUp();
    usingResource(() => Promise.resolve('late'), release)
      .subscribe(observer)
      .unsubscribe();
    expect(log).toEqual([]);
    await Promise.resolve();
    expect(log).toEqual(['release late']);
  });

  it('releases a resource that an Observable gives after the unsubscribe', () => {
    runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
      const creation = cold('----a--');
      const released = cold('-|');
      const result = usingResource(
        () => creation,
        () => released,
      );
      expectObservable(result, '^-!').toBe('-');
      expectSubscriptions(creation.subscriptions).toBe('^----!');
      expectSubscriptions(released.subscriptions).toBe('----^!');
    });
  });

  it('never emits when the creation never ends', () => {
    const { release } = setUp();
    runMarbles(({ expectObservable }) => {
      expectObservable(usingResource(() => NEVER, release)).toBe('-');
    });
  });

  it.each([
    [
      'throws',
      () => {
        throw 'bad';
      },
    ],
    ['gives an Observable that fails', () => throwError(() => 'bad')],
  ])('fails when `create` %s, and releases nothing', (_, create: () => unknown) => {
    const { log, release, observer } = setUp();
    usingResource(create, release).subscribe(observer);
    expect(log).toEqual([['error', 'bad']]);
  });

  it('fails when the Promise of `create` is rejected', async () => {
    const { log, release, observer } = setUp();
    usingResource(() => Promise.reject('bad'), release).subscribe(observer);
    await Promise.resolve();
    expect(log).toEqual([['error', 'bad']]);
  });

  it('fails when `create` gives an Observable without a value', () => {
    const { log, release, observer } = setUp();
    usingResource(() => EMPTY, release).subscribe(observer);
    expect(log).toEqual([['error', expect.any(EmptyError)]]);
  });

  it('releases after a synchronous `take`', () => {
    const { log, create, release, observer } = setUp();
    usingResource(create, release)
      .pipe(
        map((resource) => `use ${resource}`),
        take(1),
      )
      .subscribe(observer);
    expect(log).toEqual(['create 1', 'use 1', 'complete', 'release 1']);
  });

  it('releases when an operator behind fails', () => {
    const { log, create, release, observer } = setUp();
    usingResource(create, release)
      .pipe(
        map(() => {
          throw 'bad';
        }),
      )
      .subscribe(observer);
    expect(log).toEqual(['create 1', ['error', 'bad'], 'release 1']);
  });

  it('subscribes to the Observable of `release`, and does not wait', () => {
    const { create, observer, log } = setUp();
    const releasing = new Subject<void>();
    const subscription = usingResource(create, () => releasing).subscribe(observer);
    subscription.unsubscribe();
    expect(subscription.closed).toBe(true);
    expect(releasing.observed).toBe(true);
    releasing.complete();
    expect(log).toEqual(['create 1', 1]);
  });

  it.each([
    [
      'throws',
      () => {
        throw 'bad';
      },
    ],
    ['gives an Observable that fails', () => throwError(() => 'bad')],
  ])('reports the error when `release` %s', (_, release: () => unknown) => {
    const { create, log, observer } = setUp();
    const errors = unhandledErrors(() => {
      usingResource(create, release).subscribe(observer).unsubscribe();
    });
    expect(errors).toEqual(['bad']);
    expect(log).toEqual(['create 1', 1]);
  });

  it('releases once when a subscriber unsubscribes inside `next`', () => {
    const { log, release } = setUp();
    const creation = new Subject<string>();
    const subscription = usingResource(() => creation, release).subscribe(() => {
      subscription.unsubscribe();
    });
    creation.next('a');
    creation.next('b');
    expect(log).toEqual(['release a']);
    expect(creation.observed).toBe(false);
  });

  it('makes and releases a hundred thousand resources', () => {
    let open = 0;
    let most = 0;
    const resource$ = usingResource(
      () => (most = Math.max(most, ++open)),
      () => open--,
    ).pipe(take(1));
    let count = 0;
    concat(...Array.from({ length: 100_000 }, () => resource$)).subscribe(() => count++);
    expect([count, open, most]).toEqual([100_000, 0, 1]);
  });

  it.each<[string, unknown, () => unknown]>([
    ['create', undefined, () => usingResource(undefined as any, () => 1)],
    ['create', NEVER, () => usingResource(NEVER as any, () => 1)],
    ['release', 5, () => usingResource(() => 1, 5 as any)],
  ])('refuses a `%s` of %p', (field, value, act) => {
    let thrown: unknown;
    try {
      act();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(InvalidConfigError);
    expect(thrown).toMatchObject({
      field,
      value,
      message: expect.stringContaining(`Expected \`${field}\` to be a function, got `),
    });
  });
});
