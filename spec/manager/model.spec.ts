import {
  concat,
  defer,
  EMPTY,
  finalize,
  ignoreElements,
  map,
  NEVER,
  Observable,
  of,
  timer,
  type Subscription,
} from 'rxjs';
import fc from 'fast-check';
import type { TaskEvent } from '../../src/events/events.js';
import type { TaskContext, TaskFunction, TaskOptions } from '../../src/tasks/task.js';
import { TaskManager } from '../../src/manager/TaskManager.js';
import { InvalidConfigError, type Load, type TaskStats } from '../../src/index.js';
import { Deferred } from '../support/Deferred.js';
import {
  concurrencyPlan,
  limitChange,
  limitFailure,
  Levers,
  scalingPlan,
} from '../support/levers.js';
import { unhandledErrors } from '../support/unhandledErrors.js';
import { WatchedTime } from '../support/WatchedTime.js';

const PARAMETERS = {
  numRuns: Number(process.env.MODEL_RUNS ?? 300),
  ...(process.env.MODEL_SEED && { seed: Number(process.env.MODEL_SEED) }),
};

interface Resource {
  readonly id: number;
  released: boolean;
  users: number;
}

interface Caller {
  answers: number;
  cancelled: boolean;
  subscription?: Subscription;
}

const taskKinds = [
  'value',
  'throws',
  'breaks',
  'observable',
  'observable that breaks',
  'endless observable',
  'empty observable',
  'promise',
  'promise that breaks',
  'polite promise',
  'endless promise',
  'submits',
  'cancels itself',
  'pauses',
  'resumes',
  'stops',
  'kills',
  'holds',
  'frees',
] as const;

const creations = ['at once', 'slow', 'fails', 'fails late'] as const;
const releases = ['at once', 'slow', 'fails', 'hangs'] as const;

const duration = fc.integer({ min: 0, max: 40 });

const task = fc.record({
  kind: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...taskKinds) },
    { weight: 1, arbitrary: fc.constantFrom('observable', 'promise', 'breaks') },
  ),
  duration,
  priority: fc.integer({ min: -1, max: 2 }),
  once: fc.boolean(),
  timeout: fc.option(fc.integer({ min: 0, max: 30 }), { nil: undefined }),
  maxRetries: fc.option(fc.integer({ min: 0, max: 2 }), { nil: undefined }),
  shared: fc.boolean(),
});
type TaskPlan = typeof task extends fc.Arbitrary<infer P> ? P : never;

const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('submit' as const), task }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('runTask' as const), task }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('cancel' as const), which: fc.nat(50) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('wait' as const), duration }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('abort' as const, 'pause' as const, 'resume' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('create' as const),
      how: fc.constantFrom(...creations),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('release' as const),
      how: fc.constantFrom(...releases),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('limit' as const), change: limitChange }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('stop' as const, 'kill' as const) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const config = fc.record({
  workerCount: fc.integer({ min: 0, max: 2 }),
  maxWorkerCount: fc.integer({ min: 2, max: 4 }),
  resourcePoolSize: fc.integer({ min: 0, max: 2 }),
  burstInterval: fc.constantFrom(0, 7, 50),
  maxRetries: fc.integer({ min: 0, max: 2 }),
  abortGrace: fc.integer({ min: 0, max: 20 }),
  scaling: scalingPlan,
  concurrency: concurrencyPlan,
  creation: fc.constantFrom('at once' as const, 'slow' as const),
});
type Config = typeof config extends fc.Arbitrary<infer C> ? C : never;

class Broken extends Error {}

const isEnd = ({ type }: TaskEvent): boolean =>
  type === 'completed' || type === 'failed' || type === 'cancelled';

