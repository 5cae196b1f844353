import {
  concat,
  defer,
  EMPTY,
  finalize,
  NEVER,
  Observable,
  observable,
  of,
  range,
  Subject,
  throwError,
} from 'rxjs';
import { Attempt } from '../../src/tasks/Attempt.js';
import { ObservedJob, type JobAttempt } from '../../src/tasks/Job.js';
import type { TaskContext, TaskFunction } from '../../src/tasks/task.js';
import type { WorkerPool } from '../../src/pool/WorkerPool.js';
import { Deferred } from '../support/Deferred.js';
import { into } from '../support/into.js';
import { unhandledErrors } from '../support/unhandledErrors.js';

const setUp = (run: TaskFunction<string, unknown>) => {
  const log: unknown[] = [];
  const job = new ObservedJob<string, unknown>(run, { priority: 3 }, into(log));
  const worker = { id: 1, resource: 'resource' } as never;
  const attempt = new Attempt(job, worker, {} as WorkerPool<string>, {
    succeeded: ({ result }, isResultNew) =>
      log.push(isResultNew ? ['succeeded', result] : ['succeeded']),
    failed: (_, error) => log.push(['failed', error]),
    settled: () => log.push('settled'),
  });
  return { attempt, log };
};

const abort = (attempt: JobAttempt<string, unknown>, reason: unknown): void => {
  attempt.abort();
  attempt.tellAbort(reason);
};

const outcomeOf = (result: unknown): unknown[] => {
  const { attempt, log } = setUp(() => result);
  attempt.begin();
  return log;
};

