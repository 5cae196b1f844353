import * as fc from 'fast-check';
import {
  asyncScheduler,
  finalize,
  map,
  mergeMap,
  pipe,
  Subject,
  throwError,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import {
  fixed,
  InvalidConfigError,
  justInTimeStaffing,
  rateDeficit,
  squareRootStaffing,
  stabilise,
  TaskManager,
  wantEagerLooks,
  type Load,
  type ScalingPolicy,
  type TaskEvent,
  type TaskManagerConfig,
} from '../../src/index.js';
import {
  shadow,
  ShadowPolicyError,
  type ShadowOptions,
  type ShadowReport,
} from '../../src/simulation/index.js';
import { HeapScheduler } from '../../src/simulation/HeapScheduler.js';
import { heapUsed } from '../support/heap.js';
import { VirtualTime } from '../support/VirtualTime.js';

/** A manager in virtual time, whose workers take `startup` ms to come up. */
const setUp = ({
  startup = 0,
  time = new VirtualTime(),
  ...config
}: Partial<TaskManagerConfig<number>> & { startup?: number; time?: VirtualTime } = {}) => {
  const manager = new TaskManager<number>({
    onCreate: () => (startup === 0 ? 0 : timer(startup, time)),
    onDestroy: () => undefined,
    workerCount: 1,
    maxWorkerCount: 4,
    scaling: fixed(1),
    resourcePoolSize: 0,
    scheduler: time,
    ...config,
  });
  const ignore = (outcome: Observable<unknown>) => outcome.subscribe({ error: () => undefined });
  return {
    time,
    manager,
    /** Queues a task at a time; it fails with `error`, if there is one. */
    queue: (
      at: number,
      ms: number,
      { error, priority }: { error?: unknown; priority?: number } = {},
    ) =>
      time.at(at, () => {
        const failing = timer(ms, time).pipe(mergeMap(() => throwError(() => error)));
        const task = () => (error === undefined ? timer(ms, time) : failing);
        ignore(manager.queueTaskAsync(task, { priority }));
      }),
    watch: <K extends string>(policies: Record<K, ScalingPolicy>, options: ShadowOptions = {}) => {
      const reports: ShadowReport<K>[] = [];
      const outcome: unknown[] = [];
      const subscription = shadow(manager, policies, {
        every: 1000,
        window: 10_000,
        scheduler: time,
        ...options,
      }).subscribe({
        next: (report) => reports.push(report),
        error: (error: unknown) => outcome.push(error),
        complete: () => outcome.push('complete'),
      });
      return { reports, outcome, subscription };
    },
  };
};

/** As `fixed`, but at a look. */
const always = (workers: number): ScalingPolicy => map(() => workers);

/** More and fewer workers at certain times. */
const byTime: ScalingPolicy = map(({ time }: Load) => {
  if (time < 1200) return 2;
  if (time < 1700) return 3;
  return time === 1800 ? 3 : 2;
});

/** The times that the looks of simulations have. */
const looksAt = (times: number[]): ScalingPolicy =>
  map(({ time, current }: Load) => {
    times.push(time);
    return current;
  });

describe('shadow', () => {
  it('says what a manager did, and what other policies would have done', () => {
    const { time, queue, watch } = setUp();
    const { reports } = watch({ two: fixed(2), one: fixed(1) });
    for (const at of [10, 20, 30]) queue(at, 100);
    time.advanceTo(999);
    expect(reports).toEqual([]);
    time.advanceTo(1000);
    const one = {
      workers: 1,
      why: undefined,
      workerSeconds: 1,
      costRatio: 1 / 0.3,
      wait: { mean: 90, p50: 90, p95: 180, p99: 180, max: 180 }, // started at 10, 110 and 210
      workersStarted: 0,
      reversals: 0,
    };
    expect(reports).toEqual([
      {
        from: 0,
        to: 1000,
        tasks: 3,
        isCut: false,
        workerCount: 1,
        startup: 0,
        busySeconds: 0.3,
        actual: one,
        policies: {
          one,
          two: {
            ...one,
            workers: 2,
            workerSeconds: 2,
            costRatio: 2 / 0.3,
            wait: { mean: 80 / 3, p50: 0, p95: 80, p99: 80, max: 80 }, // started at 10, 20 and 110
            workersStarted: 1,
          },
        },
      },
    ]);
  });

  it('agrees with the manager on the policy that runs', () => {
    const policies = {
      jit: () => justInTimeStaffing(),
      sqrt: () => squareRootStaffing(),
      deficit: () => rateDeficit(),
      steady: (scheduler?: SchedulerLike) =>
        pipe(
          map(({ queued, busy }: Load) => (queued + busy) / 2),
          stabilise({ down: 300, scheduler }),
        ),
    };
    const task = fc.record({
      after: fc.oneof(fc.constant(0), fc.nat(20), fc.nat(800)),
      ms: fc.oneof(fc.nat(100), fc.nat(3000)),
      fails: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
      priority: fc.nat(2),
    });
    const cases = fc.record({
      policy: fc.constantFrom(...Object.values(policies)),
      tasks: fc.array(task, { maxLength: 60 }),
      workerCount: fc.nat(3),
      startup: fc.oneof(fc.constant(0), fc.nat(1500)),
      every: fc.integer({ min: 2000, max: 20_000 }),
    });
    let reversals = 0;
    let started = 0;
    fc.assert(
      fc.property(cases, ({ policy, tasks, workerCount, startup, every }) => {
        const time = new VirtualTime();
        const scaling = policy(time);
        const { queue, watch, manager } = setUp({
          time,
          startup,
          workerCount,
          maxWorkerCount: 8,
          scaling,
        });
        time.advanceTo(startup);
        let at = startup + 1;
        for (const { after, ms, fails, priority } of tasks) {
          at += after;
          queue(at, ms, { error: fails ? new Error('no') : undefined, priority });
        }
        // Half a ms: nothing happens at the moment of a report.
        const { reports } = watch(
          { same: policy() }, // in virtual time by itself
          { every: every + 0.5, window: 1e6, startup },
        );
        for (let n = 1; n < 4; n++) {
          time.advanceTo(startup + n * (every + 0.5));
          const { actual, policies: shadows } = reports[n - 1]!;
          expect(shadows.same).toEqual(actual);
          reversals += actual.reversals;
          started += actual.workersStarted;
        }
        void manager.kill();
      }),
      { numRuns: 60 },
    );
    expect(reversals).toBeGreaterThan(20);
    expect(started).toBeGreaterThan(100);
  }, 120_000);

  it('looks back as far as `window`', () => {
    const { time, queue, watch } = setUp();
    const { reports } = watch({ two: fixed(2) }, { window: 2000 });
    for (const at of [100, 200, 1300, 3400]) queue(at, 50);
    time.advanceTo(6000);
    expect(reports.map(({ from, to, tasks }) => [from, to, tasks])).toEqual([
      [0, 1000, 2],
      [0, 2000, 3],
      [1000, 3000, 1],
      [2000, 4000, 1],
      [3000, 5000, 1],
      [4000, 6000, 0],
    ]);
    expect(reports[2]!.actual).toMatchObject({ workerSeconds: 2, costRatio: 40 });
    expect(reports[5]!.policies.two).toMatchObject({ workers: 2, workerSeconds: 4, costRatio: 0 });
  });

  it('counts the rest of an earlier task, and not its wait', () => {
    const { time, queue, watch } = setUp();
    const { reports } = watch({ one: fixed(1) }, { window: 1000 });
    queue(900, 400); // 300 ms are left at 1000
    queue(950, 100); // waits until 1300
    queue(1200, 100); // waits until 1400
    time.advanceTo(2000);
    const { tasks, busySeconds, actual, policies } = reports[1]!;
    expect([tasks, busySeconds]).toEqual([1, 0.5]);
    expect(actual.wait.max).toBe(200);
    expect(policies.one).toEqual(actual);
  });

  it('puts tasks that ran before tasks that waited', () => {
    const { time, queue, watch } = setUp();
    const { reports } = watch({ one: fixed(1) }, { window: 1000 });
    queue(900, 80);
    queue(910, 100);
    queue(920, 100, { priority: 1 }); // from 980 to 1080
    queue(1010, 10, { priority: 1 });
    time.advanceTo(2000);
    const { actual, policies } = reports[1]!;
    expect(actual.wait.max).toBe(70);
    expect(policies.one).toEqual(actual);
  });

  it('has the base workers up when the window begins', () => {
    const { time, queue, watch } = setUp({ startup: 400 });
    time.advanceTo(400);
    const ready: number[] = [];
    const eager: ScalingPolicy = (loads) => {
      wantEagerLooks(loads);
      return loads.pipe(
        map((load) => {
          ready.push(load.ready);
          return 1;
        }),
      );
    };
    watch({ eager }, { window: 1000, startup: 400 });
    queue(1300, 400); // the second window begins at 1400
    time.advanceTo(2400);
    expect(new Set(ready)).toEqual(new Set([1]));
  });

  it('takes the mean as an unknown duration, or the time so far', () => {
    const { time, queue, watch } = setUp({ maxWorkerCount: 10 });
    const unfinished = new Map<number, number>();
    const four = map(({ time: at, busy, queued }: Load) => {
      unfinished.set(at, busy + queued);
      return 4;
    });
    const { reports } = watch({ four }, { config: { burstInterval: 50 } });
    queue(0, 100);
    queue(100, 5000); // 900 so far
    queue(200, 20); // waits: takes 100
    queue(200, 20);
    time.advanceTo(1000);
    const { tasks, busySeconds, actual, policies } = reports[0]!;
    expect([tasks, busySeconds]).toEqual([4, 1]);
    expect(actual.wait).toMatchObject({ p50: 0, max: 800 });
    expect(policies.four.wait.max).toBe(0); // four from 100 on
    expect([50, 150, 250, 350, 950].map((at) => unfinished.get(at))).toEqual([1, 1, 3, 1, 1]);
  });

  it('counts a retried task once, with the time of all its attempts', () => {
    const { time, manager, watch } = setUp({ checkHealth: () => false, maxRetries: 2 });
    const { reports } = watch({ one: fixed(1) });
    const outcome: unknown[] = [];
    manager
      .queueTaskAsync(() => timer(100, time).pipe(mergeMap(() => throwError(() => 'broken'))))
      .subscribe({ error: (error: unknown) => outcome.push((error as Error).name) });
    time.advanceTo(1000);
    expect(outcome).toEqual(['MaxRetriesExceededError']);
    const { tasks, busySeconds, actual, policies } = reports[0]!;
    expect([tasks, busySeconds]).toEqual([1, 0.3]);
    expect(actual).toMatchObject({ workersStarted: 3, workerSeconds: 1, wait: { max: 0 } });
    expect(policies.one).toMatchObject({ workersStarted: 0, workerSeconds: 1, wait: { max: 0 } });
  });

  it('lets a failed task fail in the simulations', () => {
    const { time, queue, watch } = setUp();
    const failed: number[] = [];
    const errors: unknown[] = [];
    const count = map((load: Load) => {
      failed.push(load.failed);
      errors.push(...(load.errors ?? []));
      return 1;
    });
    watch({ count });
    queue(0, 50, { error: new TypeError('no') });
    queue(0, 120);
    time.advanceTo(1000);
    expect(failed).toEqual([1]);
    expect(errors).toEqual(['TypeError']);
  });

  it('leaves out tasks that took no worker, and counts what a cancelled one took', () => {
    const { time, manager, watch } = setUp();
    const { reports } = watch({ one: fixed(1) });
    const running = manager.submit(() => timer(500, time)).subscribe();
    const waiting = manager.submit(() => timer(500, time)).subscribe();
    void manager.runTask(() => timer(100, time));
    time.at(200, () => {
      waiting.unsubscribe();
      running.unsubscribe();
    });
    time.advanceTo(1000);
    expect(reports[0]).toMatchObject({ tasks: 1, busySeconds: 0.2 });
    expect(reports[0]!.policies.one).toEqual(reports[0]!.actual);
  });

  it('takes up tasks that arrived before the subscription', () => {
    const { time, queue, watch } = setUp();
    queue(0, 300);
    queue(0, 300);
    time.advanceTo(100);
    const { reports } = watch({ one: fixed(1) });
    time.advanceTo(1100);
    expect(reports[0]).toMatchObject({ from: 100, tasks: 0, busySeconds: 0.5 });
    expect(reports[0]!.actual).toMatchObject({ workerSeconds: 1, costRatio: 2 });
  });

  it('measures how long workers take to come up', () => {
    const { time, queue, watch } = setUp({ startup: 400, scaling: always(2) });
    time.advanceTo(400);
    const { reports } = watch({ same: always(2) });
    queue(500, 2000);
    queue(500, 100);
    time.advanceTo(1400);
    const [report] = reports;
    expect(report!.startup).toBe(400);
    expect(report!.policies.same.wait.max).toBe(500); // a look at 600, and 400 until the worker is up
    expect(report!.policies.same).toEqual(report!.actual);
  });

  it('pays for a starting worker while an idle one leaves', () => {
    const { time, queue, watch } = setUp({ startup: 400, scaling: byTime });
    time.advanceTo(400);
    const { reports } = watch({ same: byTime });
    queue(500, 5000);
    time.advanceTo(2400);
    const { actual, policies } = reports[1]!;
    // One from 400 to 2400, and others from 600 to 1700, from 1200 to 1900 and from 1800 on: it comes up at 2200.
    expect(actual).toMatchObject({ workerSeconds: 4.4, workersStarted: 3, reversals: 3 });
    expect(policies.same).toEqual(actual);
  });

  it('has the clock of the manager, where that is ahead of its own', () => {
    const { time, manager } = setUp();
    const events$ = new Subject<TaskEvent>();
    const spans: number[][] = [];
    shadow(
      { events$, maxWorkerCount: 2, stats: () => manager.stats() },
      {},
      { every: 1000, window: 5000, scheduler: time },
    ).subscribe(({ from, to }) => spans.push([from, to]));
    time.advanceTo(500);
    events$.next({ type: 'state', time: 507, state: 'running' });
    time.advanceTo(1000);
    expect(spans).toEqual([[0, 1007]]);
  });

  it('takes another startup time, and other settings, from its options', () => {
    const { time, queue, watch } = setUp({ startup: 400, scaling: fixed(2) });
    time.advanceTo(400);
    const looks: number[] = [];
    const { reports } = watch(
      { looks: looksAt(looks), four: fixed(4) },
      { startup: 100, config: { workerCount: 3, maxWorkerCount: 3, burstInterval: 300 } },
    );
    queue(500, 700);
    time.advanceTo(1400);
    expect(reports[0]).toMatchObject({ workerCount: 3, startup: 100 });
    expect(reports[0]!.policies.four).toMatchObject({ workers: 3, workerSeconds: 3 });
    expect(looks).toEqual([800, 1100]);
  });

  it('learns the number of base workers from the manager', () => {
    const time = new VirtualTime();
    const { queue, watch } = setUp({ workerCount: 2, startup: 1500, scaling: fixed(2), time });
    const { reports } = watch({ one: fixed(1) });
    queue(0, 10);
    time.advanceTo(2000);
    expect(reports.map(({ workerCount }) => workerCount)).toEqual([0, 2]);
    const zero = setUp({ workerCount: 0, maxWorkerCount: 3, scaling: fixed(0) });
    const { reports: later } = zero.watch({ one: fixed(1) });
    zero.queue(0, 10);
    zero.time.advanceTo(1000);
    expect(later[0]).toMatchObject({ workerCount: 0, actual: { workersStarted: 1 } });
  });

  it('shortens the window when there are too many tasks, and says so', () => {
    const { time, queue, watch } = setUp({ scaling: fixed(4) });
    const { reports } = watch({ one: fixed(1) }, { maxTasks: 10, window: 3000 });
    for (let at = 0; at < 900; at += 50) queue(at, 20);
    queue(2100, 20);
    time.advanceTo(6000);
    expect(reports.map(({ from, tasks, isCut }) => [from, tasks, isCut])).toEqual([
      [400, 10, true],
      [400, 10, true],
      [450, 10, true],
      [500, 9, false], // 3500 ms: to half of `every`
      [2000, 1, false],
      [3000, 0, false],
    ]);
    expect(reports[0]!.actual.workerSeconds).toBeCloseTo(2.4, 6);
    expect(reports[0]!.policies.one.workerSeconds).toBeCloseTo(0.6, 6);
  });

  it('says why a policy has decided so', () => {
    const { time, queue, watch } = setUp({ scaling: justInTimeStaffing() });
    const { reports } = watch({ same: justInTimeStaffing() });
    for (let i = 0; i < 4; i++) queue(0, 2000);
    time.advanceTo(1000);
    expect(reports[0]!.policies.same.why?.reason).toEqual(expect.any(String));
    expect(reports[0]!.policies.same.why).toEqual(reports[0]!.actual.why);
  });

  it('lets the manager run between slices, in its own time', () => {
    const { time, manager, queue, watch } = setUp();
    const order: string[] = [];
    const virtual = new Set<boolean>();
    const policy = (name: string): ScalingPolicy =>
      map(() => {
        if (order.at(-1) !== name) order.push(name);
        virtual.add(asyncScheduler.now() < 1e6);
        return 1;
      });
    const { reports } = watch({ a: policy('a'), b: policy('b') });
    for (let at = 0; at < 900; at++) queue(at, 1);
    // A timer at the moment of the report that goes on as long as there is none.
    const between = (): void => {
      order.push('live');
      expect(asyncScheduler.now()).toBeGreaterThan(1e6);
      if (reports.length === 0) time.at(1000, between);
    };
    time.at(999, () => time.at(1000, between));
    time.advanceTo(1000);
    const isLive = order.map((each) => each === 'live');
    const turns = order.filter((each, i) => each !== 'live' || !isLive[i - 1]);
    expect(turns.filter((each) => each !== 'live').length).toBeGreaterThan(4);
    expect(turns.indexOf('b')).toBeGreaterThan(turns.lastIndexOf('a'));
    expect([...virtual]).toEqual([true]);
    expect(manager.stats().state).toBe('running');
  });

  it('records anew at each subscription', () => {
    const { time, manager, queue } = setUp();
    const report$ = shadow(manager, {}, { every: 1000, window: 5000, scheduler: time });
    const counts: [string, number][] = [];
    report$.subscribe(({ tasks }) => counts.push(['first', tasks]));
    queue(100, 10);
    time.advanceTo(500);
    report$.subscribe(({ tasks }) => counts.push(['second', tasks]));
    queue(600, 10);
    time.advanceTo(1500);
    expect(counts).toEqual([
      ['first', 2],
      ['second', 1],
    ]);
  });

  it.each([0, 500, 1000, 1500])('leaves nothing behind when unsubscribed from at %i ms', (at) => {
    const { time, manager } = setUp();
    const events$ = new Subject<TaskEvent>();
    const subscription = shadow(
      { events$, maxWorkerCount: 2, stats: () => manager.stats() },
      { one: fixed(1), two: fixed(2) },
      { every: 1000, window: 5000, scheduler: time },
    ).subscribe();
    expect([events$.observed, time.timers]).toEqual([true, 1]);
    time.at(at, () => subscription.unsubscribe());
    time.advanceTo(at);
    expect([events$.observed, time.timers]).toEqual([false, 0]);
  });

  it('ends a simulation that is under way when unsubscribed from', () => {
    const time = new HeapScheduler();
    const { manager } = setUp({ scheduler: time });
    let looks = 0;
    let ends = 0;
    const policy: ScalingPolicy = (loads) =>
      loads.pipe(
        map(() => ++looks && 1),
        finalize(() => {
          expect(asyncScheduler.now()).toBeLessThan(1e6);
          ends++;
        }),
      );
    const subscription = shadow(
      manager,
      { policy },
      { every: 10_000, window: 10_000, scheduler: time },
    ).subscribe();
    for (let i = 0; i < 2000; i++) manager.queueTaskAsync(() => timer(1, time));
    while (looks === 0) time.step();
    const seen = looks;
    expect(ends).toBe(0);
    subscription.unsubscribe();
    expect(ends).toBe(1);
    time.flush();
    expect([looks, time.timers]).toEqual([seen, 0]);
  });

  it('completes with the manager, at once', async () => {
    const { time, manager, queue, watch } = setUp();
    const { reports, outcome } = watch({ two: fixed(2) });
    queue(0, 100);
    time.advanceTo(1500);
    void manager.stop();
    expect(outcome).toEqual(['complete']);
    expect(time.timers).toBe(0);
    expect(reports).toHaveLength(1);
    expect(watch({ two: fixed(2) }).outcome).toEqual(['complete']);
    await Promise.resolve();
  });

  it('passes on an error of the events', () => {
    const { time, manager } = setUp();
    const events$ = new Subject<TaskEvent>();
    const errors: unknown[] = [];
    shadow(
      { events$, maxWorkerCount: 2, stats: () => manager.stats() },
      { two: fixed(2) },
      { scheduler: time },
    ).subscribe({ error: (error: unknown) => errors.push(error) });
    events$.error('over');
    expect(errors).toEqual(['over']);
    expect(time.timers).toBe(0);
  });

  it('names the policy that throws', () => {
    const { time, queue, watch } = setUp();
    const cause = new Error('no load is good enough');
    const { outcome } = watch({
      two: fixed(2),
      bad: map((): number => {
        throw cause;
      }),
    });
    queue(0, 500);
    time.advanceTo(1000);
    expect(outcome).toEqual([expect.any(ShadowPolicyError)]);
    expect(outcome[0]).toMatchObject({ policy: 'bad', cause, name: 'ShadowPolicyError' });
    expect((outcome[0] as Error).message).toContain('Expected policy `bad`');
    expect(time.timers).toBe(0);
  });

  it('holds no more than `maxTasks` tasks', async () => {
    const { time, manager } = setUp();
    const events$ = new Subject<TaskEvent>();
    let count = 0;
    const subscription = shadow(
      { events$, maxWorkerCount: 2, stats: () => manager.stats() },
      {},
      { scheduler: time, maxTasks: 1000 },
    ).subscribe(() => count++);
    const before = await heapUsed();
    const task = { label: undefined, priority: 0, attempt: 0, direct: false, worker: 1 };
    for (let id = 1; id < 20_000; id++) {
      const times = { queuedAt: id, startedAt: id, finishedAt: id, time: id };
      events$.next({ ...task, ...times, type: 'arrived', id });
      events$.next({ ...task, ...times, type: 'started', id });
      events$.next({ ...task, ...times, type: 'completed', id, result: undefined });
    }
    expect(await heapUsed()).toBeLessThan(before + 1_000_000);
    time.advanceTo(60_000); // keeps the recording alive until here
    expect(count).toBe(1);
    subscription.unsubscribe();
  }, 60_000);

  it.each<[string, ShadowOptions]>([
    ['every', { every: 0 }],
    ['every', { every: NaN }],
    ['every', { every: 2 ** 31, window: 2 ** 32 }],
    ['every', { every: 1001, window: 1000 }],
    ['window', { window: Infinity }],
    ['window', { window: -1 }],
    ['startup', { startup: -1 }],
    ['startup', { startup: Infinity }],
    ['maxTasks', { maxTasks: 0 }],
    ['maxTasks', { maxTasks: 1.5 }],
    ['scheduler', { scheduler: {} as never }],
    ['options', 1 as never],
    ['config', { config: 1 as never }],
    ['config.burstInterval', { config: { burstInterval: 0 } }],
    ['config.concurrency', { config: { concurrency: new Subject<number>() } }],
    ['burstInterval', { config: { burstInterval: -1 } }],
    ['rateWindow', { config: { rateWindow: 0 } }],
    ['discipline', { config: { discipline: 1 as never } }],
    ['workerCount', { config: { workerCount: -1 } }],
    ['maxWorkerCount', { config: { workerCount: 5, maxWorkerCount: 2 } }],
    ['maxWorkerCount', { config: { workerCount: 5 } }],
  ])('refuses a wrong %s: %j', (field, options) => {
    const { manager } = setUp();
    const act = () => shadow(manager, { two: fixed(2) }, options);
    expect(act).toThrow(InvalidConfigError);
    expect(act).toThrow(expect.objectContaining({ field }) as Error);
  });

  it('refuses what is no manager, and what is no policy', () => {
    const { manager } = setUp();
    for (const wrong of [undefined, null, {}, { events$: manager.events$ }]) {
      expect(() => shadow(wrong as never, {})).toThrow('Expected `manager` to be a TaskManager');
    }
    for (const wrong of [undefined, null, 1]) {
      expect(() => shadow(manager, wrong as never)).toThrow('Expected `policies` to be an object');
    }
    expect(() => shadow(manager, { two: 2 } as never)).toThrow('Expected `policies.two` to be');
  });
});
