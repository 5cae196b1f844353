import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import {
  asyncScheduler,
  ignoreElements,
  map,
  Observable,
  of,
  pipe,
  take,
  tap,
  throwError,
  timer,
} from 'rxjs';
import {
  fixed,
  InvalidConfigError,
  rateDeficit,
  stabilise,
  WorkerCountMustBePositiveError,
  type ScalingPolicy,
} from '../../src/index.js';
import {
  simulate,
  SimulationStalledError,
  type SimulatedTask,
  type SimulationConfig,
  type SimulationReport,
} from '../../src/simulation/index.js';
import { poisson } from './workload.js';

const one: SimulationConfig = { workerCount: 1, maxWorkerCount: 1 };
const once: SimulatedTask[] = [{ at: 0, duration: 1000 }];

/** A policy with a list of targets, one for each look. */
const script =
  (...targets: number[]): ScalingPolicy =>
  (loads) =>
    loads.pipe(
      take(targets.length),
      map((_, i) => targets[i]!),
    );

const thrownBy = (act: () => unknown): unknown => {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
};

describe('simulate', () => {
  it('tells of waits, workers and costs', () => {
    const { timeline, ...report } = simulate({
      tasks: [
        { at: 0, duration: 100 },
        { at: 10, duration: 100 },
        { at: 20, duration: 100, priority: 1 },
      ],
      config: one,
    });
    expect(report).toEqual({
      tasks: 3,
      duration: 300,
      wait: { mean: 90, p50: 80, p95: 190, p99: 190, max: 190 },
      waitByPriority: new Map([
        [1, { mean: 80, p50: 80, p95: 80, p99: 80, max: 80 }],
        [0, { mean: 95, p50: 0, p95: 190, p99: 190, max: 190 }],
      ]),
      workerSeconds: 0.3,
      busySeconds: 0.3,
      costRatio: 1,
      workersStarted: 1,
      scaleActions: 0,
      reversals: 0,
      peakWorkers: 1,
    });
    expect([...report.waitByPriority.keys()]).toEqual([1, 0]);
    expect(timeline).toHaveLength(300);
  });

  it('gives a report of zeros for no tasks', () => {
    expect(simulate({ tasks: [], config: one })).toEqual({
      tasks: 0,
      duration: 0,
      wait: { mean: 0, p50: 0, p95: 0, p99: 0, max: 0 },
      waitByPriority: new Map(),
      workerSeconds: 0,
      busySeconds: 0,
      costRatio: 0,
      workersStarted: 0,
      scaleActions: 0,
      reversals: 0,
      peakWorkers: 0,
      timeline: [],
    });
  });

  it('lets time begin with the first arrival, wherever the count begins', () => {
    const tasks = [...poisson({ count: 50, rate: 1, mean: 2 })].map((task) => ({
      ...task,
      at: Math.floor(task.at),
    }));
    const later = tasks.map((task) => ({ ...task, at: task.at + 1_700_000_000_000 }));
    const config = { workerCount: 1, maxWorkerCount: 8 };
    expect(simulate({ tasks: later, config })).toEqual(simulate({ tasks, config }));
  });

  it('takes tasks that take no time', () => {
    const { tasks, duration, wait, costRatio } = simulate({
      tasks: [
        { at: 5, duration: 0 },
        { at: 5, duration: 0 },
      ],
      config: one,
    });
    expect([tasks, duration, wait.max, costRatio]).toEqual([2, 0, 0, 0]);
  });

  it('gives the same result to the bit each time', () => {
    const run = (): SimulationReport =>
      simulate({
        tasks: poisson({ count: 5000, rate: 0.02, mean: 300, priorities: 3 }),
        config: { workerCount: 2, maxWorkerCount: 30 },
        startup: (n) => 100 * (n % 7),
      });
    expect(run()).toEqual(run());
    expect(run().scaleActions).toBeGreaterThan(10);
  });

  describe('start-up', () => {
    it('adds to the wait and to the cost', () => {
      const { wait, workerSeconds, busySeconds, duration } = simulate({
        tasks: once,
        config: one,
        startup: 250,
      });
      expect([wait.max, workerSeconds, busySeconds, duration]).toEqual([250, 1.25, 1, 1250]);
    });

    it('depends on the number of the worker', () => {
      const asked: number[] = [];
      const { wait, workersStarted } = simulate({
        tasks: Array<SimulatedTask>(3).fill({ at: 0, duration: 1000 }),
        config: { workerCount: 2, maxWorkerCount: 3, scaling: script(3) },
        startup: (n) => {
          asked.push(n);
          return [0, 50, 300][n]!;
        },
      });
      expect(asked).toEqual([0, 1, 2]);
      expect([wait.p50, wait.max, workersStarted]).toEqual([50, 400, 3]); // the look is at 100
    });

    it('is paid for to its end when the worker is given up earlier', () => {
      const { workerSeconds, workersStarted, peakWorkers, timeline } = simulate({
        tasks: once,
        config: { workerCount: 1, maxWorkerCount: 3, scaling: script(3, 1, 2, 2, 1) },
        startup: (n) => (n === 0 ? 0 : n === 3 ? 150 : 400),
      });
      expect(workersStarted).toBe(4);
      expect(workerSeconds).toBeCloseTo(1 + 2 * 0.4 + 0.2); // the last worker is up when it is released
      expect(peakWorkers).toBe(3); // not 4, since two were given up
      const levels = timeline.map(({ workers }) => workers);
      expect([50, 150, 250, 350, 450, 550, 950].map((time) => levels[time - 1])).toEqual([
        1, 3, 1, 2, 2, 1, 1,
      ]);
    });
  });

  it('lets given-up workers take their time', () => {
    const types = new Set<string>();
    const config = { workerCount: 1, maxWorkerCount: 3, scaling: script(3, 1), releaseTimeout: 1 };
    simulate({
      tasks: once,
      config,
      startup: (n) => (n === 0 ? 0 : 400),
      onEvent: ({ type }) => types.add(type),
    });
    expect(types).toContain('scaled');
    expect(types).not.toContain('resourceFailed');
  });

  describe('the end', () => {
    it('comes with the last task, even while a worker is starting', () => {
      const { workerSeconds, duration } = simulate({
        tasks: once,
        config: { workerCount: 1, maxWorkerCount: 2, scaling: script(2) },
        startup: (n) => (n === 0 ? 0 : 5000),
      });
      expect(duration).toBe(1000);
      expect(workerSeconds).toBeCloseTo(1 + 0.9);
    });
  });

  describe('a task that fails', () => {
    const broken: SimulatedTask = { at: 0, duration: 100, fails: new Error('broken') };

    it('ends and does not count in the waits', () => {
      const { tasks, wait, waitByPriority, busySeconds, workersStarted } = simulate({
        tasks: [broken, { at: 0, duration: 50 }],
        config: one,
      });
      expect([tasks, wait.mean, busySeconds, workersStarted]).toEqual([2, 100, 0.15, 1]);
      expect(waitByPriority.get(0)).toEqual(wait);
    });

    it('is retried on another worker when checkHealth says so', () => {
      const seen: unknown[] = [];
      const { busySeconds, costRatio, workersStarted, workerSeconds, peakWorkers } = simulate({
        tasks: [broken],
        config: {
          ...one,
          maxRetries: 2,
          checkHealth: (error) => {
            seen.push(error);
            return false;
          },
        },
        startup: 10,
      });
      expect(seen).toEqual([broken.fails, broken.fails, broken.fails]);
      expect(busySeconds).toBeCloseTo(0.3);
      expect(workersStarted).toBe(3); // the simulation is over before the third is replaced
      expect(workerSeconds).toBeCloseTo(0.33);
      expect(costRatio).toBeCloseTo(3.3);
      expect(peakWorkers).toBe(1);
    });
  });

  describe('a task that is tried again after a delay', () => {
    const broken: SimulatedTask = { at: 0, duration: 100, fails: new Error('broken') };

    it('has all of its attempts counted, and no delay', () => {
      const report = simulate({
        tasks: [broken],
        config: { ...one, retry: { count: 2, delay: 1000 } },
      });
      expect(report.duration).toBe(2300);
      expect(report.busySeconds).toBeCloseTo(0.3);
    });

    it('has each attempt counted once where the notifier ends the task', () => {
      const { busySeconds, duration } = simulate({
        tasks: [broken],
        config: { ...one, retry: { delay: () => timer(1000).pipe(ignoreElements()) } },
      });
      expect(duration).toBe(1100);
      expect(busySeconds).toBeCloseTo(0.1);
    });
  });

  describe('a policy', () => {
    it('has its changes and its reversals counted', () => {
      const { scaleActions, reversals, workersStarted, peakWorkers } = simulate({
        tasks: once,
        config: {
          workerCount: 1,
          maxWorkerCount: 9,
          scaling: script(2, 3, 3, 1, 2, 1, 5, 6),
        },
      });
      expect([scaleActions, reversals]).toEqual([7, 4]);
      expect([workersStarted, peakWorkers]).toEqual([1 + 2 + 1 + 4 + 1, 6]);
    });

    it('runs in virtual time without a scheduler', () => {
      const { timeline, scaleActions } = simulate({
        tasks: once,
        config: {
          workerCount: 1,
          maxWorkerCount: 5,
          scaling: pipe(script(5, 1), stabilise({ down: 400 })),
        },
      });
      expect(scaleActions).toBe(2);
      expect(timeline.filter(({ workers }) => workers === 5).map(({ time }) => time)).toEqual(
        Array.from({ length: 500 }, (_, i) => 100 + i),
      );
    });

    it('leaves the time of RxJS unchanged', () => {
      const { now } = asyncScheduler;
      const schedule = asyncScheduler.schedule;
      simulate({
        tasks: once,
        config: {
          ...one,
          scaling: pipe(
            tap(() => simulate({ tasks: once, config: one })),
            map(() => 1),
          ),
        },
      });
      expect(() =>
        simulate({ tasks: once, config: { ...one, scaling: () => throwError(() => 'wrong') } }),
      ).toThrow('wrong');
      expect(asyncScheduler.now).toBe(now);
      expect(asyncScheduler.schedule).toBe(schedule);
      expect(Object.hasOwn(asyncScheduler, 'schedule')).toBe(false);
    });

    it('follows the backlog when burstTaskThreshold says so', () => {
      const { peakWorkers } = simulate({
        tasks: Array<SimulatedTask>(10).fill({ at: 0, duration: 1000 }),
        config: { workerCount: 1, burstTaskThreshold: 2, burstWorkerCount: 4 },
      });
      expect(peakWorkers).toBe(5);
    });

    it.each<[string, ScalingPolicy, unknown]>([
      [
        'throws at its call',
        () => {
          throw new Error('called');
        },
        new Error('called'),
      ],
      [
        'has an error',
        map(() => {
          throw new Error('looked');
        }),
        new Error('looked'),
      ],
      [
        'gives no number',
        () => of(NaN),
        new InvalidConfigError('scaling', NaN, 'a stream of numbers of workers'),
      ],
    ])('ends the simulation with the error when the policy %s', (_, scaling, error) => {
      expect(() => simulate({ tasks: once, config: { workerCount: 1, scaling } })).toThrow(
        error as Error,
      );
    });
  });

  describe('the config', () => {
    it('accepts the fields of a manager, and uses no resource and no logger', () => {
      const unwanted = jest.fn();
      const log = { debug: unwanted, info: unwanted, warn: unwanted, error: unwanted };
      const config = {
        ...one,
        onCreate: unwanted,
        onDestroy: unwanted,
        resourcePoolSize: 7,
        signal: AbortSignal.abort(),
        logger: log,
        collector: undefined,
        abortGrace: 1,
        releaseTimeout: 1,
        scheduler: asyncScheduler,
      };
      expect(simulate({ tasks: once, config })).toEqual(simulate({ tasks: once, config: one }));
      expect(unwanted).not.toHaveBeenCalled();
    });

    it('is checked even without tasks', () => {
      expect(() => simulate({ tasks: [], config: { workerCount: 0 } })).toThrow(
        WorkerCountMustBePositiveError,
      );
      expect(() => simulate({ tasks: [], config: undefined as never })).toThrow(
        'Expected `config` to be an object, got undefined',
      );
      expect(() => simulate(undefined as never)).toThrow(
        'Expected `options` to be an object, got undefined',
      );
    });
  });

  describe('a bad task', () => {
    const good = { at: 10, duration: 1 };

    it.each<[string, unknown, string]>([
      ['at', { at: NaN, duration: 1 }, '`tasks[2].at` to be a finite number of ms, got NaN'],
      ['at', { at: '11', duration: 1 }, '`tasks[2].at` to be a finite number of ms, got "11"'],
      ['at', { at: Infinity, duration: 1 }, 'got Infinity'],
      ['at', { at: 9, duration: 1 }, 'to be >= that of the task before (10); sort by `at`, got 9'],
      [
        'duration',
        { at: 11, duration: -1 },
        '`tasks[2].duration` to be a finite number of ms >= 0, got -1',
      ],
      ['duration', { at: 11, duration: Infinity }, 'got Infinity'],
      ['duration', { at: 11 }, 'got undefined'],
      [
        'priority',
        { at: 11, duration: 1, priority: NaN },
        '`tasks[2].priority` to be a finite number, or left out, got NaN',
      ],
      ['', null, 'Expected `tasks[2]` to be an object, got null'],
    ])('is refused by its index and field: %s of %j', (field, task, message) => {
      let isClosed = false;
      function* tasks(): Generator<SimulatedTask> {
        try {
          yield* [good, good, task as SimulatedTask, good];
        } finally {
          isClosed = true;
        }
      }
      const error = thrownBy(() => simulate({ tasks: tasks(), config: one }));
      expect(error).toBeInstanceOf(InvalidConfigError);
      expect((error as InvalidConfigError).field).toBe(`tasks[2]${field && `.${field}`}`);
      expect((error as InvalidConfigError).message).toContain(message);
      expect(isClosed).toBe(true);
    });

    it.each([undefined, null, 5, {}])(
      'is refused when the list cannot be iterated: %p',
      (tasks) => {
        expect(() => simulate({ tasks: tasks as never, config: one })).toThrow(
          '`tasks` to be iterable',
        );
      },
    );
  });

  it.each<[unknown, string]>([
    [-1, '`startup` to be a finite number of ms >= 0, got -1'],
    [Infinity, '`startup` to be a finite number of ms >= 0, got Infinity'],
    ['1', '`startup` to be a finite number of ms >= 0, got "1"'],
    [(n: number) => (n === 0 ? 5 : NaN), '`startup(1)` to be a finite number of ms >= 0, got NaN'],
  ])('refuses a start-up of %p', (startup, message) => {
    expect(() =>
      simulate({ tasks: once, config: { workerCount: 2 }, startup: startup as number }),
    ).toThrow(message);
  });

  it('tells of each event', () => {
    const seen: string[] = [];
    simulate({
      tasks: once,
      config: one,
      startup: 200,
      onEvent: ({ type, time }) => seen.push(`${type} ${time}`),
    });
    expect(seen.filter((each) => !each.startsWith('state'))).toEqual([
      'arrived 0',
      'workerStarted 200',
      'started 200',
      'completed 1200',
      'workerStopped 1200',
    ]);
  });

  it('throws the error that onEvent throws', () => {
    const error = new Error('heard enough');
    const onEvent = (): void => {
      throw error;
    };
    expect(thrownBy(() => simulate({ tasks: once, config: one, onEvent }))).toBe(error);
  });

  it('ends with an error when no task ends any more', () => {
    const endless: ScalingPolicy = () =>
      new Observable(() =>
        asyncScheduler.schedule(function () {
          this.schedule(undefined, 0.001);
        }),
      );
    const error = thrownBy(() =>
      simulate({
        tasks: [...once, { at: 500, duration: 1e12 }],
        config: { ...one, scaling: endless },
      }),
    );
    expect(error).toBeInstanceOf(SimulationStalledError);
    expect(error).toMatchObject({ name: 'SimulationStalledError', unfinished: 1 });
    expect((error as SimulationStalledError).time).toBeCloseTo(1000 + 2000, 0);
  });

  it('reads the tasks one by one, as time goes on', () => {
    let read = 0;
    let isClosed = false;
    function* tasks(): Generator<SimulatedTask> {
      const task = { at: 0, duration: 150 }; // always the same object
      try {
        for (;;) {
          read++;
          yield task;
          task.at += 100;
        }
      } finally {
        isClosed = true;
      }
    }
    const ahead: number[] = [];
    const scaling = map(({ time }: { time: number }) => {
      ahead.push(read - time / 100);
      if (time === 5000) throw new Error('enough');
      return 1;
    });
    expect(() => simulate({ tasks: tasks(), config: { ...one, scaling } })).toThrow('enough');
    expect(ahead).toEqual(Array(50).fill(2)); // the task of that moment and the next task
    expect(isClosed).toBe(true);
  });

  it('has a bounded timeline of all tasks', () => {
    const count = 3000;
    const { timeline, duration, tasks, peakWorkers } = simulate({
      tasks: poisson({ count, rate: 0.01, mean: 300 }),
      config: { workerCount: 1, maxWorkerCount: 40 },
    });
    expect(tasks).toBe(count);
    expect(timeline.length).toBeGreaterThan(400);
    expect(timeline.length).toBeLessThanOrEqual(1000);
    expect(timeline.at(-1)).toMatchObject({ time: duration, busy: 0, queued: 0 });
    let before = 0;
    let arrived = 0;
    let ended = 0;
    for (const { time, workers, busy, arrivalRate, completionRate } of timeline) {
      expect(time).toBeGreaterThan(before);
      expect(busy).toBeLessThanOrEqual(workers);
      expect(workers).toBeLessThanOrEqual(peakWorkers);
      arrived += (arrivalRate * (time - before)) / 1000;
      ended += (completionRate * (time - before)) / 1000;
      before = time;
    }
    expect(arrived).toBeCloseTo(count);
    expect(ended).toBeCloseTo(count);
  });

  it('leaves tasks that fail out of the completions', () => {
    const tasks = [0, 10, 20, 30].map((at, i) => ({
      ...{ at, duration: 10 },
      ...(i > 0 && { fails: 'on purpose' }),
    }));
    const report = simulate({ tasks, config: { workerCount: 1, maxWorkerCount: 1 } });
    let [arrived, completed, before] = [0, 0, 0];
    for (const { time, arrivalRate, completionRate } of report.timeline) {
      arrived += (arrivalRate * (time - before)) / 1000;
      completed += (completionRate * (time - before)) / 1000;
      before = time;
    }
    expect(report.tasks).toBe(4);
    expect(arrived).toBeCloseTo(4);
    expect(completed).toBeCloseTo(1);
    expect(report.timeline.at(-1)).toMatchObject({ time: 40, busy: 0, queued: 0 });
  });
});

