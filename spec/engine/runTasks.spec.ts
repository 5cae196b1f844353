import {
  concat,
  EMPTY,
  filter,
  from,
  map,
  NEVER,
  Observable,
  of,
  range,
  Subject,
  take,
  tap,
  throwError,
  timer,
} from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import type { TaskManagerConfig } from '../../src/engine/config.js';
import {
  InvalidConfigError,
  TaskManagerStoppedError,
  WorkerCountMustBePositiveError,
} from '../../src/events/errors.js';
import type { TaskEvent } from '../../src/events/events.js';
import { runTasks } from '../../src/engine/runTasks.js';
import type { TaskContext, TaskRequest } from '../../src/tasks/task.js';
import { into } from '../support/into.js';
import { unhandledErrors } from '../support/unhandledErrors.js';
import { VirtualTime } from '../support/VirtualTime.js';

const setUp = (options: Partial<TaskManagerConfig<number>> = {}) => {
  const time = new VirtualTime();
  const log: unknown[] = [];
  let created = 0;
  const config: TaskManagerConfig<number> = {
    onCreate: () => {
      log.push(`create ${++created}`);
      return created;
    },
    onDestroy: (resource) => {
      log.push(`release ${resource}`);
    },
    workerCount: 1,
    resourcePoolSize: 0,
    burstInterval: 0,
    scheduler: time,
    ...options,
  };
  const lasting =
    (ms: number, value: unknown = ms): TaskRequest<number, unknown>['run'] =>
    () =>
      timer(ms, time).pipe(map(() => value));
  return { time, log, config, lasting };
};

const nameOf = (event: TaskEvent): string => {
  if ('attempt' in event) return `${event.type} ${event.id}`;
  if (event.type === 'state') return event.state;
  return event.type;
};

