import fc from 'fast-check';
import {
  BehaviorSubject,
  concat,
  EMPTY,
  ignoreElements,
  map,
  merge,
  NEVER,
  Observable,
  of,
  Subject,
  takeUntil,
  tap,
  timer,
} from 'rxjs';
import {
  createMetricsCollector,
  justInTimeStaffing,
  type Load,
  strict,
  TaskManager,
  type TaskManagerConfig,
  TaskManagerStoppedError,
  wantEagerLooks,
  type LaneDiscipline,
  type Logger,
  type MetricsCollector,
  type TaskContext,
  type TaskEvent,
  type TaskFunction,
  type TaskOptions,
  type TaskStats,
  weighted,
} from '../../src/index.js';
import { Deferred } from '../support/Deferred.js';
import { EventFold } from '../support/EventFold.js';
import { sized } from '../support/soak.js';
import { unhandledErrors } from '../support/unhandledErrors.js';
import { WatchedTime } from '../support/WatchedTime.js';

// Actions inside the callbacks of a manager. Every hook may do anything during its call.

const PARAMETERS = {
  numRuns: Number(process.env.REENTRANCY_RUNS ?? sized(1000, 100_000)),
  seed: Number(process.env.REENTRANCY_SEED ?? 1),
};
/** Reactions may cause further reactions, down to `DEPTH`, and at most `REACTIONS` in a run. */
const DEPTH = 4;
const REACTIONS = 30;

// prettier-ignore
const hooks = [
  'arrived', 'rejected', 'started', 'retried', 'requeued', 'completed', 'failed', 'cancelled', 'workerFreed', // events
  'workerStarted', 'workerStopped', 'resources', 'resourceFailed', 'scaled', 'state',
  'onCreate', 'onDestroy', 'checkHealth', 'scaling', 'concurrency', 'logger', 'collector', // the config
  'task', 'subscribe', 'abort', 'teardown', 'next', 'success', 'failure', // tasks and their callers
  'open', 'close', 'turn', // the discipline, which may only throw
  'stats$', 'metrics$',
] as const;
type Hook = (typeof hooks)[number];

// prettier-ignore
const taskKinds = [
  'value', 'throws', 'breaks',
  'observable', 'observable that breaks', 'values at once', 'values', 'endless observable',
  'promise', 'promise that breaks', 'polite promise', 'endless promise',
] as const;
const forms = ['promise', 'callback', 'async', 'submit', 'runTask'] as const;
const creations = ['at once', 'observable', 'promise', 'slow', 'fails', 'fails late'] as const;
const releases = ['at once', 'observable', 'slow', 'fails', 'hangs'] as const;

const ms = fc.integer({ min: 0, max: 20 });
/** One of the tasks, or the task that was logged last. */
const which = fc.option(fc.nat(20), { nil: undefined });
const request = fc.record({
  form: fc.constantFrom(...forms),
  kind: fc.constantFrom(...taskKinds),
  ms,
  priority: fc.integer({ min: -1, max: 2 }),
  once: fc.boolean(),
  timeout: fc.option(ms, { nil: undefined }),
  maxRetries: fc.option(fc.nat(2), { nil: undefined }),
  signal: fc.constantFrom('own' as const, 'shared' as const),
  /** Whether the function of the task listens to its own signal. */
  listens: fc.boolean(),
});
type Plan = typeof request extends fc.Arbitrary<infer P> ? P : never;

const queue = fc.record({ do: fc.constant('queue' as const), request });
const handle = fc.record({ do: fc.constantFrom('cancel' as const, 'settle' as const), which });
const resize = fc.record({
  do: fc.constant('resize' as const),
  to: fc.integer({ min: 0, max: 4 }),
});
const limit = fc.record({
  do: fc.constant('limit' as const),
  to: fc.constantFrom(0, 1, 2, 3, Infinity),
});
const other = fc.record({ do: fc.constantFrom(...(['pause', 'resume', 'abort all'] as const)) });
const end = fc.record({
  do: fc.constantFrom(...(['stop', 'stop in time', 'abort', 'kill'] as const)),
});

