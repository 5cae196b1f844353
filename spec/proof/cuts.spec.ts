import {
  concat,
  finalize,
  from,
  map,
  merge,
  mergeMap,
  type Observable,
  of,
  Subject,
  throwError,
  timer,
  type SchedulerLike,
  type Subscription,
} from 'rxjs';
import {
  aimd,
  justInTimeStaffing,
  runTasks,
  TaskManager,
  TaskManagerStoppedError,
  type TaskEvent,
  type TaskFunction,
  type TaskManagerConfig,
  type TaskOptions,
  type TaskRequest,
  type TaskStats,
} from '../../src/index.js';
import { cutAtEveryStep, type Run } from '../support/cutAtEveryStep.js';
import { HeapScheduler, type Work } from '../../src/simulation/HeapScheduler.js';
import { report } from '../support/soak.js';

const broken = new Error('broken');
const failure = new Error('failure');

type Task = TaskFunction<number, unknown>;

interface Scenario {
  config?: Partial<TaskManagerConfig<number>>;
  /** The time of a creation and of a release, in ms; 0 is at once. */
  creation?: number;
  release?: number;
  /** The limits of starts, at their times. */
  limits?: readonly (readonly [time: number, limit: number])[];
  /** Submits the tasks, by `queue` or `run`, at their times. */
  tasks: (at: (time: number, act: () => void) => void, actions: Actions) => void;
}

interface Actions {
  time: HeapScheduler;
  queue: (task: Task, options?: TaskOptions) => void;
  /** `runTask`, if the scenario has a manager. */
  run: (task: Task, options?: TaskOptions) => void;
  wait: (ms: number, result?: unknown) => Observable<unknown>;
  manager: TaskManager<number> | undefined;
}

const scenarios: Record<string, Scenario> = {
  'mixed tasks with retries': {
    release: 3,
    tasks: (at, { time, queue, wait }) => {
      at(0, () => {
        queue(() => 'value');
        queue(() => wait(10));
        queue((_, { attempt }) =>
          wait(5).pipe(
            map(() => {
              if (attempt < 2) throw broken;
            }),
          ),
        );
        queue(() => concat(of(1), wait(3), of(2)));
        queue(() => throwError(() => failure));
        queue(() => {
          throw broken;
        });
      });
      at(4, () => queue(() => new Promise((resolve) => wait(6).subscribe(resolve))));
      at(7, () => queue(() => wait(30), { timeout: 8 }));
      at(7, () =>
        queue(() => new Promise((resolve) => wait(25).subscribe(resolve)), { timeout: 5 }),
      );
      at(8, () => {
        const controller = new AbortController();
        queue(() => wait(20), { signal: controller.signal });
        queue(() => wait(20), { signal: controller.signal });
        time.schedule(() => controller.abort(), 6);
      });
    },
  },
  'slow creations and releases': {
    creation: 12,
    release: 7,
    config: { maxWorkerCount: 4, burstInterval: 5 },
    tasks: (at, { queue, wait }) => {
      for (let time = 0; time < 30; time += 5) at(time, () => queue(() => wait(9)));
      at(20, () =>
        queue(() =>
          wait(3).pipe(
            map(() => {
              throw broken;
            }),
          ),
        ),
      );
    },
  },
  bursts: {
    creation: 2,
    release: 1,
    config: { workerCount: 1, maxWorkerCount: 6, burstInterval: 3, rateWindow: 20 },
    tasks: (at, { queue, wait }) => {
      for (const time of [0, 40]) {
        at(time, () => {
          for (let i = 0; i < 8; i++) queue(() => wait(4));
        });
      }
    },
  },
  runTask: {
    creation: 4,
    release: 2,
    config: { workerCount: 1, maxWorkerCount: 1, resourcePoolSize: 2 },
    tasks: (at, { queue, run, wait }) => {
      at(0, () => {
        for (let i = 0; i < 3; i++) run(() => wait(5));
        queue(() => wait(6));
      });
      at(7, () => {
        for (let i = 0; i < 4; i++) run(() => wait(3 + i));
        run(() => throwError(() => broken));
        run(() => wait(20), { timeout: 6 });
        run(() => new Promise((resolve) => wait(12).subscribe(resolve)), { timeout: 6 });
      });
    },
  },
  'priorities, paused for a while': {
    config: { resourcePoolSize: 0 },
    tasks: (at, { queue, wait, manager }) => {
      at(0, () => {
        for (const priority of [0, 3, -1, 1, 3]) queue(() => wait(6), { priority });
      });
      at(5, () => manager?.pause());
      at(5, () => queue(() => wait(2), { priority: 9 }));
      at(14, () => manager?.resume());
      at(15, () =>
        queue((_, { attempt }) => (attempt === 0 ? throwError(() => broken) : wait(3)), {
          priority: 2,
        }),
      );
    },
  },
  'eager looks from 0 workers': {
    creation: 4,
    release: 2,
    config: {
      workerCount: 0,
      maxWorkerCount: 3,
      burstInterval: 7,
      rateWindow: 20,
      scaling: justInTimeStaffing({ wait: 12 }),
    },
    tasks: (at, { queue, wait, manager }) => {
      for (const time of [0, 3, 30]) {
        at(time, () => {
          for (let i = 0; i < 4; i++) queue(() => wait(6));
        });
      }
      at(5, () => manager?.pause());
      at(12, () => manager?.resume());
      at(33, () => queue((_, { attempt }) => (attempt === 0 ? throwError(() => broken) : wait(3))));
    },
  },
  'a limit that falls to 0 and rises': {
    creation: 2,
    release: 1,
    limits: [
      [1, 2],
      [6, 0],
      [20, 1],
      [32, 5],
    ],
    config: {
      workerCount: 0,
      maxWorkerCount: 4,
      burstInterval: 7,
      rateWindow: 20,
      scaling: justInTimeStaffing(),
    },
    tasks: (at, { queue, wait }) => {
      for (const time of [0, 10, 25]) {
        at(time, () => {
          for (let i = 0; i < 4; i++) queue(() => wait(8));
        });
      }
    },
  },
  'a policy for each lever': {
    creation: 3,
    release: 1,
    config: {
      workerCount: 1,
      maxWorkerCount: 4,
      burstInterval: 5,
      rateWindow: 20,
      scaling: justInTimeStaffing({ wait: 2, reversals: 1 }),
      concurrency: aimd({ backoffRatio: 0.5 }),
    },
    tasks: (at, { queue, run, wait }) => {
      for (let time = 0; time < 40; time += 8) {
        at(time, () => {
          for (let i = 0; i < 3; i++) queue(() => wait(4));
          queue(() => throwError(() => failure));
          run(() => wait(5));
        });
      }
    },
  },
};