describe('runTasks', () => {
  it('emits all events', () => {
    const { config } = setUp();
    const names: string[] = [];
    from([{ run: () => 1 }, { run: () => 2 }])
      .pipe(runTasks(config))
      .subscribe((event) => names.push(nameOf(event)));
    expect(names).toEqual([
      'workerStarted',
      'arrived 1',
      'started 1',
      'completed 1',
      'arrived 2',
      'started 2',
      'completed 2',
      'stopping',
      'workerStopped',
      'stopped',
    ]);
  });

  it('follows the virtual time of `TestScheduler.run`', () => {
    new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(
      ({ cold, hot, expectObservable, expectSubscriptions }) => {
        const x = cold('       ---(x|)');
        const requests = hot(' -ab-----c--|   ');
        const subscription = ' ^----------!   ';
        const results = '      ----x--x---x--|';
        const events$ = requests.pipe(
          map(() => ({ run: () => x })),
          runTasks<number, string>({
            onCreate: () => timer(1).pipe(map(() => 1)),
            onDestroy: () => timer(3),
            workerCount: 1,
            burstInterval: 0,
          }),
          filter(({ type }) => type === 'completed'),
          map((event) => (event as { result?: string }).result),
        );
        expectObservable(events$).toBe(results);
        expectSubscriptions(requests.subscriptions).toBe(subscription);
      },
    );
  });

  it('gives an observer all values, and an event the last value', () => {
    const { config } = setUp();
    const log: unknown[] = [];
    of({ run: () => range(1, 3), observer: into(log) })
      .pipe(runTasks<number, number>(config))
      .subscribe((event) => {
        if (event.type === 'completed') log.push({ result: event.result });
      });
    expect(log).toEqual([1, 2, 3, { result: 3 }, '|']);
  });

  it('gives the error of a task to its observer, and not to the output', () => {
    const { config } = setUp();
    const log: unknown[] = [];
    const output: unknown[] = [];
    of({ run: () => throwError(() => 'why'), observer: into(log) }, { run: () => 1 })
      .pipe(
        runTasks<number, unknown>(config),
        filter(({ type }) => type === 'failed' || type === 'completed'),
        map(nameOf),
      )
      .subscribe(into(output));
    expect(log).toEqual(['why']);
    expect(output).toEqual(['failed 1', 'completed 2', '|']);
  });

  it('reports an error that an observer throws, and continues', () => {
    const { config } = setUp();
    const output: unknown[] = [];
    const raise = (where: string) => () => {
      throw where;
    };
    const observer = { next: raise('next'), error: raise('error'), complete: raise('complete') };
    const errors = unhandledErrors(() => {
      from([{ run: () => range(1, 2) }, { run: raise('task') }])
        .pipe(
          map((request) => ({ ...request, observer })),
          runTasks<number, number>(config),
          filter(({ type }) => type === 'failed' || type === 'completed'),
          map(nameOf),
        )
        .subscribe(into(output));
    });
    expect(errors).toEqual(['next', 'next', 'complete', 'error']);
    expect(output).toEqual(['completed 1', 'failed 2', '|']);
  });

  describe('as an operator', () => {
    it('checks the config at the call', () => {
      expect(() => runTasks({ ...setUp().config, workerCount: 0 })).toThrow(
        WorkerCountMustBePositiveError,
      );
    });

    it('does nothing before a subscribe, and everything at each subscribe', () => {
      const { config, log } = setUp();
      const events$ = of({ run: (resource: number) => log.push(`use ${resource}`) }).pipe(
        runTasks<number, number>(config),
      );
      expect(log).toEqual([]);
      events$.subscribe();
      expect(log).toEqual(['create 1', 'use 1', 'release 1']);
      log.length = 0;
      events$.subscribe();
      expect(log).toEqual(['create 2', 'use 2', 'release 2']);
    });

    it('counts tasks from 1 in each subscription', () => {
      const ids: number[] = [];
      const events$ = of({ run: () => 1 }).pipe(runTasks<number, number>(setUp().config));
      for (const subscription of [1, 2])
        events$.subscribe((event) => 'id' in event && ids.push(event.id * subscription));
      expect(ids).toEqual([1, 1, 1, 2, 2, 2]);
    });

    it('completes with an empty source, after the last release', () => {
      const { config, log } = setUp();
      EMPTY.pipe(runTasks(config)).subscribe({ complete: () => log.push('|') });
      expect(log).toEqual(['create 1', 'release 1', '|']);
    });

    it('stays up for a source that never ends, without a timer', () => {
      const { config, log, time } = setUp({ burstInterval: 100 });
      NEVER.pipe(runTasks(config)).subscribe({ complete: () => log.push('|') });
      expect(log).toEqual(['create 1']);
      expect(time.timers).toBe(0);
    });

    it('ends a synchronous source when the output is cut', () => {
      const { config, log } = setUp();
      let read = 0;
      const source = new Observable<TaskRequest<number, number>>((subscriber) => {
        while (!subscriber.closed && read < 100) {
          read++;
          subscriber.next({ run: () => 1 });
        }
      });
      source
        .pipe(
          runTasks(config),
          filter(({ type }) => type === 'completed'),
          take(2),
        )
        .subscribe();
      expect(read).toBe(2);
      expect(log).toEqual(['create 1', 'release 1']);
    });

    it('releases the resource when the first event cuts the output', () => {
      const { config, log } = setUp({ workerCount: 2 });
      NEVER.pipe(runTasks(config), take(1)).subscribe();
      // Both creations are decided before the first event is told.
      expect(log).toEqual(['create 1', 'create 2', 'release 1', 'release 2']);
    });

    it('needs no stack for synchronous tasks', () => {
      let completed = 0;
      range(0, 100_000)
        .pipe(
          map((value) => ({ run: () => value })),
          runTasks<number, number>(setUp().config),
        )
        .subscribe(({ type }) => (completed += Number(type === 'completed')));
      expect(completed).toBe(100_000);
    });
  });

  describe('complete is stop', () => {
    it('runs all accepted tasks to their end, then releases, then completes', () => {
      const { config, log, time } = setUp({ onDestroy: () => timer(7, time) });
      const aborted: boolean[] = [];
      from([10, 20])
        .pipe(
          map((ms) => ({
            run: (_: number, { signal }: TaskContext) =>
              timer(ms, time).pipe(tap(() => aborted.push(signal.aborted))),
            observer: { complete: () => log.push(`end of ${ms}`) },
          })),
          runTasks<number, unknown>(config),
        )
        .subscribe({ complete: () => log.push('|') });
      time.advanceTo(36);
      expect(log).toEqual(['create 1', 'end of 10', 'end of 20']);
      time.advanceTo(37);
      expect(log).toEqual(['create 1', 'end of 10', 'end of 20', '|']);
      expect(aborted).toEqual([false, false]);
      expect(time.timers).toBe(0);
    });

    it('stops by the config signal too, and refuses later tasks', () => {
      const controller = new AbortController();
      const { config, lasting, time } = setUp({ signal: controller.signal });
      const requests = new Subject<TaskRequest<number, unknown>>();
      const logs: unknown[][] = [[], []];
      const output: unknown[] = [];
      requests
        .pipe(
          runTasks(config),
          filter(({ type }) => type === 'state'),
          map(nameOf),
        )
        .subscribe(into(output));
      requests.next({ run: lasting(10, 'done'), observer: into(logs[0]!) });
      controller.abort();
      requests.next({ run: lasting(10, 'done'), observer: into(logs[1]!) });
      expect(logs).toEqual([[], [new TaskManagerStoppedError()]]);
      time.advanceTo(10);
      expect(logs[0]).toEqual(['done', '|']);
      expect(output).toEqual(['stopping', 'stopped', '|']);
      expect(requests.observed).toBe(false);
    });

    it('creates nothing with an aborted config signal', () => {
      const { config, log } = setUp({ signal: AbortSignal.abort() });
      const output: unknown[] = [];
      const requests = new Observable<never>(() => {
        log.push('subscribed');
      });
      requests.pipe(runTasks(config), map(nameOf)).subscribe(into(output));
      expect(output).toEqual(['stopping', 'stopped', '|']);
      expect(log).toEqual([]);
    });

    it('leaves no listener on the config signal', () => {
      const { signal } = new AbortController();
      const added = jest.spyOn(signal, 'addEventListener');
      const removed = jest.spyOn(signal, 'removeEventListener');
      const { config } = setUp({ signal });
      of({ run: () => 1 })
        .pipe(runTasks<number, number>(config))
        .subscribe();
      NEVER.pipe(runTasks(config)).subscribe().unsubscribe();
      expect(added).toHaveBeenCalledTimes(2);
      expect(removed).toHaveBeenCalledTimes(2);
    });
  });

  describe('unsubscribe is kill', () => {
    it('aborts running tasks, drops waiting tasks, and releases', () => {
      const { config, log, time } = setUp();
      const signals: AbortSignal[] = [];
      let tornDown = false;
      const run: TaskRequest<number, unknown>['run'] = (_, { signal }) => {
        signals.push(signal);
        return new Observable(() => () => (tornDown = true));
      };
      const answers: unknown[] = [];
      const observer = { error: (error: unknown) => answers.push(error) };
      concat(of({ run, observer }, { run, observer }), NEVER)
        .pipe(runTasks<number, unknown>(config))
        .subscribe((event) => log.push(nameOf(event)))
        .unsubscribe();
      expect(tornDown).toBe(true);
      expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
      expect(answers).toEqual([
        expect.any(TaskManagerStoppedError),
        expect.any(TaskManagerStoppedError),
      ]);
      expect(log.slice(-3)).toEqual(['started 1', 'arrived 2', 'release 1']);
      expect(time.timers).toBe(0);
    });

    it('releases the resource that a pending onCreate gives later', () => {
      const resource = new Subject<number>();
      const { config, log } = setUp({ onCreate: () => resource });
      NEVER.pipe(runTasks(config)).subscribe().unsubscribe();
      expect(log).toEqual([]);
      resource.next(5);
      expect(log).toEqual(['release 5']);
    });

    it('takes over from a stop', () => {
      const { config, log, time } = setUp();
      const answers: unknown[] = [];
      of({ run: () => NEVER, observer: into(answers) })
        .pipe(runTasks<number, never>(config))
        .subscribe()
        .unsubscribe();
      expect(answers).toEqual([expect.any(TaskManagerStoppedError)]);
      expect(log).toEqual(['create 1', 'release 1']);
      expect(time.timers).toBe(0);
    });
  });

  it('kills and releases at an error of the source, and passes on the error', () => {
    const { config, time } = setUp({ onDestroy: () => timer(5, time) });
    const output: unknown[] = [];
    const answers: unknown[] = [];
    const source = new Subject<TaskRequest<number, unknown>>();
    source.pipe(runTasks(config), map(nameOf)).subscribe(into(output));
    source.next({ run: () => NEVER, observer: into(answers) });
    source.error('why');
    expect(answers).toEqual([expect.any(TaskManagerStoppedError)]);
    time.advanceTo(4);
    expect(output.slice(-3)).toEqual(['killed', 'cancelled 1', 'workerStopped']);
    time.advanceTo(5);
    expect(output.at(-1)).toBe('why');
    expect(time.timers).toBe(0);
  });

  it('reports nothing when a task without an observer fails', () => {
    const output: unknown[] = [];
    const errors = unhandledErrors(() => {
      const run = (): never => {
        throw new Error('why');
      };
      of({ run }, { run, observer: {} })
        .pipe(runTasks<number, number>(setUp().config), map(nameOf))
        .subscribe(into(output));
    });
    expect(errors).toEqual([]);
    expect(output).toEqual(expect.arrayContaining(['failed 1', 'failed 2']));
  });

  describe('an invalid request', () => {
    const wrong: [string, object][] = [
      ['task', { run: 'no function' }],
      ['priority', { run: () => 1, priority: NaN }],
      ['timeout', { run: () => 1, timeout: -1 }],
      ['maxRetries', { run: () => 1, maxRetries: 0.5 }],
      ['once', { run: () => 1, once: 'yes' }],
      ['signal', { run: () => 1, signal: {} }],
      ['label', { run: () => 1, label: 7 }],
    ];

    it.each(wrong)('reaches only its own observer (%s)', (field, request) => {
      const { config } = setUp();
      const answers: unknown[] = [];
      const output: unknown[] = [];
      of({ ...request, observer: into(answers) }, { run: () => 1 })
        .pipe(
          runTasks<number, number>(config as never) as never,
          filter(({ type }: TaskEvent) => type === 'completed'),
          map(nameOf),
        )
        .subscribe(into(output));
      expect(answers).toEqual([expect.any(InvalidConfigError)]);
      expect(answers).toEqual([expect.objectContaining({ field })]);
      expect(output).toEqual(['completed 1', '|']);
    });

    it.each([
      [null, 'request'],
      [undefined, 'request'],
      [7, 'request'],
      [{ run: 1 }, 'task'],
    ])('is reported without an observer (%p)', (request, field) => {
      const output: unknown[] = [];
      const errors = unhandledErrors(() => {
        of(request as never, { run: () => 1 })
          .pipe(
            runTasks<number, number>(setUp().config),
            filter(({ type }) => type === 'completed'),
            map(nameOf),
          )
          .subscribe(into(output));
      });
      expect(errors).toEqual([expect.objectContaining({ name: 'InvalidConfigError', field })]);
      expect(output).toEqual(['completed 1', '|']);
    });
  });
});
