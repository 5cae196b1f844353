import { map, NEVER, of, throwError, timer, type Observable } from 'rxjs';
import {
  ResourceReleaseTimeoutError,
  squareRootStaffing,
  TaskManager,
  type TaskEvent,
  type TaskManagerConfig,
} from '../../src/index.js';
import { HeapScheduler } from '../../src/simulation/HeapScheduler.js';
import { exponential, uniform } from '../support/random.js';
import { report, sized } from '../support/soak.js';

const broken = new Error('broken');

/** A manager in virtual time, whose resources are the numbers from 1. */
const setUp = (config: Partial<TaskManagerConfig<number>>) => {
  const time = new HeapScheduler();
  const events: TaskEvent[] = [];
  let created = 0;
  let released = 0;
  const create = (): number => ++created;
  const manager = new TaskManager<number>({
    onCreate: create,
    onDestroy: () => released++,
    workerCount: 5,
    resourcePoolSize: 0,
    checkHealth: (error) => error !== broken,
    scheduler: time,
    ...config,
  });
  manager.events$.subscribe((event) => events.push(event));
  const count = (type: TaskEvent['type']): number =>
    events.filter((event) => event.type === type).length;
  const counts = () => ({ created, released });
  const wait = (ms: number) => (): Observable<unknown> => timer(ms, time);
  return { time, manager, events, create, count, counts, wait };
};

const figures: object[] = [];
const tell = (fault: string, measured: string): void => {
  figures.push({ fault, measured });
};

afterAll(() => report('Faults', figures));

describe('a resource factory that is down for a minute', () => {
  const DOWN = { from: 10_000, until: 70_000 };

  it.each([
    ['with idle workers that the first task finds broken', 1],
    ['with all workers busy', 50],
  ])('loses no task and is used soon after its return, %s', (_, perSecond) => {
    const { time, manager, events, create, count, counts } = setUp({
      onCreate: () => {
        const isDown = time.now() >= DOWN.from && time.now() < DOWN.until;
        return isDown ? throwError(() => broken) : timer(20, time).pipe(map(create));
      },
      maxRetries: 20,
    });
    // Resources made before break together with the factory.
    const task = () =>
      timer(50, time).pipe(
        map(() => {
          if (time.now() >= DOWN.from && time.now() < DOWN.until) throw broken;
        }),
      );
    let asked = 0;
    let answered = 0;
    for (let at = 500; at < 120_000; at += 1000 / perSecond) {
      asked++;
      time.schedule(() => void manager.queueTaskAsync(task).subscribe(() => answered++), at);
    }
    time.flush(DOWN.until);
    const failures = events.filter((event) => event.type === 'resourceFailed');
    // 100, 200, … 6400, then 10,000 ms after each other. The last gap is the back-off in force.
    const byTime = [...new Set(failures.map((event) => event.time))];
    const backOff = Math.min(10_000, 100 * 2 ** (byTime.length - 1));
    time.flush();

    expect(answered).toBe(asked);
    expect(count('failed') + count('cancelled')).toBe(0);
    const first = events.find((each) => each.type === 'completed' && each.time > DOWN.until);
    const gap = first!.time - DOWN.until;
    expect(gap).toBeLessThan(2 * backOff);
    const dones = events.filter((each) => each.type === 'completed').map((each) => each.time);
    expect(dones.some((each) => each > DOWN.from && each < DOWN.until)).toBe(false);
    void manager.stop();
    time.flush();
    expect(counts().released).toBe(counts().created);
    tell(
      `factory down for 60 s, ${perSecond} tasks/s`,
      `${asked} of ${asked} tasks done; first one ${gap} ms after the return (back-off in force ${backOff} ms, ` +
        `${failures.length} failed creations)`,
    );
  });
});