interface World {
  time: HeapScheduler;
  config: TaskManagerConfig<number>;
  controller: AbortController;
  /** Makes the next creation or release fail, or all of them. */
  fail: (operation: Operation, how: 'next' | 'all') => void;
  /** Called at the end of the engine. Asserts that everything has ended. */
  onEnded: () => void;
  /** Asserts that each resource was released once, and that nothing is left to do. */
  checkReleased: () => void;
}

type Operation = 'creation' | 'release';

const createWorld = ({ config, creation = 0, release = 0, limits }: Scenario): World => {
  const time = new HeapScheduler();
  const controller = new AbortController();
  const failing = new Map<Operation, 'next' | 'all'>();
  const held = new Set<number>();
  const errors: string[] = [];
  let created = 0;
  let releasing = 0;
  const attempt = (operation: Operation, ms: number): Observable<unknown> =>
    (ms === 0 ? of(0) : timer(ms, time)).pipe(
      map(() => {
        const how = failing.get(operation);
        if (how === 'next') failing.delete(operation);
        if (how) throw broken;
      }),
    );
  const timers = new Set<Subscription>();
  const watched: SchedulerLike = {
    now: () => time.now(),
    schedule: <T>(work: Work<T>, delay?: number, state?: T) => {
      const action = time.schedule(work, delay, state);
      timers.add(action);
      action.add(() => timers.delete(action));
      return action;
    },
  };
  return {
    time,
    controller,
    config: {
      onCreate: () =>
        attempt('creation', creation).pipe(
          map(() => {
            held.add(++created);
            return created;
          }),
        ),
      onDestroy: (resource) => {
        if (!held.delete(resource)) errors.push(`${resource} was released again, or never made`);
        releasing++;
        return attempt('release', release).pipe(finalize(() => releasing--));
      },
      workerCount: 2,
      checkHealth: (error) => error !== broken,
      signal: controller.signal,
      abortGrace: 10,
      scheduler: watched,
      ...config,
      ...(limits && {
        concurrency: from(limits).pipe(
          mergeMap(([at, limit]) => timer(at, watched).pipe(map(() => limit))),
        ),
      }),
    },
    fail: (operation, how) => failing.set(operation, how),
    onEnded: () => {
      const left = { held: held.size, releasing, timers: timers.size };
      if (Object.values(left).some((count) => count > 0)) {
        errors.push(`left at the end: ${JSON.stringify(left)}`);
      }
    },
    checkReleased: () => {
      expect(errors).toEqual([]);
      expect([...held]).toEqual([]);
      expect(time.timers).toBe(0);
    },
  };
};