describe('simulate, of random tasks', () => {
  const tasks = fc
    .array(
      fc.record({
        gap: fc.nat(50),
        duration: fc.nat(100),
        priority: fc.integer({ min: -1, max: 1 }),
      }),
      { minLength: 1, maxLength: 60 },
    )
    .map((rows) => {
      let at = 0;
      return rows.map(({ gap, ...task }, i) => ({ ...task, at: (at += i === 0 ? 0 : gap) }));
    });
  const policies: Record<string, ScalingPolicy | undefined> = {
    squareRootStaffing: undefined,
    rateDeficit: rateDeficit(),
    fixed: fixed(3),
  };
  const settings = fc.record({
    workerCount: fc.integer({ min: 1, max: 4 }),
    burst: fc.nat(5),
    startup: fc.nat(200),
    policy: fc.constantFrom(...Object.keys(policies)),
  });

  it('never loses or invents work, and pays for at least the work', () => {
    fc.assert(
      fc.property(tasks, settings, (list, { workerCount, burst, startup, policy }) => {
        const report = simulate({
          tasks: list,
          config: { workerCount, maxWorkerCount: workerCount + burst, scaling: policies[policy] },
          startup,
        });
        const work = list.reduce((sum, { duration }) => sum + duration, 0);
        const { duration, workerSeconds, wait, timeline } = report;
        expect(report.tasks).toBe(list.length);
        expect(report.busySeconds).toBeCloseTo(work / 1000);
        expect(report.costRatio).toBeCloseTo(work === 0 ? 0 : (workerSeconds * 1000) / work);
        expect(report.peakWorkers).toBeGreaterThanOrEqual(workerCount);
        expect(workerSeconds).toBeGreaterThanOrEqual(report.busySeconds - 1e-9);
        expect(report.peakWorkers).toBeLessThanOrEqual(workerCount + burst);
        if (startup === 0) {
          expect(workerSeconds).toBeLessThanOrEqual((report.peakWorkers * duration) / 1000 + 1e-9);
        }
        expect(wait.p50).toBeLessThanOrEqual(wait.p95);
        expect(wait.p95).toBeLessThanOrEqual(wait.p99);
        expect(wait.p99).toBeLessThanOrEqual(wait.max);
        expect(wait.mean).toBeLessThanOrEqual(wait.max);
        for (const { busy, workers } of timeline) {
          expect(busy).toBeLessThanOrEqual(workers);
          expect(workers).toBeLessThanOrEqual(report.peakWorkers);
        }
      }),
    );
  });

  it('pays for each of a fixed number of workers all the time', () => {
    fc.assert(
      fc.property(tasks, fc.integer({ min: 1, max: 5 }), (list, workerCount) => {
        const report = simulate({ tasks: list, config: { workerCount, burstInterval: 0 } });
        const { workerSeconds, duration, workersStarted, peakWorkers } = report;
        expect(workerSeconds).toBeCloseTo((workerCount * duration) / 1000);
        expect([workersStarted, peakWorkers]).toEqual([workerCount, workerCount]);
      }),
    );
  });
});

