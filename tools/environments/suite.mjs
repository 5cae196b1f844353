// What has to work wherever the package is installed: plain JavaScript that imports nothing, so that it runs
// in Node and in browsers alike. main.mjs runs it.

/**
 * @typedef {object} Packages
 * @property {typeof import('rxjs')} rxjs
 * @property {typeof import('rx-tasker')} tasker
 * @property {typeof import('rx-tasker/operators')} operators
 * @property {typeof import('rx-tasker/simulation')} simulation
 * @property {typeof import('rx-tasker/node')} [node] where it is Node
 */
/** @typedef {{ passed: number, failures: string[] }} Report */

/**
 * @param {Packages} packages
 * @returns {Promise<Report>}
 */
export const runSuite = async (packages) => {
  const report = { passed: 0, failures: /** @type {string[]} */ ([]) };
  const checks = {
    ...operatorChecks(packages),
    ...managerChecks(packages),
    ...simulationChecks(packages),
    ...nodeChecks(packages),
  };
  for (const [name, check] of Object.entries(checks)) {
    try {
      await inTime(check());
      report.passed++;
    } catch (error) {
      report.failures.push(`${name}: ${error instanceof Error ? error.stack : String(error)}`);
    }
  }
  return report;
};

/** @param {Packages} packages */
const operatorChecks = ({ rxjs, tasker, operators }) => {
  const { BehaviorSubject, concat, defer, from, last, lastValueFrom, map, of, range } = rxjs;
  const { take, timer, toArray, VirtualTimeScheduler } = rxjs;

  /**
   * All that is emitted, in virtual time.
   *
   * @template T
   * @param {(time: import('rxjs').VirtualTimeScheduler) => import('rxjs').Observable<T>} make
   */
  const emitted = (make) => {
    const time = new VirtualTimeScheduler();
    /** @type {T[]} */
    const values = [];
    make(time).subscribe((value) => values.push(value));
    time.flush();
    return values;
  };

  return {
    'both entry points have the same operators': () => {
      const all = new Map(Object.entries(tasker));
      const names = Object.keys(operators).filter((name) => name !== 'default');
      equal(names.length > 6, true);
      for (const [name, value] of Object.entries(operators)) {
        if (names.includes(name)) equal([name, all.get(name) === value], [name, true]);
      }
    },

    'mergeMapLanes serves by priority what waits': () => {
      const order = emitted((time) =>
        from(['a', 'b', 'C']).pipe(
          operators.mergeMapLanes((name) => timer(10, time).pipe(map(() => name)), {
            concurrency: new BehaviorSubject(1),
            priority: (name) => (name === 'C' ? 1 : 0),
          }),
        ),
      );
      equal(order, ['a', 'C', 'b']);
    },

    'weighted shares the starts': () => {
      const order = emitted((time) =>
        from([0, 0, 0, 1, 1, 1, 1]).pipe(
          operators.mergeMapLanes((priority) => timer(10, time).pipe(map(() => priority)), {
            concurrency: defer(() => timer(1, time).pipe(map(() => 1))),
            priority: (priority) => priority,
            discipline: operators.weighted({ 0: 1, 1: 3 }),
          }),
          take(4),
        ),
      );
      equal(order.toSorted(), [0, 1, 1, 1]);
    },

    'rate falls to 0': () => {
      const rates = emitted((scheduler) =>
        timer(50, 100, scheduler).pipe(
          take(5),
          operators.rate({ window: 1000, every: 500, scheduler }),
        ),
      );
      equal(rates, [10, 5, 0]);
    },

    'stabilise delays a fall': () => {
      const targets = emitted((scheduler) =>
        concat(of(2, 8), timer(10, scheduler).pipe(map(() => 3))).pipe(
          operators.stabilise({ down: 500, scheduler }),
          map((target) => [scheduler.now(), target]),
        ),
      );
      equal(targets, [
        [0, 2],
        [0, 8],
        [510, 3],
      ]);
    },

    'quantiles estimates': async () => {
      const [median] = await lastValueFrom(range(1, 99).pipe(operators.quantiles([0.5]), last()));
      equal(Math.round(Number(median)), 50);
    },

    'usingResource releases once': async () => {
      /** @type {string[]} */
      const log = [];
      const resource$ = operators.usingResource(
        () => Promise.resolve('it'),
        (resource) => log.push(`release ${resource}`),
      );
      const values = await lastValueFrom(resource$.pipe(take(1), toArray()));
      equal([values, log], [['it'], ['release it']]);
    },
  };
};