/** The callers of tasks, and the number of answers to each. */
const createCallers = () => {
  const answers: number[] = [];
  return {
    answers,
    next: () => {
      const caller = answers.push(0) - 1;
      return { error: () => answers[caller]!++, complete: () => answers[caller]!++ };
    },
  };
};

/** Exactly one `arrived` of each accepted task, and then exactly one end. */
const checkEvents = (events: readonly TaskEvent[]): void => {
  const lives = new Map<number, string[]>();
  for (const event of events) {
    if ('queuedAt' in event) lives.set(event.id, [...(lives.get(event.id) ?? []), event.type]);
  }
  for (const [id, life] of lives) {
    const ends = life.filter((type) => ['completed', 'failed', 'cancelled'].includes(type));
    expect([id, life[0], ends.length, life.at(-1)]).toEqual([id, 'arrived', 1, ends[0]]);
  }
};

const kinds = [
  'nothing',
  'kill',
  'stop',
  'stop with a timeout',
  'abort',
  'a failing onCreate',
  'a failing onDestroy',
  'kill, and all creations fail',
  'kill, and all releases fail',
] as const;
type Kind = (typeof kinds)[number];

const startManager = (scenario: Scenario, kind: Kind): Run => {
  const world = createWorld(scenario);
  const { time, config, controller, fail, onEnded, checkReleased } = world;
  const manager = new TaskManager(config);
  const events: TaskEvent[] = [];
  let eventsCompleted = 0;
  let live = manager.stats();
  const stale: TaskStats[] = [];
  manager.events$.subscribe({
    next: (event) => events.push(event),
    complete: () => {
      eventsCompleted++;
      queueMicrotask(onEnded); // an end in the same call has come
    },
  });
  manager.stats$.subscribe((stats) => {
    live = stats;
    if (stats !== manager.stats()) stale.push(stats);
  });
  const callers = createCallers();
  const ends: Promise<void>[] = [];
  const queue = (task: Task, options?: TaskOptions): void => {
    const { error, complete } = callers.next();
    manager.queueTask(task, options).then(complete, error);
  };
  const run = (task: Task, options?: TaskOptions): void => {
    const { error, complete } = callers.next();
    manager.runTask(task, options).then(complete, error);
  };
  const wait = (ms: number, result?: unknown): Observable<unknown> =>
    timer(ms, time).pipe(map(() => result));
  scenario.tasks((at, act) => time.schedule(act, at), { time, queue, run, wait, manager });

  const cuts: Record<Kind, () => void> = {
    nothing: () => undefined,
    kill: () => ends.push(manager.kill()),
    stop: () => ends.push(manager.stop()),
    'stop with a timeout': () => ends.push(manager.stop({ timeout: 3 })),
    abort: () => controller.abort(),
    'a failing onCreate': () => fail('creation', 'next'),
    'a failing onDestroy': () => fail('release', 'next'),
    'kill, and all creations fail': () => {
      fail('creation', 'all');
      ends.push(manager.kill());
    },
    'kill, and all releases fail': () => {
      fail('release', 'all');
      ends.push(manager.kill());
    },
  };
  return {
    scheduler: time,
    cut: cuts[kind],
    check: async () => {
      if (['nothing', 'a failing onCreate', 'a failing onDestroy'].includes(kind)) {
        // All tasks have ended, and no timer holds the process open.
        expect(time.timers).toBe(0);
        expect(manager.stats()).toMatchObject({
          baseWorkers: config.workerCount,
          burstWorkers: 0,
          busyWorkers: 0,
          runningTasks: 0,
          availableResources: config.resourcePoolSize ?? config.workerCount,
          state: 'running',
        });
        ends.push(manager.stop());
        time.flush();
      }
      ends.push(manager.stop());
      await Promise.all(ends);
      expect(callers.answers).toEqual(callers.answers.map(() => 1));
      checkEvents(events);
      checkReleased();
      expect(eventsCompleted).toBe(1);
      const state = manager.stats().state;
      expect(manager.stats()).toEqual({
        baseWorkers: 0,
        activeWorkers: 0,
        burstWorkers: 0,
        busyWorkers: 0,
        queuedTasks: 0,
        priorityTasks: 0,
        delayedTasks: 0,
        runningTasks: 0,
        availableResources: 0,
        state: kind.startsWith('kill')
          ? 'killed'
          : kind === 'stop with a timeout'
            ? state
            : 'stopped',
      });
      expect(['stopped', 'killed']).toContain(state);
      expect(live).toEqual(manager.stats());
      expect(stale).toEqual([]);
      await expect(manager.queueTask(() => 0)).rejects.toThrow(TaskManagerStoppedError);
    },
  };
};