describe('a resource factory that fails half of the time', () => {
  it('slows the pool down and loses nothing', () => {
    const random = uniform(11);
    const tasks = sized(5000, 200_000);
    const { time, manager, events, create, count, counts } = setUp({
      onCreate: () =>
        random() < 0.5 ? throwError(() => broken) : timer(20, time).pipe(map(create)),
      maxRetries: 100,
      maxWorkerCount: 20,
    });
    let answered = 0;
    let sent = 0;
    // One in ten attempts breaks its resource.
    const task = () =>
      timer(exponential(random, 20), time).pipe(
        map(() => {
          if (random() < 0.1) throw broken;
        }),
      );
    time.schedule(function () {
      manager.queueTaskAsync(task).subscribe(() => answered++);
      if (++sent < tasks) this.schedule(undefined, exponential(random, 10));
    });
    time.flush();

    expect(answered).toBe(tasks);
    expect(count('completed')).toBe(tasks);
    const creations = counts().created + count('resourceFailed');
    expect(count('resourceFailed') / creations).toBeGreaterThan(0.4);
    expect(count('resourceFailed') / creations).toBeLessThan(0.6);
    expect(manager.stats()).toMatchObject({ activeWorkers: 5, busyWorkers: 0, queuedTasks: 0 });
    const { p95WaitTime, totalTasksRetried } = manager.metrics();
    void manager.stop();
    time.flush();
    expect(manager.stats().state).toBe('stopped');
    expect(counts().released).toBe(counts().created);
    expect(events.at(-1)).toMatchObject({ type: 'state', state: 'stopped' });
    tell(
      'factory that fails half of the time, resources that break in every 10th attempt',
      `${tasks} of ${tasks} tasks done, ${totalTasksRetried} retries, ${creations} creations tried, ` +
        `p95 wait ${p95WaitTime.toFixed(0)} ms`,
    );
  });
});

describe('a resource factory that rejects at once', () => {
  it('is called as often as the back-off says, and no more', () => {
    let attempts = 0;
    const { time, manager } = setUp({
      workerCount: 1,
      maxWorkerCount: 1,
      onCreate: () => {
        attempts++;
        throw broken;
      },
    });
    manager.queueTask(() => 1).catch(() => undefined);
    const minute = 60_000;
    time.flush(minute);
    // At 0, then after 100, 200, … 6400 ms, which makes 12,700 ms, then every 10,000 ms.
    const expected = 1 + 7 + Math.floor((minute - 12_700) / 10_000);
    expect(attempts).toBe(expected);
    tell('factory that rejects at once', `${attempts} attempts of one worker in a minute`);

    void manager.kill();
    time.flush(2 * minute);
    expect(attempts).toBe(expected);
  });

  it('is called so by each worker, even while the policy sees a load', () => {
    let attempts = 0;
    const { time, manager } = setUp({
      workerCount: 2,
      maxWorkerCount: 10,
      resourcePoolSize: 3,
      onCreate: () => {
        attempts++;
        return throwError(() => broken);
      },
    });
    for (let i = 0; i < 100; i++) manager.queueTask(() => 1).catch(() => undefined);
    time.flush(60_000);
    // 2 workers and 3 resources from 0 on, 8 burst workers from the first look on, at 100 ms: the last attempt
    // of all falls within the minute.
    expect(attempts).toBe((2 + 3 + 8) * 12);
    void manager.kill();
    time.flush();
  });
});

describe('an onDestroy that hangs', () => {
  it('delays the stop for the releaseTimeout and no longer', () => {
    const { time, manager, events } = setUp({ onDestroy: () => NEVER, releaseTimeout: 1500 });
    time.flush(100);
    void manager.stop();
    expect(manager.stats().state).toBe('stopping');
    time.flush(100 + 1499);
    expect(manager.stats().state).toBe('stopping');
    time.flush();

    expect(time.now()).toBe(100 + 1500);
    expect(manager.stats().state).toBe('stopped');
    const failed = events.filter((event) => event.type === 'resourceFailed');
    expect(failed).toHaveLength(5);
    for (const event of failed) {
      expect(event).toMatchObject({ operation: 'release' });
      expect(event.error).toBeInstanceOf(ResourceReleaseTimeoutError);
    }
    tell(
      'onDestroy hangs, releaseTimeout 1500 ms',
      `stopped after ${time.now() - 100} ms, 5 reported`,
    );
  });

  it('allows the replacement of a broken resource', () => {
    const { time, manager, count, wait } = setUp({ workerCount: 1, onDestroy: () => NEVER });
    time.flush(1);
    let outcome: unknown;
    manager
      .queueTaskAsync((_, { attempt }) => (attempt === 0 ? throwError(() => broken) : wait(10)()))
      .subscribe((value) => (outcome = value));
    time.flush(11);
    expect(outcome).toBe(0);
    expect(count('workerStarted')).toBe(1);
    void manager.kill();
    time.flush();
    expect(manager.stats().state).toBe('killed');
  });
});