/** A manager, and an independent count of all its work. */
class Model {
  readonly time = new WatchedTime(() => this.#settle());
  readonly manager: TaskManager<Resource>;
  readonly #resources: Resource[] = [];
  readonly #callers: Caller[] = [];
  readonly #arrived = new Set<number>();
  readonly #ended = new Set<number>();
  /** The direct tasks that run or go on, with their workers. Some of these workers are temporary. */
  readonly #direct = new Map<number, number>();
  /** Violations inside tasks, where a throw would count as a failure of the task. */
  readonly #wrong: string[] = [];
  readonly #config: Config;
  readonly #levers: Levers;
  /** The tasks of the lanes that run, those that linger left out. */
  readonly #running = new Set<number>();
  #target: number;
  /** Creations and releases that are under way. */
  #pending = 0;
  /** When the load was to be looked at first: the looks in time are whole intervals from there. */
  #origin: number | undefined;
  /** When the last look came that was not in time. */
  #lastEager = -Infinity;
  #abortController = new AbortController();
  #create: (typeof creations)[number] = 'at once';
  #release: (typeof releases)[number] = 'at once';
  #spares = 0;
  #over = false;

  constructor(config: Config) {
    const { workerCount, maxWorkerCount, scaling, concurrency, creation, ...others } = config;
    const burstInterval = workerCount === 0 ? config.burstInterval || 7 : config.burstInterval;
    this.#config = { ...config, burstInterval };
    this.#target = workerCount;
    this.#create = creation;
    this.#levers = new Levers(scaling, concurrency, (load) => this.#look(load));
    this.manager = new TaskManager<Resource>({
      ...others,
      ...this.#levers.config,
      workerCount,
      maxWorkerCount,
      burstInterval,
      onCreate: () => this.#makeResource(),
      onDestroy: (resource) => this.#releaseResource(resource),
      checkHealth: (error) => !(error instanceof Broken),
      releaseTimeout: 100,
      scheduler: this.time,
    });
    this.#spares = this.manager.stats().availableResources;
    this.manager.events$.subscribe({
      next: (event) => this.#hear(event),
      complete: () => (this.#over = true),
    });
    this.#settle();
  }

  take(step: Step): void {
    this.#act(step);
    this.#settle();
  }

  /** All that was decided is told. */
  #settle(): void {
    this.#levers.settle();
    if (this.#isActive) this.#origin ??= this.time.now();
  }

  get #isActive(): boolean {
    const { state, busyWorkers, queuedTasks, priorityTasks } = this.manager.stats();
    const hasWork = queuedTasks + priorityTasks + busyWorkers > 0;
    return state !== 'paused' && (hasWork || this.#target > this.#config.workerCount);
  }

  /** Whether a look that is not eager may come now. */
  get #isTick(): boolean {
    const passed = this.time.now() - (this.#origin ?? Infinity);
    return passed > 0 && passed % this.#config.burstInterval === 0;
  }

  #look({ queued, busy, current, base, time }: Load): void {
    this.#must(this.manager.stats().state !== 'paused', 'no look comes in a pause');
    this.#must(queued + busy > 0 || current > base, 'no look comes at rest');
    if (this.#isTick) return;
    this.#must(queued > 0, 'no eager look comes while nothing waits');
    this.#must(time - this.#lastEager >= 10, 'eager looks are 10 ms apart');
    this.#lastEager = time;
  }

  #act(step: Step): void {
    switch (step.do) {
      case 'submit':
        return this.#submit(step.task);
      case 'runTask':
        return this.#runTask(step.task);
      case 'cancel': {
        const caller = this.#callers[step.which % this.#callers.length];
        if (!caller?.subscription) return;
        caller.cancelled = true;
        return caller.subscription.unsubscribe();
      }
      case 'wait':
        return this.time.advanceTo(this.time.now() + step.duration);
      case 'abort':
        this.#abortController.abort();
        this.#abortController = new AbortController();
        return;
      case 'limit':
        return this.#levers.change(step.change);
      case 'create':
        this.#create = step.how;
        return;
      case 'release':
        this.#release = step.how;
        return;
      case 'stop':
        void this.manager.stop({ timeout: 500 });
        return;
      case 'kill':
        void this.manager.kill();
        return;
      case 'pause':
        return this.manager.pause();
      case 'resume':
        return this.manager.resume();
    }
  }

  check(): void {
    expect(this.#wrong).toEqual([]);
    const stats = this.manager.stats();
    const waiting = stats.queuedTasks + stats.priorityTasks;
    expect(waiting + stats.runningTasks + this.#ended.size).toBe(this.#arrived.size);
    expect(stats.busyWorkers).toBeGreaterThanOrEqual(0);
    expect(stats.busyWorkers).toBeLessThanOrEqual(stats.activeWorkers);
    expect(stats.activeWorkers).toBe(stats.baseWorkers + stats.burstWorkers);
    expect(stats.activeWorkers).toBeLessThanOrEqual(this.manager.maxWorkerCount);
    // A held resource belongs to a worker or a temporary worker, or is ready for runTask.
    const held = this.#resources.filter(({ released }) => !released).length;
    const temporary = held - stats.activeWorkers - this.#spares;
    expect(temporary).toBeGreaterThanOrEqual(0);
    expect(temporary).toBeLessThanOrEqual(this.#direct.size);
    this.#checkLevers(stats);
  }

  #checkLevers(stats: TaskStats): void {
    const { state, busyWorkers, runningTasks, activeWorkers } = stats;
    if (state === 'killed' || state === 'stopped') return;
    const { workerCount, resourcePoolSize } = this.#config;
    const waiting = stats.queuedTasks + stats.priorityTasks;
    if (waiting > 0 && state !== 'paused' && this.#running.size < this.#levers.limit) {
      expect(this.#target).toBeGreaterThan(0);
      // Up or starting: with a creation under way, or the pause after one that has failed.
      expect(activeWorkers + this.time.timers).toBeGreaterThan(0);
    }
    const isAtRest =
      state !== 'stopping' &&
      waiting + runningTasks + busyWorkers + this.#direct.size + this.#pending === 0 &&
      [activeWorkers, this.#target].every((count) => count === workerCount) &&
      this.#spares === resourcePoolSize;
    if (isAtRest) expect(this.time.timers).toBe(0);
  }

  /** Ends all that runs. After a while a manager that goes on has its base workers alone. */
  checkRest(): void {
    this.take({ do: 'resume' });
    this.#create = 'at once';
    this.#release = 'at once';
    for (const { subscription } of this.#callers) subscription?.unsubscribe();
    // The rule of justInTimeStaffing remembers arrivals for longer than any other.
    const rest = this.#config.scaling.kind === 'just in time' ? 120_000 : 25_000;
    this.time.advanceTo(this.time.now() + rest);
    this.check();
    const { state, activeWorkers, busyWorkers } = this.manager.stats();
    const { scaling, burstInterval, workerCount } = this.#config;
    if (state !== 'running' || burstInterval === 0) return;
    expect(busyWorkers).toBe(0);
    if (scaling.kind === 'silent' || scaling.kind === 'any') return;
    expect(activeWorkers).toBe(workerCount);
  }

  async checkEnd(): Promise<void> {
    await Promise.resolve(); // runTask answers with a Promise
    await Promise.resolve();
    expect(this.#over).toBe(true);
    expect(
      this.#callers.filter(({ answers, cancelled }) => answers + Number(cancelled) < 1),
    ).toEqual([]);
    expect(this.#callers.filter(({ answers }) => answers > 1)).toEqual([]);
    expect([...this.#arrived].filter((id) => !this.#ended.has(id))).toEqual([]);
    expect(this.#resources.filter(({ released }) => !released)).toEqual([]);
    expect(this.manager.stats()).toMatchObject({
      activeWorkers: 0,
      busyWorkers: 0,
      runningTasks: 0,
      queuedTasks: 0,
      priorityTasks: 0,
      availableResources: 0,
    });
  }

  #hear(event: TaskEvent): void {
    if (event.type === 'resources') this.#spares = event.ready;
    if (event.type === 'scaled') this.#scale(event);
    if (event.type === 'workerFreed' && event.direct) {
      for (const [id, worker] of this.#direct) if (worker === event.worker) this.#direct.delete(id);
    }
    if (!('attempt' in event)) return;
    const { id, type } = event;
    if (type === 'arrived') {
      this.#must(!this.#arrived.has(id), `task ${id} arrives once`);
      this.#arrived.add(id);
    }
    this.#must(this.#arrived.has(id) && !this.#ended.has(id), `task ${id}: ${type} in its life`);
    if (isEnd(event)) this.#ended.add(id);
    if (type === 'started' && !event.direct) {
      this.#running.add(id);
      const { allowed } = this.#levers;
      this.#must(this.#running.size <= allowed, `${this.#running.size} run, not ${allowed}`);
    } else if (type !== 'arrived') this.#running.delete(id);
    if (type === 'started' && event.direct) this.#direct.set(id, event.worker);
    if (isEnd(event) && !('abandoned' in event && event.abandoned)) this.#direct.delete(id);
  }

  #scale({ from, to }: Extract<TaskEvent, { type: 'scaled' }>): void {
    const { workerCount, maxWorkerCount } = this.#config;
    this.#must(from === this.#target && from !== to, `scaled from ${from} to ${to}`);
    this.#must(to >= workerCount && to <= maxWorkerCount, `the target is in its range, not ${to}`);
    this.#must(to > from || this.#isTick, 'an eager look adds workers');
    const { state } = this.manager.stats();
    this.#must(state === 'running' || state === 'stopping', `no scaling when ${state}`);
    this.#target = to;
  }

  #must(condition: boolean, what: string): void {
    if (!condition) this.#wrong.push(what);
  }

  #submit(plan: TaskPlan): void {
    const caller: Caller = { answers: 0, cancelled: false };
    this.#callers.push(caller);
    const subscription = this.manager
      .submit(
        this.#task(plan, () => caller.subscription?.unsubscribe()),
        this.#options(plan),
      )
      .subscribe({
        error: () => caller.answers++,
        complete: () => caller.answers++,
      });
    caller.subscription = subscription;
    subscription.add(() => (caller.cancelled ||= caller.answers === 0));
  }

  #runTask(plan: TaskPlan): void {
    const caller: Caller = { answers: 0, cancelled: false };
    this.#callers.push(caller);
    const answered = (): number => caller.answers++;
    const controller = new AbortController();
    this.manager
      .runTask(
        this.#task(plan, () => controller.abort()),
        {
          ...this.#options(plan),
          ...(plan.kind === 'cancels itself' && { signal: controller.signal }),
        },
      )
      .then(answered, answered);
  }

  #options({ priority, once, timeout, maxRetries, shared }: TaskPlan): TaskOptions {
    const { signal } = this.#abortController;
    return { priority, once, timeout, maxRetries, ...(shared && { signal }) };
  }

  #task(plan: TaskPlan, cancel: () => void): TaskFunction<Resource, unknown> {
    return (resource, context) => {
      this.#must(!resource.released && resource.users === 0, `resource ${resource.id} is free`);
      this.#must(!this.#ended.has(context.id), `task ${context.id} is alive`);
      resource.users++;
      const done = (): void => {
        resource.users--;
      };
      try {
        return this.#behave(plan, cancel, context, done);
      } catch (error) {
        done();
        throw error;
      }
    };
  }

  #behave(
    { kind, duration: ms }: TaskPlan,
    cancel: () => void,
    context: TaskContext,
    done: () => void,
  ): unknown {
    const { manager, time } = this;
    const held = (source: Observable<unknown>): Observable<unknown> =>
      new Observable((subscriber) => {
        subscriber.add(source.subscribe(subscriber));
        subscriber.add(done);
      });
    const settled = (settle: (result: Deferred<unknown>) => void): Deferred<unknown> => {
      const result = new Deferred<unknown>();
      time.at(time.now() + ms, () => {
        done();
        settle(result);
      });
      return result;
    };
    const after = <T>(act: () => T): T => {
      const result = act();
      done();
      return result;
    };
    switch (kind) {
      case 'value':
        return after(() => 1);
      case 'throws':
        throw new Error('the task failed');
      case 'breaks':
        throw new Broken();
      case 'observable':
        return held(concat(of(1), timer(ms, time), of(2)));
      case 'observable that breaks':
        return held(timer(ms, time).pipe(map(() => raise(new Broken()))));
      case 'endless observable':
        return held(NEVER);
      case 'empty observable':
        return held(concat(EMPTY, timer(ms, time).pipe(ignoreElements())));
      case 'promise':
        return settled((result) => result.resolve(1));
      case 'promise that breaks':
        return settled((result) => result.reject(new Broken()));
      case 'polite promise': {
        const result = new Deferred<unknown>();
        context.signal.addEventListener('abort', () => {
          done();
          result.reject(context.signal.reason);
        });
        return result;
      }
      case 'endless promise':
        return new Deferred();
      case 'submits':
        return after(() => {
          if (this.#callers.length < 100)
            this.#submit({
              kind: 'observable',
              duration: ms,
              priority: 1,
              once: false,
              timeout: undefined,
              maxRetries: undefined,
              shared: false,
            });
        });
      case 'cancels itself':
        return after(cancel);
      case 'pauses':
        return after(() => manager.pause());
      case 'resumes':
        return after(() => manager.resume());
      case 'stops':
        return after(() => void manager.stop({ timeout: 500 }));
      case 'kills':
        return after(() => void manager.kill());
      case 'holds':
        return after(() => this.#levers.change(0));
      case 'frees':
        return after(() => this.#levers.change(3));
    }
  }

  #makeResource(): Resource | Observable<Resource> {
    const make = (): Resource => {
      const resource = { id: this.#resources.length + 1, released: false, users: 0 };
      this.#resources.push(resource);
      return resource;
    };
    switch (this.#create) {
      case 'at once':
        return make();
      case 'slow':
        return this.#counted(timer(15, this.time).pipe(map(make)));
      case 'fails':
        return raise(new Error('no resource'));
      case 'fails late':
        return this.#counted(timer(15, this.time).pipe(map(() => raise(new Error('no resource')))));
    }
  }

  #releaseResource(resource: Resource): unknown {
    this.#must(!resource.released, `resource ${resource.id} is released once`);
    resource.released = true;
    switch (this.#release) {
      case 'at once':
        return undefined;
      case 'slow':
        return this.#counted(timer(15, this.time));
      case 'fails':
        throw new Error('not released');
      case 'hangs':
        return this.#counted(NEVER);
    }
  }

  #counted<T>(operation$: Observable<T>): Observable<T> {
    return defer(() => {
      this.#pending++;
      return operation$.pipe(finalize(() => this.#pending--));
    });
  }
}

const raise = (error: Error): never => {
  throw error;
};

const play = (model: Model, steps: readonly Step[]): void => {
  model.check();
  for (const each of steps) {
    model.take(each);
    model.check();
  }
  model.checkRest();
  model.take({ do: 'stop' });
  model.check();
  model.time.advanceTo(model.time.now() + 10_000);
  expect(model.time.timers).toBe(0);
};

const isOfLimits = (error: unknown): boolean =>
  error === limitFailure || (error instanceof InvalidConfigError && error.field === 'concurrency');

describe('TaskManager, against a model', () => {
  it('keeps count of tasks and resources, whatever the callers do', async () => {
    await fc.assert(
      fc.asyncProperty(
        config,
        fc.array(step, { minLength: 1, maxLength: 40 }),
        async (settings, steps) => {
          let model: Model | undefined;
          const errors = unhandledErrors(() => {
            model = new Model(settings);
            play(model, steps);
          });
          await model?.checkEnd();
          expect(errors.filter((error) => !isOfLimits(error))).toEqual([]);
        },
      ),
      PARAMETERS,
    );
  });
});
