import { NEVER, of, type SchedulerLike } from 'rxjs';
import {
  backlogThreshold,
  createMetricsCollector,
  createTaskManager,
  fixed,
  InvalidConfigError,
  mergeMapLanes,
  OnCreateFunctionRequiredError,
  OnDestroyFunctionRequiredError,
  quantiles,
  queueFrom,
  queueOn,
  rate,
  runTasks,
  squareRootStaffing,
  stabilise,
  TaskManager,
  usingResource,
  weighted,
  WorkerCountMustBePositiveError,
} from '../../src/index.js';
import { resolveConfig } from '../../src/engine/config.js';
import type { Load } from '../../src/scaling/Load.js';
import { VirtualTime } from '../support/VirtualTime.js';

const required = { onCreate: () => 'resource', onDestroy: () => undefined, workerCount: 2 };
const scheduler = new VirtualTime();
const task = () => 1;

/** The error that `act` throws. */
const thrownBy = (act: () => unknown): unknown => {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('Expected a throw');
};

const notFunctions = [undefined, null, 1, 'text', {}];
const notObjects = [null, 1, 'text', true];
const notCounts = [-1, 1.5, NaN, Infinity, '1', null, {}];
const notPositiveCounts = [0, ...notCounts];
const notFinite = [NaN, Infinity, '1', null, {}];
const notDurations = [-1, NaN, '1', null, {}];
const notSignals = [null, 1, {}, { aborted: false }];
const without = (values: unknown[], wrong: unknown) => values.filter((value) => value !== wrong);

/** Each row: the field, the expected value, and wrong values. */
type Row = [field: string, expected: string, wrong: unknown[]];
const each = (rows: Row[]) =>
  rows.flatMap(([field, expected, wrong]) =>
    wrong.map((value) => [field, value, expected] as const),
  );

const expectError = (act: () => unknown, field: string, value: unknown, expected: string): void => {
  const error = thrownBy(act);
  expect(error).toBeInstanceOf(InvalidConfigError);
  expect(error).toMatchObject({ field, value });
  expect((error as Error).message).toContain(`\`${field}\` ${expected}`);
};

const configRows = each([
  ['onCreate', 'to be a function', notFunctions],
  ['onDestroy', 'to be a function', notFunctions],
  ['workerCount', 'to be an integer >= 1', [undefined, ...notPositiveCounts]],
  ['maxWorkerCount', 'to be an integer >= workerCount (2)', [1, ...notPositiveCounts]],
  ['burstInterval', 'to be a finite number >= 0', [-1, ...notFinite]],
  ['scaling', 'to be a function', without(notFunctions, undefined)],
  ['concurrency', 'to be an integer >= 0 or Infinity', [-1, 0.5, NaN, null, {}]],
  ['burstTaskThreshold', 'to be an integer >= 0', notCounts],
  ['burstWorkerCount', 'to be an integer >= 1', notPositiveCounts],
  ['checkHealth', 'to be a function', without(notFunctions, undefined)],
  ['maxRetries', 'to be an integer >= 0', notCounts],
  ['resourcePoolSize', 'to be an integer >= 0', notCounts],
  ['signal', 'to be an AbortSignal', notSignals],
  ['discipline', 'to be a function', without(notFunctions, undefined)],
  ['rateWindow', 'to be a finite number > 0', [0, -1, ...notFinite]],
  ['rateWindow', 'to be a number of milliseconds >= 0.1', [5e-324, 0.09]],
  [
    'logger',
    'to be an object with the methods debug, info, warn, error',
    [null, 1, {}, { ...console, warn: undefined }, { ...console, debug: 'text' }],
  ],
  [
    'collector',
    'to be an object with the methods recordArrival, recordCompletion',
    [null, 1, {}, { ...createMetricsCollector({ rateWindow: 1, scheduler }), metrics: 1 }],
  ],
  ['abortGrace', 'to be a number of milliseconds >= 0', notDurations],
  ['releaseTimeout', 'to be a number of milliseconds >= 0', notDurations],
  ['scheduler', 'to be a scheduler', [null, 1, {}, { now: () => 0 }]],
]);

const optionRows = each([
  ['priority', 'to be a number', [NaN, '1', null, {}]],
  ['once', 'to be a boolean', [null, 1, 'true']],
  ['signal', 'to be an AbortSignal', notSignals],
  ['timeout', 'to be a number of milliseconds >= 0', notDurations],
  ['maxRetries', 'to be an integer >= 0', notCounts],
  ['label', 'to be a string', [null, 1, {}]],
]);