const action = fc.oneof(
  { weight: 6, arbitrary: queue },
  { weight: 4, arbitrary: handle },
  { weight: 3, arbitrary: resize },
  { weight: 3, arbitrary: limit },
  { weight: 3, arbitrary: other },
  { weight: 1, arbitrary: end },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('throw' as const) }) },
);
type Action = typeof action extends fc.Arbitrary<infer A> ? A : never;

/** An action in the n-th call of a hook, and in the next `more` calls. */
const reaction = fc.record({
  to: fc.constantFrom(...hooks),
  nth: fc.nat(4),
  more: fc.nat(3),
  action,
});

const step = fc.oneof(
  { weight: 8, arbitrary: queue },
  { weight: 2, arbitrary: handle },
  { weight: 2, arbitrary: resize },
  { weight: 2, arbitrary: limit },
  { weight: 2, arbitrary: other },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('wait' as const), ms }) },
);

const script = fc.record({
  config: fc.record({
    workerCount: fc.integer({ min: 0, max: 2 }),
    maxWorkerCount: fc.integer({ min: 2, max: 4 }),
    resourcePoolSize: fc.nat(2),
    maxRetries: fc.nat(2),
    abortGrace: fc.integer({ min: 0, max: 60 }),
  }),
  isWeighted: fc.boolean(),
  /** What there is besides the targets of the script. */
  scaling: fc.constantFrom('nothing', 'eager looks', 'just in time'),
  /** What takes the limits of the script, if anything does. */
  concurrency: fc.constantFrom('nothing', 'a stream', 'a policy'),
  creations: fc.array(fc.constantFrom(...creations), { maxLength: 4 }),
  releases: fc.array(fc.constantFrom(...releases), { maxLength: 8 }),
  steps: fc.array(step, { minLength: 5, maxLength: 20 }),
  reactions: fc.array(reaction, { minLength: 5, maxLength: 30 }),
  end: fc.constantFrom(...(['stop', 'stop in time', 'kill'] as const)),
});
type Script = typeof script extends fc.Arbitrary<infer S> ? S : never;

class Broken extends Error {}
class OnPurpose extends Error {}

/** A use of a resource by a task: by its function, its Observable or its Promise. */
interface Use {
  readonly by: 'function' | 'observable' | 'promise';
  readonly context: TaskContext;
}

interface Resource {
  readonly id: number;
  readonly uses: Set<Use>;
  released: boolean;
}

interface Request {
  readonly plan: Plan;
  readonly cancelled$: Subject<void>;
  readonly controller: AbortController;
  /** A result is `'done'`. */
  readonly answers: unknown[];
  readonly events: TaskEvent['type'][];
  id: number;
  /** The last log line of the task. No line comes after its cancel. */
  logged: string | undefined;
  isRetried: boolean;
  unsubscribed: boolean;
  /** The priority at which the task waits in the lanes, as far as known. */
  waits: number | undefined;
}

const isEnd = (type: TaskEvent['type']): boolean =>
  type === 'completed' || type === 'failed' || type === 'cancelled';

/** A manager whose hooks follow the script, and all invariants. */
class World {
  readonly #script: Script;
  readonly #time = new WatchedTime(() => this.#settle());
  readonly #targets = new Subject<number>();
  readonly #limits = new BehaviorSubject(2);
  /** How many tasks of the lanes may run now. */
  #limit = Infinity;
  /** The highest limit since all was told: a start that was decided before a limit fell is told after. */
  #allowed = Infinity;
  /** The looks of this moment. */
  #looks: { last: Load | undefined; count: number } = { last: undefined, count: 0 };
  readonly #stopSignal = new AbortController();
  readonly #resources: Resource[] = [];
  readonly #requests: Request[] = [];
  /** Functions that end tasks without an end of their own. */
  readonly #pending = new Set<() => void>();
  /** The violations. A throw would count as a throw of the callback. */
  readonly #wrong = new Set<string>();
  readonly #calls = new Map<Hook, number>();
  readonly #ends: Promise<void>[] = [];
  readonly #fold: EventFold;
  #manager: TaskManager<Resource> | undefined;
  #shared = new AbortController();
  /** The task that was logged last. */
  #last = 0;
  #creations = 0;
  #releases = 0;
  #depth = 0;
  #reactions = 0;
  #ending = false;
  #over = false;