/** @param {Packages} packages */
const managerChecks = ({ rxjs, tasker }) => {
  const { EMPTY, from, lastValueFrom, map, NEVER, of, range, timer, toArray } = rxjs;
  const { createTaskManager, queueFrom, queueOn, runTasks, TaskManager } = tasker;

  /** A manager of one worker whose resources are numbers, and those that it has released. */
  const create = async (
    /** @type {Partial<import('rx-tasker').TaskManagerConfig<number>>} */ config = {},
  ) => {
    let created = 0;
    /** @type {number[]} */
    const released = [];
    const manager = await createTaskManager({
      onCreate: () => Promise.resolve(++created),
      onDestroy: (resource) => of(resource).pipe(map((each) => released.push(each))),
      workerCount: 1,
      maxWorkerCount: 1,
      resourcePoolSize: 0,
      ...config,
    });
    return { manager, released };
  };

  return {
    'tasks give a value, a Promise or an Observable': async () => {
      const { manager } = await create();
      const results = await Promise.all([
        manager.queueTask((resource) => resource),
        manager.queueTask(() => Promise.resolve('promised')),
        manager.queueTask(() => timer(1).pipe(map(() => 'observed'))),
        manager.queueTask(() => [1, 2]),
        manager.queueTask(() => EMPTY),
        lastValueFrom(manager.submit(() => from(['all', 'values'])).pipe(toArray())),
        lastValueFrom(manager.queueTaskAsync(() => 'replayed')),
        new Promise((resolve) => {
          manager.queueTaskWithCallback(
            () => 'called back',
            (...outcome) => resolve(outcome),
          );
        }),
      ]);
      await manager.stop();
      equal(results, [
        1,
        'promised',
        'observed',
        [1, 2],
        undefined,
        ['all', 'values'],
        'replayed',
        [null, 'called back'],
      ]);
    },

    'the higher priority goes first': async () => {
      const { manager } = await create();
      /** @type {string[]} */
      const order = [];
      manager.pause();
      const tasks = [
        manager.queueTask(() => order.push('low')),
        manager.queueTaskWithPriority(() => order.push('high')),
        manager.queueTask(() => order.push('highest'), { priority: 2 }),
      ];
      equal([manager.stats().queuedTasks, manager.stats().priorityTasks], [1, 2]);
      manager.resume();
      await Promise.all(tasks);
      await manager.stop();
      equal(order, ['highest', 'high', 'low']);
    },

    'a broken resource is replaced and its task tried again': async () => {
      const { manager, released } = await create({ checkHealth: () => false, maxRetries: 1 });
      const result = await manager.queueTask((resource, { attempt }) => {
        if (attempt === 0) throw new Error('broken');
        return { resource, attempt };
      });
      equal([result, released], [{ resource: 2, attempt: 1 }, [1]]);
      const broken = new Error('still broken');
      const error = await failure(manager.queueTask(() => Promise.reject(broken)));
      await manager.stop();
      equal(error instanceof tasker.MaxRetriesExceededError, true);
      equal([nameOf(error), causeOf(error) === broken], ['MaxRetriesExceededError', true]);
      equal(manager.metrics().totalTasksRetried, 2);
    },

    'a task can be cancelled': async () => {
      const { manager } = await create();
      const abort = new AbortController();
      /** @type {AbortSignal | undefined} */
      let seen;
      const running = manager.queueTask(
        (_resource, { signal }) => {
          seen = signal;
          return NEVER;
        },
        { signal: abort.signal },
      );
      const waiting = manager.submit(() => 'never run').subscribe();
      equal([manager.stats().runningTasks, manager.stats().queuedTasks], [1, 1]);
      waiting.unsubscribe();
      equal([manager.stats().runningTasks, manager.stats().queuedTasks], [1, 0]);
      abort.abort('enough');
      const error = await failure(running);
      await manager.stop();
      equal(error instanceof tasker.TaskCancelledError, true);
      equal([nameOf(error), causeOf(error), seen?.aborted], ['TaskCancelledError', 'enough', true]);
    },

    'a timeout ends a task': async () => {
      const { manager } = await create();
      const error = await failure(manager.queueTask(() => NEVER, { timeout: 5 }));
      await manager.stop();
      equal(error instanceof tasker.TaskTimeoutError, true);
      equal([nameOf(error), manager.metrics().totalTasksFailed], ['TaskTimeoutError', 1]);
    },

    'runTask goes past the lanes': async () => {
      const { manager, released } = await create({ resourcePoolSize: 1 });
      manager.pause();
      const results = await Promise.all([
        manager.runTask((resource) => Promise.resolve(resource)),
        manager.runTask((resource) => Promise.resolve(resource)),
      ]);
      equal([results, released], [[2, 3], [3]]);
      await manager.stop();
      equal(released.toSorted(), [1, 2, 3]);
    },

    'stop runs to the end what was accepted': async () => {
      const { manager, released } = await create();
      const accepted = [1, 2, 3].map((x) =>
        manager.queueTask(() => timer(1).pipe(map(() => [x, [...released]]))),
      );
      const stopped = manager.stop();
      const error = await failure(manager.queueTask(() => 'too late'));
      equal(error instanceof tasker.TaskManagerStoppedError, true);
      equal(await Promise.all(accepted), [
        [1, []],
        [2, []],
        [3, []],
      ]);
      await stopped;
      equal([released, manager.stats().state], [[1], 'stopped']);
    },

    'kill ends all at once': async () => {
      const { manager, released } = await create();
      const tasks = [manager.queueTask(() => NEVER), manager.queueTask(() => 'waits')].map(failure);
      await manager.kill();
      equal([released, manager.stats().state], [[1], 'killed']);
      equal((await Promise.all(tasks)).map(nameOf), [
        'TaskManagerStoppedError',
        'TaskManagerStoppedError',
      ]);
    },

    'stats$ and metrics$ are as of now': async () => {
      const { manager } = await create();
      /** @type {number[]} */
      const running = [];
      manager.stats$.subscribe(({ runningTasks }) => running.push(runningTasks));
      await manager.queueTask(() => timer(1));
      equal(running.slice(0, 3), [0, 0, 1]);
      equal([manager.stats$.value.runningTasks, manager.stats$.value.state], [0, 'running']);
      equal(manager.metrics$.value.totalTasksCompleted, 1);
      equal(manager.metrics$.getValue().maxExecutionTime > 0, true);
      await manager.stop();
    },

    'watchStats ends with the manager': async () => {
      const { manager } = await create();
      /** @type {string[]} */
      const states = [];
      for await (const { state } of manager.watchStats()) {
        if (states.length === 0) void manager.stop();
        states.push(state);
      }
      equal([states[0], states.at(-1)], ['running', 'stopped']);
    },

    'queueOn maps by tasks': async () => {
      const { manager } = await create({ workerCount: 2, maxWorkerCount: 2 });
      const squares$ = range(1, 3).pipe(
        queueOn(manager, (x) => () => Promise.resolve(x * x)),
        toArray(),
      );
      equal(await lastValueFrom(squares$), [1, 4, 9]);
      await manager.stop();
    },

    'queueFrom reads arrays, generators and streams': async () => {
      const { manager } = await create();
      const generate = async function* () {
        for (const x of [1, 2, 3]) yield Promise.resolve(x);
      };
      let endless = new ReadableStream();
      const cancelled = new Promise((cancel) => {
        endless = new ReadableStream({ pull: (controller) => controller.enqueue(1), cancel });
      });
      const stream = new ReadableStream({
        start(controller) {
          for (const x of [1, 2, 3]) controller.enqueue(x);
          controller.close();
        },
      });
      for (const source of [[1, 2, 3], generate(), stream]) {
        const doubled$ = queueFrom(manager, source, (/** @type {number} */ x) => () => 2 * x);
        equal(await lastValueFrom(doubled$.pipe(toArray())), [2, 4, 6]);
      }
      const two$ = queueFrom(manager, endless, (/** @type {number} */ x) => () => x, { limit: 1 });
      equal(await lastValueFrom(two$.pipe(rxjs.take(2), toArray())), [1, 1]);
      await cancelled;
      await manager.stop();
    },

    'runTasks is the engine without a class': async () => {
      /** @type {import('rx-tasker').TaskRequest<number, number>[]} */
      const requests = [{ run: (resource) => resource + 1 }];
      const events$ = from(requests).pipe(
        runTasks({ onCreate: () => 1, onDestroy: () => EMPTY, workerCount: 1 }),
        toArray(),
      );
      const events = await lastValueFrom(events$);
      const results = events.flatMap((event) => (event.type === 'completed' ? event.result : []));
      equal([results, events.at(-1)?.type], [[2], 'state']);
    },

    'what is wrong with a config has a type and a name': async () => {
      const config = { onCreate: () => 1, onDestroy: () => undefined, workerCount: 0 };
      /** @type {unknown} */
      let error;
      try {
        new TaskManager(config);
      } catch (thrown) {
        error = thrown;
      }
      equal(error instanceof tasker.WorkerCountMustBePositiveError, true);
      equal(error instanceof tasker.InvalidConfigError && error instanceof RangeError, true);
      equal(nameOf(error), 'WorkerCountMustBePositiveError');
      const failed = await failure(create({ onCreate: () => Promise.reject(new Error('no')) }));
      equal(failed instanceof tasker.ResourceCreationError, true);
      equal(nameOf(failed), 'ResourceCreationError');
    },

    'an hour passes in virtual time': () => {
      const scheduler = new rxjs.VirtualTimeScheduler();
      const manager = new TaskManager({
        onCreate: () => timer(1000, scheduler),
        onDestroy: () => timer(1000, scheduler),
        workerCount: 1,
        maxWorkerCount: 1,
        scheduler,
      });
      for (let i = 0; i < 60; i++) manager.queueTaskAsync(() => timer(60_000, scheduler));
      void manager.stop();
      scheduler.flush();
      const { totalTasksCompleted, p50ExecutionTime } = manager.metrics();
      equal(scheduler.now(), 60 * 60_000 + 2000);
      equal(
        [manager.stats().state, totalTasksCompleted, p50ExecutionTime],
        ['stopped', 60, 60_000],
      );
    },

    'Symbol.asyncDispose stops, where the platform has it': async () => {
      const { manager, released } = await create();
      if (typeof Symbol.asyncDispose === 'symbol') await manager[Symbol.asyncDispose]();
      else await manager.stop();
      equal([released, manager.stats().state], [[1], 'stopped']);
    },
  };
};