describe('the config', () => {
  const createWith = (field: string, value: unknown) => ({ ...required, [field]: value });

  it.each(configRows)('refuses `%s` as %p at the call', (field, value, expected) => {
    const config = createWith(field, value);
    expectError(() => new TaskManager(config), field, value, expected);
    expectError(() => createTaskManager(config), field, value, expected);
    expectError(() => runTasks(config), field, value, expected);
  });

  it.each([undefined, ...notObjects])('refuses %p as a config', (config: any) => {
    expectError(() => new TaskManager(config), 'config', config, 'to be an object');
    expectError(() => createTaskManager(config), 'config', config, 'to be an object');
    expectError(() => runTasks(config), 'config', config, 'to be an object');
  });

  it('creates nothing with an invalid config', () => {
    const onCreate = jest.fn(() => 'resource');
    thrownBy(() => new TaskManager({ ...required, onCreate, abortGrace: NaN }));
    expect(onCreate).not.toHaveBeenCalled();
  });

  it('has an error class of its own for each required field', () => {
    const errorOf = (field: string) =>
      thrownBy(() => new TaskManager(createWith(field, undefined)));
    expect(errorOf('onCreate')).toBeInstanceOf(OnCreateFunctionRequiredError);
    expect(errorOf('onDestroy')).toBeInstanceOf(OnDestroyFunctionRequiredError);
    expect(errorOf('workerCount')).toBeInstanceOf(WorkerCountMustBePositiveError);
  });

  it('takes no workers at all with a maximum and a policy, and not otherwise', () => {
    const { workerCount, maxWorkerCount } = resolveConfig({
      ...required,
      workerCount: 0,
      maxWorkerCount: 1,
    });
    expect([workerCount, maxWorkerCount]).toEqual([0, 1]);
    const zero = { ...required, workerCount: 0 };
    expect(thrownBy(() => new TaskManager(zero))).toBeInstanceOf(WorkerCountMustBePositiveError);
    expectError(
      () => new TaskManager({ ...zero, maxWorkerCount: 1, burstInterval: 0 }),
      'burstInterval',
      0,
      'to be > 0 where `workerCount` is 0',
    );
  });

  it('refuses two scaling rules at once', () => {
    expectError(
      () => new TaskManager({ ...required, scaling: fixed(2), burstTaskThreshold: 5 }),
      'burstTaskThreshold',
      5,
      'to be 0 or left out',
    );
  });

  it('has the defaults of the documentation', () => {
    const settings = resolveConfig(required);
    expect(settings).toMatchObject({
      maxWorkerCount: 4,
      burstInterval: 100,
      maxRetries: 3,
      resourcePoolSize: 2,
      rateWindow: 10_000,
      abortGrace: 5000,
      releaseTimeout: 30_000,
      signal: undefined,
      logger: undefined,
    });
    expect(settings.checkHealth(new Error(), 'a resource')).toBe(true);
    expect(settings.metrics.read().totalTasksArrived).toBe(0);
  });

  it('has a monotonic clock finer than a millisecond by default', () => {
    const { scheduler: byDefault } = resolveConfig(required);
    const times = new Set(Array.from({ length: 100_000 }, () => byDefault.now()));
    const sorted = [...times].sort((a, b) => a - b);
    expect([...times]).toEqual(sorted);
    expect(sorted.some((time) => !Number.isInteger(time))).toBe(true);
    expect(Math.abs(sorted[0]! - Date.now())).toBeLessThan(60_000);
  });

  it('takes undefined as the default', () => {
    const optional = [...new Set(configRows.map(([field]) => field))].slice(3);
    const config = Object.fromEntries(optional.map((field) => [field, undefined]));
    expect(resolveConfig({ ...required, ...config })).toMatchObject({
      maxWorkerCount: 4,
      burstInterval: 100,
      resourcePoolSize: 2,
      abortGrace: 5000,
    });
  });

  it.each([
    [{}, 4],
    [{ maxWorkerCount: 2 }, 2],
    [{ maxWorkerCount: 9 }, 9],
    [{ burstTaskThreshold: 10 }, 4],
    [{ burstTaskThreshold: 0, workerCount: 5 }, 10],
    [{ burstTaskThreshold: 10, burstWorkerCount: 5 }, 7],
    [{ burstTaskThreshold: 10, burstWorkerCount: 5, maxWorkerCount: 3 }, 3],
  ])('has with %p a maximum of %p workers', (config, maximum) => {
    expect(resolveConfig({ ...required, ...config }).maxWorkerCount).toBe(maximum);
    expect(resolveConfig({ ...required, workerCount: 1 }).maxWorkerCount).toBe(2);
  });

  it("has tasker v1's two burst workers, whatever the number of base workers", () => {
    const config = { ...required, workerCount: 5, burstTaskThreshold: 10 };
    expect(resolveConfig(config).maxWorkerCount).toBe(7);
  });

  it('scales as its fields say', () => {
    const load: Load = {
      time: 0,
      queued: 11,
      busy: 2,
      current: 2,
      base: 2,
      max: 9,
      arrivalRate: 0,
      completionRate: 0,
      throughput: 0,
      meanExecutionTime: 0,
      executionTime: 0,
      completed: 0,
      failed: 0,
      oldestWait: 0,
      ready: 2,
      startupTime: 0,
    };
    const targetOf = (config: object): number => {
      let target = NaN;
      const { scaling } = resolveConfig({ ...required, maxWorkerCount: 9, ...config });
      of(load)
        .pipe(scaling)
        .subscribe((each) => (target = each));
      return target;
    };
    expect(targetOf({ scaling: fixed(3) })).toBe(3);
    expect(targetOf({ burstTaskThreshold: 10 })).toBe(4);
    expect(targetOf({ burstTaskThreshold: 10, burstWorkerCount: 5 })).toBe(7);
    expect(targetOf({ burstTaskThreshold: 11 })).toBe(2);
    expect(targetOf({ burstTaskThreshold: 0, burstWorkerCount: 3 })).toBe(targetOf({}));
    expect(targetOf({ burstTaskThreshold: 0, scaling: fixed(3) })).toBe(3);
    expect(targetOf({})).toBe(9); // a worker for each task, since no execution time is known
  });

  it('measures its rates over rateWindow, in the time of the scheduler', () => {
    const time = new VirtualTime();
    const { metrics } = resolveConfig({ ...required, rateWindow: 1000, scheduler: time });
    const rateAt = (at: number): number => {
      time.advanceTo(at);
      return metrics.read().taskArrivalRate;
    };
    expect(rateAt(100)).toBe(0);
    const arrival = { id: 1, label: undefined, priority: 0, attempt: 0, direct: false };
    metrics.apply({ ...arrival, type: 'arrived', time: 100, queuedAt: 100 });
    expect(rateAt(200)).toBe(5);
    expect(rateAt(1000)).toBe(1);
    expect(rateAt(1200)).toBe(0);
  });

  it.each([
    { burstInterval: 0 },
    { burstInterval: 0.5 },
    { maxRetries: 0 },
    { resourcePoolSize: 0 },
    { burstTaskThreshold: 0 },
    { abortGrace: 0 },
    { abortGrace: Infinity },
    { releaseTimeout: 0 },
    { releaseTimeout: Infinity },
    { rateWindow: 0.5 },
    { logger: console },
    { signal: new AbortController().signal },
  ])('takes %p', (config) => {
    expect(resolveConfig({ ...required, ...config })).toMatchObject(
      'burstTaskThreshold' in config ? {} : config,
    );
  });
});