describe('simulate, against queueing theory', () => {
  it('gives the waits of the recursion of Lindley, for one worker', () => {
    const list = [...poisson({ count: 20_000, rate: 0.9, mean: 1 })];
    let wait = 0;
    const waits = list.map(({ at, duration }, i) => {
      const result = wait;
      wait = Math.max(0, wait + duration - ((list[i + 1]?.at ?? 0) - at));
      return result;
    });
    waits.sort((a, b) => a - b);
    const { wait: actual } = simulate({ tasks: list, config: { ...one, scaling: fixed(1) } });
    expect(actual.p50).toBeCloseTo(waits[9_999]!, 6);
    expect(actual.p95).toBeCloseTo(waits[18_999]!, 6);
    expect(actual.p99).toBeCloseTo(waits[19_799]!, 6);
    expect(actual.max).toBeCloseTo(waits[19_999]!, 6);
    expect(actual.mean).toBeCloseTo(waits.reduce((sum, each) => sum + each) / 20_000, 6);
  });

  interface Vectors {
    mmc: {
      lambda: number;
      mu: number;
      servers: number;
      meanWait: number;
      p95Wait: number;
      p99Wait: number;
    }[];
  }
  const { mmc } = JSON.parse(
    readFileSync(join(__dirname, '../vectors/queueing.json'), 'utf8'),
  ) as Vectors;

  it('comes close to the waits of M/M/c', () => {
    const row = mmc.find(({ lambda, servers }) => servers === 8 && lambda === 6.4)!;
    const runs = Array.from({ length: 12 }, (_, i) =>
      simulate({
        tasks: poisson({ count: 20_000, rate: row.lambda / 1000, mean: 1000 / row.mu, seed: i }),
        config: { workerCount: row.servers, burstInterval: 0 },
      }),
    );
    const expectMean = (exact: number, of: (report: SimulationReport) => number): void => {
      const values = runs.map(of);
      const mean = values.reduce((sum, each) => sum + each) / values.length;
      const variance =
        values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (values.length - 1);
      const error = Math.sqrt(variance / values.length);
      expect(error).toBeLessThan(0.06 * exact);
      expect(Math.abs(mean - exact)).toBeLessThan(4 * error);
    };
    expectMean(row.meanWait * 1000, ({ wait }) => wait.mean);
    expectMean(row.p95Wait * 1000, ({ wait }) => wait.p95);
  });
});
