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
  ])('should take %s as a plain value', (_, value) => {
    expect(outcomeOf(value)).toEqual([['succeeded', value]]);
    expect((outcomeOf(value)[0] as unknown[])[1]).toBe(value);
  });

  it('should await a function with a then, as stubs of remote calls are', () => {
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
  ])('should pass on an Observable of %s', (_, result, expected) => {
    expect(outcomeOf(result)).toEqual(expected);
  });

  it('should subscribe to an interop Observable', () => {
    expect(outcomeOf({ [observable]: () => range(1, 2) })).toEqual([1, 2, ['succeeded']]);
  });

  it('should fail by an interop Observable that throws', () => {
    const error = new Error('no Observable');
    const result = {
      [observable]: () => {
        throw error;
      },
    };
    expect(outcomeOf(result)).toEqual([['failed', error]]);
  });

  it('should follow a thenable', () => {
    const result = new Deferred();
    const { attempt, log } = setUp(() => result);
    attempt.begin();
    expect(log).toEqual([]);
    result.resolve(1);
    result.resolve(2);
    result.reject(3);
    expect(log).toEqual([['succeeded', 1]]);
  });

  it('should follow a Promise', async () => {
    const kept = outcomeOf(Promise.resolve(1));
    const broken = outcomeOf(Promise.reject(new Error('broken')));
    await Promise.resolve();
    expect([kept, broken]).toEqual([[['succeeded', 1]], [['failed', new Error('broken')]]]);
  });

  it('should fail by a thenable whose then throws', () => {
    const error = new Error('no Promise');
    const result = {
      then: () => {
        throw error;
      },
    };
    expect(outcomeOf(result)).toEqual([['failed', error]]);
  });

  it('should fail by a task that throws', () => {
    const { attempt, log } = setUp(() => {
      throw 'why';
    });
    attempt.begin();
    expect(log).toEqual([['failed', 'why']]);
  });

  it('should tell the task of itself and give it the resource', () => {
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
    it('should keep the task from starting', () => {
      const { attempt, log } = setUp(() => log.push('started'));
      abort(attempt, 'why');
      attempt.begin();
      expect(attempt.goesOn).toBe(false);
      expect(log).toEqual([]);
    });

    it('should unsubscribe from an Observable, which then does not go on', () => {
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
      'should, when it comes from the teardown of an Observable, tell of its end (%s)',
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

    it('should report what the teardown of an Observable throws', () => {
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
      'should tell when a Promise that goes on settles (%s)',
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

    it('should not tell when a Promise settles that was given up', () => {
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
    ])('should, when it comes from the task, tell that it ended with %s', (_, act) => {
      const { attempt, log } = setUp(() => {
        abort(attempt, 'why');
        log.push('aborted', attempt.goesOn);
        return act();
      });
      attempt.begin();
      expect(log).toEqual(['aborted', true, 'settled']);
    });

    it('should end an Observable that emits while it is subscribed to', () => {
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

    it('should end an Observable whose subscribe causes it and emits nothing', () => {
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

    it('should keep an Observable that the task returns after it from being subscribed to', () => {
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

    it('should change nothing when the task has ended', () => {
      const { attempt, log } = setUp(() => 1);
      attempt.begin();
      abort(attempt, 'why');
      expect(attempt.goesOn).toBe(false);
      expect(log).toEqual([['succeeded', 1]]);
    });

    it('should report nothing where there is nothing to unsubscribe from', () => {
      const errors = unhandledErrors(() => {
        const { attempt } = setUp(() => new Deferred());
        attempt.begin();
        abort(attempt, 'why');
        expect(attempt.goesOn).toBe(true);
      });
      expect(errors).toEqual([]);
    });

    it.each([true, false])('should abort the signal (read before: %s)', (early) => {
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