/** @param {Packages} packages */
const simulationChecks = ({ tasker, simulation }) => ({
  'a simulation runs the policy in virtual time': () => {
    const { wait, peakWorkers } = simulation.simulate({
      tasks: Array.from({ length: 100 }, () => ({ at: 0, duration: 60_000 })),
      config: { workerCount: 1, maxWorkerCount: 50, scaling: tasker.squareRootStaffing() },
      startup: 1000,
    });
    equal([wait.p50, wait.max, peakWorkers], [1100, 61_100, 50]);
  },
});

/** @param {Packages} packages @returns {Record<string, () => Promise<void>>} */
const nodeChecks = ({ rxjs, tasker, node }) => {
  if (!node) return {};
  return {
    'memory and event loop are measured': async () => {
      const { eventLoopDelay, memoryUse } = node;
      const share = await rxjs.firstValueFrom(memoryUse());
      equal(share > 0 && share <= 1, true);
      // What is measured does not hold the process open, so something else has to.
      const hold = setTimeout(() => undefined, 5000);
      const delay = await rxjs.firstValueFrom(eventLoopDelay({ interval: 100 }));
      clearTimeout(hold);
      equal(delay >= 0 && delay < 5000, true);
    },
    'an option that is out of its range is the same error': () => {
      try {
        node.memoryUse({ interval: 0 });
      } catch (error) {
        equal(error instanceof tasker.InvalidConfigError, true);
        return Promise.resolve();
      }
      throw new Error('should throw');
    },
  };
};

/** @param {unknown} actual @param {unknown} expected */
const equal = (actual, expected) => {
  const [is, should] = [actual, expected].map((value) => JSON.stringify(value, undefinedToo));
  if (is !== should) throw new Error(`should be ${should}, is ${is}`);
};

/** @param {string} _key @param {unknown} value */
const undefinedToo = (_key, value) => (value === undefined ? 'undefined' : value);

/** @param {unknown} error */
const nameOf = (error) => error instanceof Error && error.name;

/** @param {unknown} error */
const causeOf = (error) => error instanceof Error && error.cause;

/**
 * The error of a Promise that has to reject.
 *
 * @param {Promise<unknown>} promise
 * @returns {Promise<unknown>}
 */
const failure = (promise) =>
  promise.then(
    () => Promise.reject(new Error('should fail')),
    (/** @type {unknown} */ error) => error,
  );

/** @param {unknown} outcome */
const inTime = async (outcome) => {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timeout;
  const late = new Promise((_resolve, reject) => {
    timeout = setTimeout(() => reject(new Error('does not end')), 5000);
  });
  await Promise.race([outcome, late]).finally(() => clearTimeout(timeout));
};