const startOperator = (scenario: Scenario, kind: 'unsubscribe' | 'complete' | 'error'): Run => {
  const { time, config, onEnded, checkReleased } = createWorld(scenario);
  const requests = new Subject<TaskRequest<number, unknown>>();
  const callers = createCallers();
  const events: TaskEvent[] = [];
  let ended = 0;
  const subscription: Subscription = requests.pipe(runTasks(config)).subscribe({
    next: (event) => events.push(event),
    error: () => {
      ended++;
      onEnded();
    },
    complete: () => {
      ended++;
      onEnded();
    },
  });
  const queue = (run: Task, options?: TaskOptions): void => {
    if (requests.observed) requests.next({ ...options, run, observer: callers.next() });
  };
  const wait = (ms: number, result?: unknown): Observable<unknown> =>
    timer(ms, time).pipe(map(() => result));
  scenario.tasks((at, act) => time.schedule(act, at), {
    time,
    queue,
    run: queue,
    wait,
    manager: undefined,
  });
  const cuts = {
    unsubscribe: () => subscription.unsubscribe(),
    complete: () => requests.complete(),
    error: () => requests.error(failure),
  };
  return {
    scheduler: time,
    cut: cuts[kind],
    check: () => {
      expect(callers.answers).toEqual(callers.answers.map(() => 1));
      checkReleased();
      expect(requests.observed).toBe(false);
      expect(ended).toBe(kind === 'unsubscribe' ? 0 : 1);
      // An unsubscribe ends the events too.
      if (kind !== 'unsubscribe') checkEvents(events);
    },
  };
};

const steps: object[] = [];
afterAll(() => report('Cut at every step', steps));

describe.each(Object.keys(scenarios))('%s, cut at every step', (name) => {
  const scenario = scenarios[name]!;

  it.each(kinds)(
    'ends well by %s',
    async (kind) => {
      const count = await cutAtEveryStep(() => startManager(scenario, kind));
      steps.push({ scenario: name, cut: kind, steps: count });
      expect(count).toBeGreaterThan(5);
    },
    30_000,
  );

  it.each(['unsubscribe', 'complete', 'error'] as const)(
    'ends well by %s of runTasks',
    async (kind) => {
      const count = await cutAtEveryStep(() => startOperator(scenario, kind));
      steps.push({ scenario: name, cut: `runTasks: ${kind}`, steps: count });
      expect(count).toBeGreaterThan(5);
    },
  );
});

it('reports a scenario that a cut breaks', async () => {
  // A test of the helper itself: this scenario fails when it is cut at its second step.
  const start = () => {
    const scheduler = new HeapScheduler();
    const values: number[] = [];
    const running = merge(timer(1, scheduler), timer(2, scheduler)).subscribe(() => values.push(1));
    return {
      scheduler,
      cut: () => running.unsubscribe(),
      check: () => expect(values).not.toHaveLength(1),
    };
  };
  await expect(cutAtEveryStep(start)).rejects.toThrow('Cut before step 1 of 2, at 1 ms');
});
