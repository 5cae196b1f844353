import { map, Subject, throwError, timer } from 'rxjs';
import { aimd } from '../../src/index.js';
import { InvalidConfigError } from '../../src/events/errors.js';
import type { Load } from '../../src/scaling/Load.js';
import { into } from '../support/into.js';
import { unhandledErrors } from '../support/unhandledErrors.js';
import { eventsOf, setUp } from './setUp.js';

const four = { workerCount: 4, maxWorkerCount: 4 };

describe('engine: concurrency', () => {
  it('runs no more tasks at once than a number says', () => {
    const { manager, time, task } = setUp({ ...four, concurrency: 2 });
    for (let i = 0; i < 5; i++) manager.submit(task(10)).subscribe();
    expect(manager.stats()).toMatchObject({ activeWorkers: 4, busyWorkers: 2, queuedTasks: 3 });
    time.advanceTo(10);
    expect(manager.stats()).toMatchObject({ busyWorkers: 2, queuedTasks: 1 });
  });

  it('starts nothing before a stream has given its first limit', () => {
    const limits = new Subject<number>();
    const { manager } = setUp({ ...four, concurrency: limits });
    const log: unknown[] = [];
    manager.submit(() => 1).subscribe(into(log));
    expect(log).toEqual([]);
    limits.next(1);
    expect(log).toEqual([1, '|']);
  });

  it('follows a stream up and down, and interrupts nothing', () => {
    const limits = new Subject<number>();
    const { manager, time, task } = setUp({ ...four, concurrency: limits });
    limits.next(3);
    for (let i = 0; i < 6; i++) manager.submit(task(10)).subscribe();
    expect(manager.stats()).toMatchObject({ busyWorkers: 3, queuedTasks: 3 });
    limits.next(1);
    expect(manager.stats()).toMatchObject({ busyWorkers: 3 });
    time.advanceTo(10);
    expect(manager.stats()).toMatchObject({ busyWorkers: 1, queuedTasks: 2 });
    limits.next(Infinity);
    expect(manager.stats()).toMatchObject({ busyWorkers: 3, queuedTasks: 0 });
  });

  it('reports a wrong limit of a stream and its error, and keeps the last limit', () => {
    const limits = new Subject<number>();
    const errors = unhandledErrors(() => {
      const { manager } = setUp({ ...four, concurrency: limits });
      limits.next(2);
      limits.next(-1);
      limits.error('why');
      for (let i = 0; i < 3; i++) manager.submit(() => new Subject()).subscribe();
      expect(manager.stats()).toMatchObject({ busyWorkers: 2, queuedTasks: 1 });
    });
    const expected = 'a stream of integers >= 0 or Infinity';
    expect(errors).toEqual([new InvalidConfigError('concurrency', -1, expected), 'why']);
  });

  it('lets the tasks of a stop end while the limit is 0, when that rises again', () => {
    const limits = new Subject<number>();
    const { manager } = setUp({ ...four, concurrency: limits });
    const log: unknown[] = [];
    manager.submit(() => 1).subscribe(into(log));
    void manager.stop();
    expect(manager.stats().state).toBe('stopping');
    limits.next(1);
    expect(log).toEqual([1, '|']);
    expect(manager.stats().state).toBe('stopped');
  });

  it('asks a policy at each look, rounds down and starts at least one task', () => {
    const seen: Load[] = [];
    const answers = [2.9, 0, 3];
    const { manager, time, task } = setUp({
      ...four,
      burstInterval: 10,
      concurrency: map((load) => {
        seen.push(load);
        return answers.shift() ?? 4;
      }),
    });
    for (let i = 0; i < 40; i++) manager.submit(task(20)).subscribe();
    const busy: number[] = [];
    for (let at = 0; at < 60; at += 20) {
      time.advanceTo(at + 15);
      busy.push(manager.stats().busyWorkers);
    }
    expect(busy).toEqual([4, 3, 4]);
    expect(seen.slice(0, 2).map(({ time, queued }) => [time, queued])).toEqual([
      [10, 36],
      [20, 34],
    ]);
  });

  it('has one look for both policies', () => {
    const looks: Load[][] = [[], []];
    const { manager, time, task } = setUp({
      workerCount: 1,
      maxWorkerCount: 2,
      burstInterval: 10,
      scaling: map((load) => looks[0]!.push(load) && 1),
      concurrency: map((load) => looks[1]!.push(load) && 1),
    });
    manager.submit(task(25)).subscribe();
    time.advanceTo(100);
    expect(looks[0]).toHaveLength(2);
    expect(looks[1]!.every((load, i) => load === looks[0]![i])).toBe(true);
  });

  it('starts no workers that the limit would leave idle', () => {
    const { manager, time, task, events } = setUp({
      workerCount: 1,
      maxWorkerCount: 10,
      burstInterval: 10,
      concurrency: 3,
      scaling: map(() => 10),
    });
    for (let i = 0; i < 20; i++) manager.submit(task(10)).subscribe();
    time.advanceTo(15);
    expect(eventsOf(events, 'scaled').map(({ to }) => to)).toEqual([3]);
  });

  it('reports a policy that fails, and subscribes to the policy anew', () => {
    let subscriptions = 0;
    const errors = unhandledErrors(() => {
      const { manager, time, task } = setUp({
        ...four,
        burstInterval: 10,
        concurrency: (loads) =>
          subscriptions++ === 0 ? throwError(() => 'why') : loads.pipe(map(() => 1)),
      });
      for (let i = 0; i < 12; i++) manager.submit(task(20)).subscribe();
      time.advanceTo(45);
      expect(manager.stats()).toMatchObject({ busyWorkers: 1 });
    });
    expect(errors).toEqual(['why']);
    expect(subscriptions).toBe(2);
  });

  it('starts fewer tasks when aimd sees an overload, and more when that is over', () => {
    let isOverloaded = true;
    const tooMany = new Error('429');
    const { manager, time } = setUp({
      ...four,
      burstInterval: 10,
      concurrency: aimd({ backoffRatio: 0.5, isOverload: (error) => error === tooMany }),
    });
    const call = () =>
      timer(5, time).pipe(
        map(() => {
          if (isOverloaded) throw tooMany;
        }),
      );
    for (let i = 0; i < 200; i++) manager.submit(call).subscribe({ error: () => undefined });
    expect(manager.stats()).toMatchObject({ busyWorkers: 4 });
    time.advanceTo(41);
    expect(manager.stats()).toMatchObject({ busyWorkers: 1 });
    isOverloaded = false;
    time.advanceTo(151);
    expect(manager.stats()).toMatchObject({ busyWorkers: 4 });
  });

  it('forgets the errors of tasks after which no look came', () => {
    const errors: unknown[] = [];
    const { manager, time, task } = setUp({
      burstInterval: 10,
      scaling: map((load) => errors.push(load.errors) && 1),
    });
    const fail = () => throwError(() => 'why');
    manager.submit(fail).subscribe({ error: () => undefined });
    time.advanceTo(100);
    manager.submit(task(15)).subscribe();
    time.advanceTo(112);
    manager.submit(fail).subscribe({ error: () => undefined });
    manager.submit(task(15)).subscribe();
    time.advanceTo(200);
    expect(errors).toEqual([undefined, ['why']]);
  });
});
