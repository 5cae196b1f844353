import { defer, ignoreElements, map, retry, Subject, timer } from 'rxjs';
import {
  backoff,
  InvalidConfigError,
  MaxRetriesExceededError,
  retryBudget,
  type Retry,
  type TaskContext,
} from '../../src/index.js';
import { VirtualTime } from '../support/VirtualTime.js';
import { Broken, eventsOf, setUp, taskEvents } from './setUp.js';

const wrong = new Error('wrong');
/** A task that fails so many times, and then gives the number of its attempt. */
const failing =
  (times: number) =>
  (_resource: number, { attempt }: TaskContext): number => {
    if (attempt < times) throw wrong;
    return attempt;
  };

const context: TaskContext = { id: 1, attempt: 0, priority: 0, signal: AbortSignal.abort() };

describe('engine: retry', () => {
  it('frees the worker for the length of the delay', async () => {
    const { manager, time, task, events } = setUp({ retry: { count: 1, delay: 50 } });
    const done = manager.queueTask(failing(1));
    expect(manager.stats()).toMatchObject({ delayedTasks: 1, busyWorkers: 0, runningTasks: 0 });
    const other = manager.queueTask(task(10, 'other'));
    time.advanceTo(10);
    await expect(other).resolves.toBe('other');
    time.advanceTo(49);
    expect(manager.stats().delayedTasks).toBe(1);
    time.advanceTo(50);
    await expect(done).resolves.toBe(1);
    expect(taskEvents(events).slice(0, 4)).toEqual([
      'arrived 1',
      'started 1',
      'retried 1',
      'arrived 2',
    ]);
    expect(eventsOf(events, 'retried')).toMatchObject([
      { healthy: true, error: wrong, attempt: 0 },
    ]);
    expect(eventsOf(events, 'requeued')).toMatchObject([{ time: 50, attempt: 1, priority: 0 }]);
    expect(time.timers).toBe(0);
  });

  it('comes back ahead of its lane, at its own priority', () => {
    const { manager, time, task } = setUp({ retry: { delay: 5 } });
    const order: string[] = [];
    const say = (label: string) => () => void order.push(label);
    manager.submit(failing(1)).subscribe({ complete: say('tried again') });
    for (const label of ['a', 'b', 'c']) {
      manager.submit(task(4)).subscribe({ complete: say(label) });
    }
    manager.submit(task(4), { priority: 1 }).subscribe({ complete: say('urgent') });
    time.advanceTo(100);
    expect(order).toEqual(['a', 'urgent', 'tried again', 'b', 'c']);
  });

  it('ends with the last failure after `count` retries, as in RxJS', async () => {
    const { manager, time } = setUp();
    const attempts: number[] = [];
    const run = (_resource: unknown, { attempt }: TaskContext): never => {
      attempts.push(attempt);
      throw wrong;
    };
    const delays: unknown[][] = [];
    const delay = (...given: unknown[]) => {
      delays.push(given);
      return timer(10, time);
    };
    const failed = manager.queueTask(run, { retry: { count: 2, delay } });
    time.advanceTo(100);
    await expect(failed).rejects.toBe(wrong);
    expect(attempts).toEqual([0, 1, 2]);
    expect(delays).toEqual([
      [wrong, 1],
      [wrong, 2],
    ]);
    let tries = 0;
    const theirs: unknown[][] = [];
    defer(() => {
      tries++;
      throw wrong;
    })
      .pipe(retry({ count: 2, delay: (...given) => (theirs.push(given), timer(10, time)) }))
      .subscribe({ error: () => undefined });
    time.advanceTo(200);
    expect([tries, theirs]).toEqual([3, delays]);
  });

  it('counts retries of broken resources apart', async () => {
    const { manager, time } = setUp({ maxRetries: 1, retry: { count: 1, delay: 10 } });
    const errors: unknown[] = [wrong, new Broken(), new Broken()];
    const failed = manager.queueTask(() => Promise.reject(errors.shift() as Error));
    for (let i = 0; i < 50; i++) {
      time.advanceTo(10 * i);
      await Promise.resolve();
    }
    await expect(failed).rejects.toThrow(MaxRetriesExceededError);
    expect(errors).toEqual([]);
  });

  it('leaves a task alone that is tried once, and a runTask', async () => {
    const { manager } = setUp({ retry: { delay: 10 } });
    await expect(manager.queueTaskOnce(failing(1))).rejects.toBe(wrong);
    await expect(manager.runTask(failing(1))).rejects.toBe(wrong);
  });

  it('waits for a timed-out Promise to settle before the delay', () => {
    const { manager, time, events } = setUp({ retry: { count: 1, delay: 10 } });
    const late = new Subject<void>();
    const run = (): Promise<unknown> => new Promise((resolve) => late.subscribe(resolve));
    manager.submit(run, { timeout: 20 }).subscribe({ error: () => undefined });
    time.advanceTo(20);
    expect(manager.stats()).toMatchObject({ busyWorkers: 1, delayedTasks: 0 });
    time.advanceTo(20 + 5000); // the grace is over
    expect(manager.stats()).toMatchObject({ delayedTasks: 1 });
    expect(eventsOf(events, 'workerStopped')).toMatchObject([{ reason: 'unhealthy', task: 1 }]);
    void manager.kill();
    expect(time.timers).toBe(0);
  });

  it('is waited for by a stop, ended by a kill, and ended by a cancel', async () => {
    const stopping = setUp({ retry: { count: 1, delay: 50 } });
    const done = stopping.manager.queueTask(failing(1));
    const stopped = stopping.manager.stop();
    stopping.time.advanceTo(50);
    await expect(done).resolves.toBe(1);
    await stopped;

    const killed = setUp({ retry: { count: 1, delay: 50 } });
    const ended = killed.manager.queueTask(failing(1));
    const released = killed.manager.kill();
    await expect(ended).rejects.toMatchObject({ name: 'TaskManagerStoppedError', started: true });
    await released;
    expect(killed.time.timers).toBe(0);

    const { manager, time, events } = setUp({ retry: { count: 1, delay: 50 } });
    const subscription = manager.submit(failing(1)).subscribe();
    const end = manager.stop();
    subscription.unsubscribe();
    expect(eventsOf(events, 'cancelled')).toMatchObject([{ delayed: true, running: false }]);
    await end;
    expect(manager.stats()).toMatchObject({ delayedTasks: 0, state: 'stopped' });
    expect(time.timers).toBe(0);
  });

  it('has the times of its last attempt where a task ends in its delay', () => {
    const { manager, time, events, task } = setUp();
    const delay = () => timer(1000, time).pipe(ignoreElements());
    const run = () => task(30)().pipe(map(() => failing(1)(0, context)));
    manager.submit(run, { retry: { delay } }).subscribe({ error: () => undefined });
    time.advanceTo(2000);
    expect(eventsOf(events, 'failed')).toMatchObject([
      { delayed: true, time: 1030, startedAt: 0, finishedAt: 30 },
    ]);
  });

  it.each<[string, unknown]>([
    ['retry', 3],
    ['retry.count', { count: -1 }],
    ['retry.delay', { delay: 'soon' }],
  ])('names `%s`, where that is wrong', (field, given) => {
    expect(() => setUp({ retry: given as Retry })).toThrow(field);
    const { manager } = setUp();
    expect(() => manager.queueTask(() => 1, { retry: given as Retry })).toThrow(InvalidConfigError);
  });
});