describe('the arguments', () => {
  const manager = new TaskManager({ ...required, resourcePoolSize: 0 });
  const methods = manager as unknown as Record<string, (...args: any[]) => unknown>;

  afterAll(() => manager.kill());

  const plain = [
    'queueTask',
    'queueTaskWithPriority',
    'queueTaskOnce',
    'queueTaskWithPriorityOnce',
    'queueTaskAsync',
    'queueTaskWithPriorityAsync',
    'queueTaskOnceAsync',
    'queueTaskWithPriorityOnceAsync',
    'submit',
    'runTask',
  ];
  const withCallback = [
    'queueTaskWithCallback',
    'queueTaskWithPriorityWithCallback',
    'queueTaskOnceWithCallback',
    'queueTaskWithPriorityOnceWithCallback',
  ];
  const call = (method: string, run: unknown, options?: unknown): unknown =>
    withCallback.includes(method)
      ? methods[method]!(run, () => undefined, options)
      : methods[method]!(run, options);

  describe.each([...plain, ...withCallback])('of %s', (method) => {
    it.each(notFunctions)('refuses %p as the task', (wrong) => {
      expectError(() => call(method, wrong), 'task', wrong, 'to be a function');
    });

    it.each(notObjects)('refuses %p as the options', (wrong) => {
      expectError(() => call(method, task, wrong), 'options', wrong, 'to be an object');
    });

    const skipped = method.includes('Once') ? ['once'] : [];
    it.each(optionRows.filter(([field]) => !skipped.includes(field)))(
      'refuses `%s` as %p',
      (field, value, expected) => {
        expectError(() => call(method, task, { [field]: value }), field, value, expected);
      },
    );
  });

  it.each(withCallback)('refuses a callback that is no function in %s', (method) => {
    for (const wrong of notFunctions) {
      expectError(() => methods[method]!(task, wrong), 'callback', wrong, 'to be a function');
    }
  });

  it('accepts correct options', async () => {
    const { signal } = new AbortController();
    for (const options of [
      undefined,
      {},
      { priority: -Infinity, timeout: Infinity, maxRetries: 0, label: '', once: true, signal },
      { priority: 0.5, timeout: 0.5, once: false },
      { priority: undefined, once: undefined, timeout: undefined, signal: undefined },
    ]) {
      await expect(manager.queueTask(task, options)).resolves.toBe(1);
    }
  });

  it('checks the options of stop', () => {
    for (const wrong of notObjects) {
      expectError(() => methods.stop!(wrong), 'options', wrong, 'to be an object');
    }
    for (const timeout of notDurations) {
      expectError(() => methods.stop!({ timeout }), 'timeout', timeout, 'to be a number');
    }
    expect(manager.stats().state).toBe('running');
  });

  it.each(each([['manager', 'to be a TaskManager', [undefined, null, 1, {}]]]))(
    'refuses a `%s` of %p in queueOn and queueFrom',
    (field, value: any, expected) => {
      expectError(() => queueOn(value, () => task), field, value, expected);
      expectError(() => queueFrom(value, [1], () => task), field, value, expected);
    },
  );

  it.each(
    each([
      ['options', 'to be an object', notObjects],
      ['project', 'to be a function', notFunctions],
    ]),
  )('refuses `%s` as %p in queueOn and queueFrom', (field, value: any, expected) => {
    const project = field === 'project' ? value : () => task;
    const options = field === 'options' ? value : {};
    expectError(() => queueOn(manager, project, options), field, value, expected);
    expectError(() => queueFrom(manager, [1], project, options), field, value, expected);
  });

  it.each([
    ...optionRows.filter(([field]) => field !== 'priority'),
    ...each([
      ['priority', 'to be a function', without(notFunctions, undefined)],
      ['onError', "to be 'throw' or 'skip'", [null, 1, 'ignore']],
    ]),
  ])('refuses the option `%s` as %p in queueOn and queueFrom', (field, value, expected) => {
    const options = { [field]: value };
    expectError(() => queueOn(manager, () => task, options), field, value, expected);
    expectError(() => queueFrom(manager, [1], () => task, options), field, value, expected);
  });

  it.each(
    each([
      ['source', 'to be an iterable', [undefined, null, 1, {}, () => 1]],
      ['limit', 'to be an integer >= 1', notPositiveCounts],
    ]),
  )('refuses `%s` as %p in queueFrom', (field, value: any, expected) => {
    const source = field === 'source' ? value : [1];
    const options = field === 'limit' ? { limit: value } : {};
    expectError(() => queueFrom(manager, source, () => task, options), field, value, expected);
  });

  it.each(
    each([
      ['horizon', 'to be a finite number > 0', [0, -1, ...notFinite]],
      ['low', 'to be a finite number >= 0', [-1, ...notFinite]],
      ['high', 'to be a finite number >= 0', ['text', NaN, Infinity, {}, null, '3']],
    ]),
  )('refuses `%s` as %p in squareRootStaffing', (field, value, expected) => {
    expectError(() => squareRootStaffing({ [field]: value }), field, value, expected);
  });

  it('refuses a `high` below `low` in squareRootStaffing', () => {
    expectError(() => squareRootStaffing({ low: 2, high: 1 }), 'high', 1, 'to be >= low (2)');
    expect(squareRootStaffing({ low: 2, high: 2 })).toBeInstanceOf(Function);
  });

  it.each(
    each([
      ['threshold', 'to be an integer >= 0', [undefined, ...notCounts]],
      ['step', 'to be an integer >= 1', notPositiveCounts],
    ]),
  )('refuses `%s` as %p in backlogThreshold', (field, value, expected) => {
    const options = { threshold: 1, [field]: value };
    expectError(() => backlogThreshold(options), field, value, expected);
  });

  it.each([undefined, ...notCounts])('refuses `count` as %p in fixed', (count: any) => {
    expectError(() => fixed(count), 'count', count, 'to be an integer >= 0');
  });

  it.each(
    each([
      ['rateWindow', 'to be a finite number > 0', [0, -1, ...notFinite]],
      ['rateWindow', 'to be a number of milliseconds >= 0.1', [5e-324, 0.09]],
      ['scheduler', 'to be', [null, 1, {}]],
    ]),
  )('refuses `%s` as %p in createMetricsCollector', (field, value: any, expected) => {
    const options = { rateWindow: 1000, scheduler, [field]: value };
    expectError(() => createMetricsCollector(options), field, value, expected);
  });

  it.each([
    ['squareRootStaffing', squareRootStaffing],
    ['backlogThreshold', backlogThreshold],
    ['createMetricsCollector', createMetricsCollector],
    ['rate', rate],
    ['stabilise', stabilise],
    ['mergeMapLanes', (options: any) => mergeMapLanes(() => NEVER, options)],
    ['quantiles', (options: any) => quantiles([0.5], options)],
  ])('refuses options that are no object in %s', (_name, create: (options: any) => unknown) => {
    for (const wrong of notObjects) {
      expectError(() => create(wrong), 'options', wrong, 'to be an object');
    }
  });

  it.each(
    each([
      ['window', 'to be a finite number > 0', [undefined, 0, -1, ...notFinite]],
      ['every', 'to be a finite number > 0', [0, -1, ...notFinite]],
      ['scheduler', 'to be a scheduler', [null, 1, {}]],
    ]),
  )('refuses `%s` as %p in rate', (field, value: any, expected) => {
    expectError(() => rate({ window: 1000, [field]: value }), field, value, expected);
  });

  it.each(
    each([
      ['down', 'to be a finite number >= 0', [undefined, -1, ...notFinite]],
      ['up', 'to be a finite number >= 0', [-1, ...notFinite]],
      ['scheduler', 'to be a scheduler', [null, 1, {}]],
    ]),
  )('refuses `%s` as %p in stabilise', (field, value: any, expected) => {
    expectError(() => stabilise({ down: 1000, [field]: value }), field, value, expected);
  });

  it.each(
    each([
      ['concurrency', 'to be an integer >= 0, Infinity or a stream', [NaN, -1, 0.5]],
      ['concurrency', 'to be an integer >= 0, Infinity or a stream of these', [null, {}, true]],
      ['priority', 'to be a function', without(notFunctions, undefined)],
      ['discipline', 'to be a function', without(notFunctions, undefined)],
    ]),
  )('refuses `%s` as %p in mergeMapLanes', (field, value: any, expected) => {
    expectError(() => mergeMapLanes(() => NEVER, { [field]: value }), field, value, expected);
  });

  it('refuses a callback that is no function in mergeMapLanes and usingResource', () => {
    for (const wrong of notFunctions as any[]) {
      expectError(() => mergeMapLanes(wrong), 'project', wrong, 'to be a function');
      expectError(() => usingResource(wrong, () => 1), 'create', wrong, 'to be a function');
      expectError(() => usingResource(() => 1, wrong), 'release', wrong, 'to be a function');
    }
  });

  it('refuses wrong quantiles and a wrong `every` in quantiles', () => {
    for (const wrong of [undefined, null, 0.5, 'text'] as any[]) {
      expectError(() => quantiles(wrong), 'ps', wrong, 'to be an array');
    }
    for (const wrong of [-0.1, 1.1, NaN, '0.5', null] as any[]) {
      expectError(() => quantiles([0, wrong]), 'ps[1]', wrong, 'to be a number from 0 to 1');
    }
    for (const every of notPositiveCounts as any[]) {
      expectError(() => quantiles([0.5], { every }), 'every', every, 'to be an integer >= 1');
    }
  });

  it('refuses weights that are not positive or not of priorities', () => {
    for (const wrong of [undefined, ...notObjects] as any[]) {
      expectError(() => weighted(wrong), 'weights', wrong, 'to be an object');
    }
    for (const wrong of [0, -1, ...notFinite] as any[]) {
      expectError(() => weighted({ 1: wrong }), 'weights[1]', wrong, 'to be a finite number > 0');
    }
    expectError(
      () => weighted({ high: 2 } as any),
      'weights',
      'high',
      'to be an object with numbers',
    );
  });

  it('makes its checks without a timer', () => {
    const idle: SchedulerLike = {
      now: () => 0,
      schedule: () => {
        throw new Error('Expected no timer');
      },
    };
    expect(rate({ window: 1, scheduler: idle })).toBeInstanceOf(Function);
    expect(stabilise({ down: 1, scheduler: idle })).toBeInstanceOf(Function);
    expect(runTasks({ ...required, scheduler: idle })).toBeInstanceOf(Function);
  });
});