describe('Attempt', () => {
  it.each([
    ['a number', 1],
    ['undefined', undefined],
    ['null', null],
    ['a string', 'ok'],
    ['an array', [1, 2]],
    ['a Map', new Map([[1, 2]])],
    ['a generator', (function* () {})()],
    ['an async iterable', { [Symbol.asyncIterator]: () => undefined }],
    ['a stream', new ReadableStream()],
    ['a function', () => 1],
    ['an object whose then is no function', { then: 1 }],
  ])('takes %s as a plain value', (_, value) => {
    expect(outcomeOf(value)).toEqual([['succeeded', value]]);
    expect((outcomeOf(value)[0] as unknown[])[1]).toBe(value);
  });

  it('awaits a function with a `then`, like the stub of a remote call', () => {
    const call = Object.assign(() => 1, {
      then: (resolve: (value: number) => void) => resolve(2),
    });
    expect(outcomeOf(call)).toEqual([['succeeded', 2]]);
  });

  it.each([
    ['one value', of(1), [1, ['succeeded']]],
    ['many values', range(1, 3), [1, 2, 3, ['succeeded']]],
    ['no value', EMPTY, [['succeeded']]],
    ['an error', throwError(() => 'why'), [['failed', 'why']]],
    [
      'an error after a value',
      concat(
        of(1),
        throwError(() => 'why'),
      ),
      [1, ['failed', 'why']],
    ],
    ['no end', NEVER, []],
  ])('passes on an Observable of %s', (_, result, expected) => {
    expect(outcomeOf(result)).toEqual(expected);
  });

  it('subscribes to an interop Observable', () => {
    expect(outcomeOf({ [observable]: () => range(1, 2) })).toEqual([1, 2, ['succeeded']]);
  });

  it('fails by an interop Observable that throws', () => {
    const error = new Error('no Observable');
    const result = {
      [observable]: () => {
        throw error;
      },
    };
    expect(outcomeOf(result)).toEqual([['failed', error]]);
  });

  it('follows a thenable', () => {
    const result = new Deferred();
    const { attempt, log } = setUp(() => result);
    attempt.begin();
    expect(log).toEqual([]);
    result.resolve(1);
    result.resolve(2);
    result.reject(3);
    expect(log).toEqual([['succeeded', 1]]);
  });

  it('follows a Promise', async () => {
    const kept = outcomeOf(Promise.resolve(1));
    const broken = outcomeOf(Promise.reject(new Error('broken')));
    await Promise.resolve();
    expect([kept, broken]).toEqual([[['succeeded', 1]], [['failed', new Error('broken')]]]);
  });

  it('fails by a thenable whose `then` throws', () => {
    const error = new Error('no Promise');
    const result = {
      then: () => {
        throw error;
      },
    };
    expect(outcomeOf(result)).toEqual([['failed', error]]);
  });

  it('fails by a task that throws', () => {
    const { attempt, log } = setUp(() => {
      throw 'why';
    });
    attempt.begin();
    expect(log).toEqual([['failed', 'why']]);
  });

  it('gives the task its context and the resource', () => {
    let given: [string, TaskContext] | undefined;
    const { attempt } = setUp((...args) => {
      given = args;
    });
    attempt.begin();
    const [resource, { id, attempt: number, priority, signal }] = given!;
    expect({ resource, id, number, priority, aborted: signal.aborted }).toEqual({
      resource: 'resource',
      id: 0,
      number: 0,
      priority: 3,
      aborted: false,
    });
  });

  describe('abort', () => {
    it('prevents the start of the task', () => {
      const { attempt, log } = setUp(() => log.push('started'));
      abort(attempt, 'why');
      attempt.begin();
      expect(attempt.goesOn).toBe(false);
      expect(log).toEqual([]);
    });

    it('unsubscribes from an Observable, which then does not go on', () => {
      const source = new Subject();
      const { attempt, log } = setUp(() => source);
      attempt.begin();
      abort(attempt, 'why');
      source.next(1);
      expect(source.observed).toBe(false);
      expect(attempt.goesOn).toBe(false);
      expect(log).toEqual(['settled']);
    });

    it.each(['complete', 'abort'] as const)(
      'tells of the end when called by the teardown of an Observable (%s)',
      (how) => {
        const source = new Subject();
        const { attempt, log } = setUp(() =>
          source.pipe(
            finalize(() => {
              abort(attempt, 'why');
              log.push('aborted', attempt.goesOn);
            }),
          ),
        );
        attempt.begin();
        if (how === 'complete') source.complete();
        else abort(attempt, 'first');
        expect(attempt.goesOn).toBe(false);
        expect(log).toEqual(['aborted', true, 'settled']);
      },
    );

    it('reports an error that the teardown of an Observable throws', () => {
      const error = new Error('teardown');
      const errors = unhandledErrors(() => {
        const { attempt } = setUp(
          () =>
            new Observable(() => () => {
              throw error;
            }),
        );
        attempt.begin();
        abort(attempt, 'why');
        expect(attempt.goesOn).toBe(false);
      });
      expect(errors).toEqual([expect.objectContaining({ errors: [error] })]);
    });

    it.each(['resolve', 'reject'] as const)(
      'tells when a Promise that goes on settles (%s)',
      (settle) => {
        const result = new Deferred();
        const { attempt, log } = setUp(() => result);
        attempt.begin();
        abort(attempt, 'why');
        expect(attempt.goesOn).toBe(true);
        expect(log).toEqual([]);
        result[settle](1);
        expect(attempt.goesOn).toBe(false);
        expect(log).toEqual(['settled']);
      },
    );

    it('does not tell when a Promise settles after being given up', () => {
      const result = new Deferred();
      const { attempt, log } = setUp(() => result);
      attempt.begin();
      abort(attempt, 'why');
      attempt.giveUp();
      result.resolve(1);
      expect(log).toEqual([]);
    });

    it.each([
      ['a value', () => 1],
      ['an Observable', () => NEVER],
      [
        'an error',
        () => {
          throw 'why';
        },
      ],
    ])('tells of the end when called by the task, which ends with %s', (_, act) => {
      const { attempt, log } = setUp(() => {
        abort(attempt, 'why');
        log.push('aborted', attempt.goesOn);
        return act();
      });
      attempt.begin();
      expect(log).toEqual(['aborted', true, 'settled']);
    });

    it('ends an Observable that emits during subscribe', () => {
      const source = new Observable<number>((subscriber) => {
        subscriber.next(1);
        abort(attempt, 'why');
        subscriber.next(2);
        log.push(subscriber.closed ? 'closed' : 'open');
      });
      const { attempt, log } = setUp(() => source);
      attempt.begin();
      expect(log).toEqual([1, 'closed', 'settled']);
    });

    it('ends an Observable whose subscribe aborts and emits nothing', () => {
      const { attempt, log } = setUp(
        () =>
          new Observable(() => {
            abort(attempt, 'why');
            return () => log.push('torn down');
          }),
      );
      attempt.begin();
      expect(log).toEqual(['torn down', 'settled']);
    });

    it('prevents the subscribe to an Observable that the task returns afterwards', () => {
      const { attempt, log } = setUp(() => {
        abort(attempt, 'why');
        return defer(() => {
          log.push('subscribed');
          return NEVER;
        });
      });
      attempt.begin();
      expect(log).toEqual(['settled']);
    });

    it('changes nothing after the end of the task', () => {
      const { attempt, log } = setUp(() => 1);
      attempt.begin();
      abort(attempt, 'why');
      expect(attempt.goesOn).toBe(false);
      expect(log).toEqual([['succeeded', 1]]);
    });

    it('reports nothing when there is nothing to unsubscribe from', () => {
      const errors = unhandledErrors(() => {
        const { attempt } = setUp(() => new Deferred());
        attempt.begin();
        abort(attempt, 'why');
        expect(attempt.goesOn).toBe(true);
      });
      expect(errors).toEqual([]);
    });

    it.each([true, false])('aborts the signal (read before: %s)', (early) => {
      let context: TaskContext | undefined;
      const { attempt } = setUp((_, given) => {
        context = given;
        if (early) expect(given.signal.aborted).toBe(false);
        return NEVER;
      });
      attempt.begin();
      abort(attempt, 'why');
      expect(context?.signal).toMatchObject({ aborted: true, reason: 'why' });
      expect(context?.signal).toBe(context?.signal);
    });
  });
});