describe('backoff', () => {
  /** The delays before the first retries. */
  const delays = (options: Parameters<typeof backoff>[0], count: number): number[] => {
    const scheduler = new VirtualTime();
    const delay = backoff({ ...options, scheduler });
    return Array.from({ length: count }, (_, i) => {
      const from = scheduler.now();
      let at = NaN;
      delay(wrong, i + 1).subscribe(() => (at = scheduler.now()));
      scheduler.advanceTo(from + 100_000);
      return at - from;
    });
  };

  it('grows up to its maximum', () => {
    expect(delays({ jitter: 'none' }, 5)).toEqual([100, 200, 400, 800, 1600]);
    const given = { initial: 10, factor: 3, max: 50, jitter: 'none' } as const;
    expect(delays(given, 4)).toEqual([10, 30, 50, 50]);
  });

  it('takes all or half of a delay at random', () => {
    const random = () => 0.25;
    expect(delays({ random }, 2)).toEqual([25, 50]);
    expect(delays({ random, jitter: 'equal' }, 2)).toEqual([62.5, 125]);
  });

  it('ends with an error that is not retryable', () => {
    const error = jest.fn();
    backoff({ retryable: (each) => each !== wrong })(wrong, 1).subscribe({ error });
    expect(error).toHaveBeenCalledWith(wrong);
  });

  it.each(['initial', 'factor', 'max', 'jitter', 'retryable', 'random', 'scheduler'])(
    'names `%s`, where that is wrong',
    (field) => {
      expect(() => backoff({ [field]: 'x' })).toThrow(field);
    },
  );
});

describe('retryBudget', () => {
  it('lets a part of what starts be tried again, and a few in any case', () => {
    const time = new VirtualTime();
    const delay = retryBudget({ ratio: 0.1, minPerSecond: 0.2, scheduler: time }, () =>
      timer(0, time),
    );
    const { manager, events } = setUp({ retry: { count: 1, delay }, scheduler: time });
    const failures = jest.fn();
    for (let i = 0; i < 100; i++) {
      manager.submit(() => [i]).subscribe();
    }
    for (let i = 0; i < 40; i++) manager.submit(failing(2)).subscribe({ error: failures });
    time.advanceTo(1000);
    expect(failures).toHaveBeenCalledTimes(40);
    const retries = eventsOf(events, 'requeued').length;
    const starts = eventsOf(events, 'started').length;
    expect(starts).toBe(140 + retries);
    expect(retries).toBeGreaterThanOrEqual(Math.floor(0.1 * 140));
    expect(retries).toBeLessThanOrEqual(0.1 * starts + 2);
  });

  it('has room again when the last ten seconds have passed', () => {
    const time = new VirtualTime();
    const delay = retryBudget({ ratio: 0, minPerSecond: 0.1, scheduler: time }, () =>
      timer(0, time),
    );
    const tries = (): boolean => {
      let isTried = false;
      delay(wrong, 1).subscribe({ next: () => (isTried = true), error: () => undefined });
      time.advanceTo(time.now());
      return isTried;
    };
    expect([tries(), tries()]).toEqual([true, false]);
    time.advanceTo(11_000);
    expect([tries(), tries()]).toEqual([true, false]);
  });

  it('names what is wrong', () => {
    expect(() => retryBudget({ ratio: -1 }, () => timer(1))).toThrow('ratio');
    expect(() => retryBudget({ minPerSecond: NaN }, () => timer(1))).toThrow('minPerSecond');
    expect(() => retryBudget({}, 5 as never)).toThrow('delay');
  });
});