  constructor(script: Script) {
    this.#script = script;
    const must = (condition: boolean, what: string): void => this.#must(condition, what);
    this.#fold = new EventFold(script.config.workerCount, must);
    const manager = new TaskManager<Resource>({
      ...script.config,
      burstInterval: 7,
      releaseTimeout: 100,
      onCreate: () => this.#create(),
      onDestroy: (resource) => this.#release(resource),
      checkHealth: (error) => {
        this.#hook('checkHealth');
        return !(error instanceof Broken);
      },
      scaling: (loads$) => {
        if (script.scaling !== 'nothing') wantEagerLooks(loads$);
        const looks$ = loads$.pipe(
          tap((load) => this.#look(load)),
          tap(() => this.#hook('scaling')),
          ignoreElements(),
        );
        const policy$ = script.scaling === 'just in time' ? justInTimeStaffing()(loads$) : EMPTY;
        return merge(looks$, policy$, this.#targets);
      },
      concurrency: this.#concurrency(),
      discipline: this.#discipline(),
      logger: this.#logger(),
      collector: this.#collector(),
      signal: this.#stopSignal.signal,
      scheduler: this.#time,
    });
    this.#manager = manager;
    this.#fold.state = manager.stats().state;
    manager.events$.subscribe({
      next: (event) => this.#hear(event),
      complete: () => (this.#over = true),
    });
    manager.events$.subscribe(({ type }) => this.#hook(type));
    manager.stats$.subscribe((stats) => {
      must(stats === manager.stats(), 'stats$ tells of what is');
      this.#hook('stats$');
    });
    manager.metrics$.subscribe(() => this.#hook('metrics$'));
  }

  #concurrency(): TaskManagerConfig<Resource>['concurrency'] {
    const { concurrency } = this.#script;
    if (concurrency === 'nothing') return undefined;
    const limits$ = this.#limits.pipe(tap((limit) => this.#note(limit)));
    if (concurrency === 'a stream') return limits$;
    return (loads$) => {
      const looks$ = loads$.pipe(
        tap((load) => this.#look(load)),
        tap(() => this.#hook('concurrency')),
        ignoreElements(),
      );
      return merge(looks$, limits$);
    };
  }

  #note(limit: number): void {
    this.#limit = this.#script.concurrency === 'a policy' ? Math.max(1, limit) : limit;
    this.#allowed = Math.max(this.#allowed, this.#limit);
  }

  /** All that was decided is told. */
  #settle(): void {
    this.#allowed = this.#limit;
  }

  /** Either policy may be the first to see a look. */
  #look(load: Load): void {
    const { last } = this.#looks;
    if (load === last) return;
    const count = last?.time === load.time ? this.#looks.count + 1 : 1;
    this.#looks = { last: load, count };
    this.#must(count <= 2, 'there is one eager look at a time, and one that is not');
    this.#must(this.#manager?.stats().state !== 'paused', 'no look comes in a pause');
  }

  /** Tasks of the lanes that run, those that linger left out. */
  get #running(): number {
    return [...this.#fold.running.values()].filter((worker) => worker !== undefined).length;
  }

  /** Plays the script, up to the stop or the kill. */
  play(): void {
    this.#advance(1);
    this.#checkQuiet();
    for (const each of this.#script.steps) {
      this.#do(each);
      this.#checkQuiet();
    }
    this.#ending = true;
    this.#limits.next(Infinity);
    this.#settleAll();
    this.#advance(2000);
    this.#checkQuiet();
    this.#checkTarget();
    this.#do({ do: this.#script.end });
    this.#settleAll();
    this.#advance(1000);
    this.#checkQuiet();
  }

  async checkEnd(): Promise<void> {
    for (let i = 0; i < 5; i++) await Promise.resolve(); // for answers by Promises
    this.#must(this.#over, 'the events complete');
    for (const [field, count] of Object.entries(this.#manager!.stats())) {
      this.#must(count === 0 || field === 'state', `${field} is 0 at the end`);
    }
    for (const [i, { events, answers, logged, unsubscribed }] of this.#requests.entries()) {
      const ends = events.filter(isEnd);
      const what = `task '${i}' (${events.join()}; ${answers.join()}; ${unsubscribed})`;
      const arrived = logged !== undefined;
      if (arrived) {
        this.#must(events[0] === 'arrived' && ends.length === 1, `one end of ${what}`);
        this.#must(events.at(-1) === ends[0], `the end is the last of ${what}`);
        this.#must(
          events.filter((type) => type === 'arrived').length === 1,
          `one arrival of ${what}`,
        );
      } else {
        this.#must(events.length === 0, `nothing befalls ${what}`);
      }
      if (unsubscribed && answers.length === 0) continue;
      this.#must(answers.length === 1, `one answer to ${what}`);
      if (arrived)
        this.#must(
          (ends[0] === 'completed') === (answers[0] === 'done'),
          `the answer is the end of ${what}`,
        );
      else this.#must(answers[0] instanceof TaskManagerStoppedError, `the manager refuses ${what}`);
    }
    for (const { id, released } of this.#resources)
      this.#must(released, `resource ${id} is released`);
    this.#must(this.#time.timers === 0, `no timer is left, not ${this.#time.timers}`);
    let open = this.#ends.length;
    for (const each of this.#ends)
      each.then(
        () => open--,
        () => undefined,
      );
    for (let i = 0; i < 5; i++) await Promise.resolve();
    this.#must(open === 0, 'stop and kill resolve');
    this.#report();
  }

  #must(condition: boolean, what: string): void {
    if (!condition) this.#wrong.add(what);
  }

  #advance(duration: number): void {
    this.#time.advanceTo(this.#time.now() + duration);
  }

  #settleAll(): void {
    for (const settle of this.#pending) settle();
  }

  /** A callback runs the actions of the script. */
  #hook(hook: Hook): void {
    this.#checkStats();
    const call = this.#calls.get(hook) ?? 0;
    this.#calls.set(hook, call + 1);
    if (this.#depth >= DEPTH) return;
    this.#depth++;
    try {
      for (const { to, nth, more, action } of this.#script.reactions) {
        const isMeant = to === hook && nth <= call && call <= nth + more;
        if (isMeant && this.#reactions++ < REACTIONS) this.#react(hook, action);
      }
    } finally {
      this.#depth--;
    }
  }

  #checkStats(): void {
    if (!this.#manager) return;
    const { busyWorkers, activeWorkers, ...others } = this.#manager.stats();
    this.#must(
      busyWorkers <= activeWorkers,
      `of ${activeWorkers} workers no more are busy, not ${busyWorkers}`,
    );
    for (const [field, count] of Object.entries({ busyWorkers, ...others })) {
      this.#must(typeof count === 'string' || count >= 0, `${field} is not negative, ${count}`);
    }
  }

  #react(hook: Hook, action: Action): void {
    // During its construction, no method of the manager can be called, but its signal can be aborted.
    if (!this.#manager && action.do !== 'abort') return;
    const isDiscipline = hook === 'open' || hook === 'close' || hook === 'turn';
    if (action.do !== 'throw') return isDiscipline ? undefined : this.#do(action);
    // The platform, or the caller that completes the Observable, gets an error of these hooks.
    if (hook === 'abort' || hook === 'teardown') return;
    if (hook !== 'onCreate' || !this.#ending) throw new OnPurpose();
  }

  #do(action: Exclude<Action, { do: 'throw' }> | Script['steps'][number]): void {
    const manager = this.#manager!;
    switch (action.do) {
      case 'queue':
        return this.#queue(action.request);
      case 'cancel': {
        const { which = this.#last } = action;
        const request = this.#requests[which % this.#requests.length];
        if (!request) return;
        request.waits = undefined;
        request.unsubscribed ||= request.plan.form === 'submit' && request.answers.length === 0;
        request.cancelled$.next();
        return request.controller.abort();
      }
      case 'settle':
        return [...this.#pending].at((action.which ?? -1) % this.#pending.size)?.();
      case 'resize':
        return this.#targets.next(action.to);
      case 'limit':
        return this.#limits.next(this.#ending ? Infinity : action.to);
      case 'wait':
        return this.#advance(action.ms);
      case 'pause':
        return manager.pause();
      case 'resume':
        return manager.resume();
      case 'abort all': {
        for (const each of this.#requests)
          if (each.plan.signal === 'shared') each.waits = undefined;
        const shared = this.#shared;
        this.#shared = new AbortController();
        return shared.abort();
      }
      case 'stop':
        return void this.#ends.push(manager.stop());
      case 'stop in time':
        return void this.#ends.push(manager.stop({ timeout: 30 }));
      case 'abort':
        return this.#stopSignal.abort();
      case 'kill':
        return void this.#ends.push(manager.kill());
    }
  }

  #queue(plan: Plan): void {
    const manager = this.#manager!;
    const request: Request = {
      plan,
      cancelled$: new Subject(),
      controller: new AbortController(),
      answers: [],
      events: [],
      id: 0,
      logged: undefined,
      isRetried: false,
      unsubscribed: false,
      waits: undefined,
    };
    const label = String(this.#requests.push(request) - 1);
    const { priority, once, timeout, maxRetries, form } = plan;
    const signal = plan.signal === 'own' ? request.controller.signal : this.#shared.signal;
    const options: TaskOptions = { priority, once, timeout, maxRetries, signal, label };
    const task = this.#task(request);
    const answer = (outcome: unknown): unknown => request.answers.push(outcome);
    const succeed = (): void => {
      answer('done');
      this.#hook('success');
    };
    const fail = (error: unknown): void => {
      answer(error);
      this.#hook('failure');
    };
    switch (form) {
      // A Promise never answers within the call. `checkEnd` looks at its answer.
      case 'promise':
        manager.queueTask(task, options).then(() => answer('done'), answer);
        break;
      case 'runTask':
        manager.runTask(task, options).then(() => answer('done'), answer);
        break;
      case 'callback':
        manager.queueTaskWithCallback(
          task,
          (error) => (error === null ? succeed() : fail(error)),
          options,
        );
        break;
      case 'async':
        manager.queueTaskAsync(task, options).subscribe({ error: fail, complete: succeed });
        break;
      case 'submit': {
        const complete = (): void => {
          if (!request.unsubscribed) succeed();
        };
        const next = (): void => this.#hook('next');
        manager
          .submit(task, options)
          .pipe(takeUntil(request.cancelled$))
          .subscribe({ next, error: fail, complete });
      }
    }
    // The task waits in the lanes, unless a listener of its arrival has changed that.
    if (form !== 'runTask' && request.logged === 'arrived') request.waits = priority;
  }

  #task(request: Request): TaskFunction<Resource, unknown> {
    return (resource, context) => {
      const { state } = this.#manager!.stats();
      this.#must(state !== 'killed' && state !== 'stopped', `nothing begins when ${state}`);
      this.#must(
        !resource.released,
        `resource ${resource.id} is not released when it is handed out`,
      );
      this.#must(resource.uses.size === 0, `resource ${resource.id} is free when it is handed out`);
      const done = this.#use(resource, 'function', context);
      if (request.plan.listens) {
        context.signal.addEventListener('abort', () => this.#hook('abort'));
      }
      try {
        this.#hook('task');
        return this.#behave(request.plan, resource, context);
      } finally {
        done();
      }
    };
  }

  #use(resource: Resource, by: Use['by'], context: TaskContext): () => void {
    const use = { by, context };
    resource.uses.add(use);
    return () => resource.uses.delete(use);
  }

  #behave({ kind, ms: duration }: Plan, resource: Resource, context: TaskContext): unknown {
    const timer$ = timer(duration, this.#time);
    const observable = (inner: Observable<unknown>): Observable<unknown> =>
      new Observable((subscriber) => {
        const done = this.#use(resource, 'observable', context);
        subscriber.add(() => {
          this.#hook('teardown');
          done();
        });
        this.#hook('subscribe');
        subscriber.add(inner.subscribe(subscriber));
      });
    const promise = (settle: (result: Deferred<unknown>) => void) => {
      const result = new Deferred<unknown>();
      const done = this.#use(resource, 'promise', context);
      const end = (): void => {
        this.#pending.delete(end);
        done();
        settle(result);
      };
      this.#pending.add(end);
      return { result, end };
    };
    const later = (settle: (result: Deferred<unknown>) => void): Deferred<unknown> => {
      const { result, end } = promise(settle);
      this.#time.at(this.#time.now() + duration, () => this.#pending.has(end) && end());
      return result;
    };
    switch (kind) {
      case 'value':
        return 1;
      case 'throws':
        throw new Error('failed');
      case 'breaks':
        throw new Broken();
      case 'observable':
        return observable(timer$);
      case 'observable that breaks':
        return observable(timer$.pipe(map(() => raise(new Broken()))));
      case 'values at once':
        return observable(of(1, 2));
      case 'values':
        return observable(concat(of(1), timer$, of(2)));
      case 'endless observable':
        return observable(
          new Observable((subscriber) => {
            if (this.#ending) return subscriber.complete();
            const end = (): void => subscriber.complete();
            this.#pending.add(end);
            subscriber.add(() => this.#pending.delete(end));
          }),
        );
      case 'promise':
        return later((result) => result.resolve(1));
      case 'promise that breaks':
        return later((result) => result.reject(new Broken()));
      case 'polite promise': {
        if (this.#ending) return 1;
        const { result, end } = promise((settled) => settled.reject(new Error('aborted')));
        context.signal.addEventListener('abort', () => this.#pending.has(end) && end());
        return result;
      }
      case 'endless promise':
        return this.#ending ? 1 : promise((result) => result.resolve(1)).result;
    }
  }

  #create(): Resource | Observable<Resource> | PromiseLike<Resource> {
    const make = (): Resource => {
      const id = this.#resources.length + 1;
      const resource = { id, uses: new Set<Use>(), released: false };
      this.#resources.push(resource);
      return resource;
    };
    const after = (duration: number): Observable<Resource> =>
      timer(duration, this.#time).pipe(map(make));
    const isFirst = !this.#manager;
    const how = isFirst || this.#ending ? 'at once' : this.#script.creations[this.#creations++];
    this.#hook('onCreate');
    if (isFirst) return after(0); // so that the log tells of the start too
    switch (how) {
      case 'observable':
        return after(5);
      case 'promise': {
        const result = new Deferred<Resource>();
        this.#time.at(this.#time.now() + 5, () => result.resolve(make()));
        return result;
      }
      case 'slow':
        return after(150);
      case 'fails':
        throw new Error('no resource');
      case 'fails late':
        return timer(5, this.#time).pipe(map(() => raise(new Error('no resource'))));
      default:
        return make();
    }
  }

  #release(resource: Resource): unknown {
    const { id, uses, released } = resource;
    this.#must(!released, `resource ${id} is released once`);
    resource.released = true;
    const killed = this.#manager!.stats().state === 'killed';
    for (const { by, context } of uses) {
      this.#must(context.signal.aborted, `the ${by} that uses resource ${id} was aborted`);
      this.#must(killed || by === 'promise', `resource ${id} is not released under an ${by}`);
    }
    const how = this.#script.releases[this.#releases++];
    this.#hook('onDestroy');
    switch (how) {
      case 'observable':
        return timer(5, this.#time);
      case 'slow':
        return timer(50, this.#time);
      case 'fails':
        throw new Error('not released');
      case 'hangs':
        return NEVER;
      default:
        return undefined;
    }
  }

  #discipline(): LaneDiscipline {
    return () => {
      const discipline = this.#script.isWeighted ? weighted({ 1: 3 }) : strict();
      const schedule = discipline();
      return {
        open: (lane) => {
          this.#hook('open');
          schedule.open(lane);
        },
        close: (lane) => {
          this.#hook('close');
          schedule.close(lane);
        },
        next: () => {
          this.#hook('turn');
          return schedule.next();
        },
      };
    };
  }

  /** The log gets an event in the same call. `events$` may get the event later. */
  #logger(): Logger {
    const log = (message: string): void => {
      const [, label, what] = /^task \d+ \((\d+)\) (.*)/.exec(message) ?? [];
      if (label !== undefined && what !== undefined) {
        this.#last = Number(label);
        const request = this.#requests[this.#last]!;
        if (request.logged !== 'was cancelled') request.logged = what;
        if (what.includes('tried again')) request.isRetried = true;
        if (what === 'started') this.#checkStart(request);
      }
      this.#hook('logger');
    };
    return { debug: log, info: log, warn: log, error: log };
  }

  #collector(): MetricsCollector {
    const nothing = createMetricsCollector({ scheduler: this.#time }).metrics();
    let totalTasksArrived = 0;
    const record = (): void => this.#hook('collector');
    return {
      recordArrival: () => {
        totalTasksArrived++;
        record();
      },
      recordCompletion: record,
      recordFailure: record,
      recordRetry: record,
      recordCancellation: record,
      metrics: () => ({ ...nothing, totalTasksArrived }),
    };
  }

  #hear(event: TaskEvent): void {
    this.#fold.apply(event);
    if (!('attempt' in event)) return;
    if (event.type === 'started' && !event.direct) {
      const [running, allowed] = [this.#running, this.#allowed];
      this.#must(running <= allowed, `no more than ${allowed} tasks run, not ${running}`);
    }
    const request = this.#requests[Number(event.label)]!;
    request.id = event.id;
    request.events.push(event.type);
  }

  #checkStart(request: Request): void {
    const { form, priority } = request.plan;
    if (form === 'runTask') return;
    const { state } = this.#manager!.stats();
    this.#must(state === 'running' || state === 'stopping', `nothing starts when ${state}`);
    request.waits = undefined;
    if (this.#script.isWeighted) return;
    const served = request.isRetried ? Math.max(1, priority) : priority;
    const higher = this.#requests.filter(({ waits }) => waits !== undefined && waits > served);
    this.#must(higher.length === 0, `a task of ${higher[0]?.waits} starts before one of ${served}`);
  }

  /** The invariants between calls. */
  #checkQuiet(): void {
    const { waiting, busy, workers, direct, spares } = this.#fold;
    const stats = this.#manager!.stats();
    const folded = this.#fold.stats(this.#script.config.workerCount);
    for (const field of Object.keys(folded) as (keyof TaskStats)[]) {
      this.#must(
        stats[field] === folded[field],
        `${field} is ${folded[field]}, not ${stats[field]}`,
      );
    }
    const isServed = stats.state === 'running' || stats.state === 'stopping';
    if (isServed && waiting.size > 0 && this.#running < this.#limit) {
      this.#must(busy.size === workers.size, 'no worker is idle while tasks wait');
      this.#must(this.#fold.target > 0, 'a worker is wanted while tasks wait');
    }
    this.#settle();
    const held = this.#resources.filter(({ released }) => !released).length;
    const temporary = held - workers.size - spares.ready;
    this.#must(temporary >= 0, 'each worker and spare holds a resource');
    this.#must(temporary <= direct.size, 'no other resource is held but those of direct tasks');
    for (const request of this.#requests) request.waits = waiting.get(request.id);
    this.#report();
  }

  /** The invariants after the end of all creations and releases. */
  #checkTarget(): void {
    const { state, activeWorkers, busyWorkers } = this.#manager!.stats();
    if (state !== 'running' && state !== 'paused') return;
    const surplus = activeWorkers - this.#fold.target;
    this.#must(
      surplus >= 0 && surplus <= busyWorkers,
      `there are as many workers as wanted, not ${surplus} more`,
    );
  }

  #report(): void {
    if (this.#wrong.size > 0) throw new Error(`It is not so: ${[...this.#wrong].join('; ')}`);
  }
}

const raise = (error: Error): never => {
  throw error;
};

describe('TaskManager, called by its own callbacks', () => {
  it('keeps all its promises', async () => {
    await fc.assert(
      fc.asyncProperty(script, async (plan) => {
        let world: World | undefined;
        const unhandled = unhandledErrors(() => {
          world = new World(plan);
          world.play();
        });
        await world?.checkEnd();
        expect(unhandled.filter((error) => !(error instanceof OnPurpose))).toEqual([]);
      }),
      PARAMETERS,
    );
  });
});