describe('a task that ignores its abort', () => {
  it('has the worker replaced after the grace, and never shares a resource', async () => {
    const abortGrace = 300;
    const tasks = 200;
    const { time, manager, events, counts } = setUp({
      workerCount: 4,
      maxWorkerCount: 4,
      abortGrace,
    });
    const inHands = new Set<number>();
    let shared = 0;
    let ended = 0;
    let ignored = 0;
    for (let i = 0; i < tasks; i++) {
      const stubborn = i % 4 === 0;
      manager
        .queueTaskAsync(
          (resource) => {
            if (inHands.has(resource)) shared++;
            if (stubborn) {
              inHands.add(resource); // and keeps the resource forever
              ignored++;
              return new Promise(() => undefined);
            }
            inHands.add(resource);
            return timer(20, time).pipe(map(() => inHands.delete(resource)));
          },
          stubborn ? { timeout: 50 } : {},
        )
        .subscribe({ next: () => ended++, error: () => ended++ });
    }
    time.flush();

    expect(ended).toBe(tasks);
    expect(ignored).toBe(tasks / 4);
    expect(shared).toBe(0);
    const stops = events.filter((event) => event.type === 'workerStopped');
    expect(stops.map((event) => event.reason)).toEqual(Array(tasks / 4).fill('unhealthy'));
    const timedOut = new Map<number, number>();
    const workerOf = new Map<number, number>();
    for (const event of events) {
      if (event.type === 'started') workerOf.set(event.id, event.worker);
      if (event.type === 'failed') timedOut.set(workerOf.get(event.id)!, event.time);
    }
    for (const { worker, time: at } of stops) expect(at).toBe(timedOut.get(worker)! + abortGrace);
    expect(manager.stats()).toMatchObject({ activeWorkers: 4, busyWorkers: 0, runningTasks: 0 });
    const stopped = manager.stop();
    time.flush();
    await stopped;
    expect(counts()).toEqual({ created: 4 + tasks / 4, released: 4 + tasks / 4 });
    tell(
      'tasks that ignore their abort, abortGrace 300 ms',
      `${ignored} workers replaced, each ${abortGrace} ms after its timeout; no resource in two hands`,
    );
  });
});

/** HikariCP's test of a spike: one new resource for each waiting task is the wrong answer. */
describe('a spike of 50 tasks of 2 ms on 5 idle workers, with a creation of 150 ms', () => {
  const spike = (config: Partial<TaskManagerConfig<number>>, warm: boolean) => {
    const { time, manager, events, create, counts, wait, count } = setUp({
      onCreate: () => timer(150, time).pipe(map(create)),
      maxWorkerCount: 50,
      ...config,
    });
    time.flush(1000);
    if (warm) void manager.queueTask(wait(2));
    time.flush(60_000);
    expect(counts()).toEqual({ created: 5, released: 0 });
    const done = count('completed');
    const at = time.now();
    for (let i = 0; i < 50; i++) void manager.queueTask(wait(2));
    time.flush();
    expect(count('completed') - done).toBe(50);
    const last = events.findLast((event) => event.type === 'completed')!;
    const peak = Math.max(
      5,
      ...events.map((event) => (event.type === 'scaled' && event.time >= at ? event.to : 0)),
    );
    const result = { created: counts().created - 5, took: last.time - at, peak };
    void manager.stop();
    time.flush();
    expect(counts().released).toBe(counts().created);
    tell(
      `spike, ${warm ? 'after a first task' : 'first tasks of all'}, a look every ${config.burstInterval ?? 100} ms`,
      `${result.created} more resources made, target at most ${peak}, done in ${result.took} ms`,
    );
    return result;
  };

  it('ends on the 5 workers, with one more ordered for the first task that waits', () => {
    expect(spike({}, false)).toEqual({ created: 1, took: 20, peak: 6 });
    expect(spike({ scaling: squareRootStaffing() }, false)).toEqual({
      created: 0,
      took: 20,
      peak: 5,
    });
  });

  it('ends on the 5 workers at frequent looks too, once a task has ended', () => {
    expect(spike({ burstInterval: 1 }, true)).toEqual({ created: 0, took: 20, peak: 5 });
  });

  it('makes one resource for each task only at a look before the first end', () => {
    // No execution time is known yet, so the policy asks for one worker a task. The pool gives up these workers
    // when the first tasks end. Their resources are made all the same, and released.
    expect(spike({ burstInterval: 1 }, false)).toEqual({ created: 45, took: 20, peak: 50 });
  });

  it('makes none for tasks of a plain value', () => {
    const { time, manager, counts, create } = setUp({
      onCreate: () => timer(150, time).pipe(map(create)),
    });
    time.flush(1000);
    for (let i = 0; i < 50; i++) manager.queueTaskAsync(() => of(i)).subscribe();
    time.flush();
    expect(counts().created).toBe(5);
  });
});
