import {
  BehaviorSubject,
  combineLatest,
  finalize,
  map,
  noop,
  Subject,
  type Observable,
} from 'rxjs';
import { TaskCancelledError, TaskManagerStoppedError } from '../../src/events/errors.js';
import type { TaskEvent } from '../../src/events/events.js';
import { Outbox } from '../../src/events/Outbox.js';
import { createRevocableLanes } from '../../src/lanes/createRevocableLanes.js';
import { mergeLanes } from '../../src/lanes/mergeLanes.js';
import { strict } from '../../src/lanes/strict.js';
import { Resources } from '../../src/pool/Resources.js';
import { WorkerPool } from '../../src/pool/WorkerPool.js';
import { fromEventual, type Eventual } from '../../src/rx/eventual.js';
import { Job } from '../../src/tasks/Job.js';
import type { TaskFunction, TaskOptions } from '../../src/tasks/task.js';
import { TaskRunner } from '../../src/tasks/TaskRunner.js';
import * as table from '../../src/tasks/transitions.js';
import { Deferred } from '../support/Deferred.js';
import { VirtualTime } from '../support/VirtualTime.js';

const { nextState } = table;

/** Whether something is decided by the TaskRunner, asked of a callback or done by a task, or told. */
type Kind = 'decided' | 'asked' | 'told';

/**
 * A TaskRunner with lanes, pools and an outbox, as the engine has them: in virtual time, with one worker that is up. Its
 * log has what is decided and what is told, in order.
 */
export class RunnerRig {
  /** What has happened since `input`. */
  readonly #log: { kind: Kind; line: string }[] = [];
  readonly time = new VirtualTime();
  /** What a task gives that has no function of its own. */
  readonly result = new Deferred<string>();
  /** What `observe` gives. */
  readonly values = new Subject<string>();
  /** Makes a resource. */
  create: () => Eventual<string> = () => 'resource';
  /** The answer of `checkHealth`. */
  health: boolean | 'replace' = true;
  /** Aborts `signal`. */
  readonly abort = (): void => this.#controller.abort();

  readonly #controller = new AbortController();
  readonly #isNested: boolean;
  readonly #outbox = new Outbox();
  readonly #arrivals = new Subject<Job<string, string>>();
  readonly #accepted: Job<string, string>[] = [];
  readonly #isOpen$ = new BehaviorSubject(true);
  /** What happens when a line is logged. */
  readonly #hooks = new Map<string, () => void>();
  /** How many callbacks are on the stack. */
  #depth = 0;
  #created = 0;
  #released = 0;
  #outcomes = 0;

  readonly #resources = new Resources<string>({
    onCreate: () => {
      this.#add('told', 'onCreate is called');
      return fromEventual(this.create).pipe(
        map((resource, index) => {
          if (index === 0) this.#created++;
          return resource;
        }),
      );
    },
    onDestroy: () => {
      this.#released++;
      this.#add('told', 'onDestroy is called');
    },
    releaseTimeout: 1000,
    scheduler: this.time,
    onFailed: (operation, error) => {
      this.#emit({ type: 'resourceFailed', time: this.time.now(), operation, error });
      this.#outbox.flush();
    },
  });
  readonly #pool = { resources: this.#resources, scheduler: this.time, outbox: this.#outbox };
  readonly workers = new WorkerPool<string>({
    ...this.#pool,
    onStopped: ({ id }, reason) =>
      this.#emit({ type: 'workerStopped', time: this.time.now(), worker: id, reason }),
  });
  readonly spares = new WorkerPool<string>(this.#pool);
  readonly #lanes = createRevocableLanes<Job<string, string>>({
    discipline: strict(),
    priority: (job) => job.priority,
    ahead: (job) => job.retries > 0,
    dropped: (job) => job.state === 'ended',
  });
  readonly #runner = new TaskRunner<string, string>({
    settings: {
      scheduler: this.time,
      maxRetries: 1,
      retry: undefined,
      abortGrace: 100,
      checkHealth: () => {
        this.#add('asked', 'checkHealth is asked');
        return this.health;
      },
    },
    outbox: this.#outbox,
    emit: (event) => this.#emit(event),
    workers: this.workers,
    spares: this.spares,
    lanes: this.#lanes,
    onWaiting: noop,
    onDirectLeft: () => this.#add('decided', 'its direct place is free'),
    onBrokenLanes: (error) => this.#add('told', `the lanes are broken by ${String(error)}`),
  });

  /** @param isNested - whether inputs come from within a callback */
  constructor(isNested: boolean) {
    this.#isNested = isNested;
    jest.spyOn(table, 'nextState').mockImplementation((state, input) => {
      const next = nextState(state, input);
      this.#add('decided', moveOf(state, input, next));
      return next;
    });
    const { leave } = this.#lanes;
    this.#lanes.leave = () => {
      this.#add('decided', 'its place is free');
      leave();
    };
    const limit$ = combineLatest([this.workers.ready$, this.#isOpen$]).pipe(
      map(([ready, isOpen]) => (isOpen ? ready : 0)),
    );
    this.#arrivals.pipe(mergeLanes(this.#lanes, limit$)).subscribe((job) => this.#runner.turn(job));
    this.resize(1);
  }

  /** What has happened since `input`, in order: all, or what was of these kinds. */
  log(...kinds: Kind[]): string[] {
    const chosen = this.#log.filter(({ kind }) => kinds.length === 0 || kinds.includes(kind));
    return chosen.map(({ line }) => line);
  }

  /** Gives the input that the scenario is about. The log begins here. */
  input(act: () => void): void {
    this.#log.length = 0;
    if (!this.#isNested || this.#depth > 0) return act();
    this.#outbox.add(() => {
      act();
      expect(this.log('told')).toEqual([]);
    }, undefined);
    this.#outbox.flush();
  }

  /** Gives the input in the callback that next logs the line. Without `act` the rig only waits for what follows. */
  inputAt(line: string, act: () => void = noop): void {
    this.#hooks.set(line, () => this.input(act));
  }

  /** For tasks that are to be cancelled by it. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  queue(run?: TaskFunction<string, string>, options?: TaskOptions): Job<string, string> {
    return this.#accept(false, run, options);
  }

  runDirectly(run?: TaskFunction<string, string>, options?: TaskOptions): Job<string, string> {
    return this.#accept(true, run, options);
  }

  /** A task comes, and there is no room for it. */
  refuse(): void {
    const job = this.#jobOf(false);
    this.#runner.refuse(job, job, 0);
    this.#outbox.flush();
  }

  /** The task of an Observable. */
  readonly observe = (): Observable<string> =>
    this.values.pipe(finalize(() => this.#add('asked', 'the Observable is torn down')));

  pause(): void {
    this.#isOpen$.next(false);
    this.#outbox.flush();
  }

  resume(): void {
    this.#isOpen$.next(true);
    this.#outbox.flush();
  }

  resize(workers: number, pool = this.workers): void {
    pool.resize(workers);
    this.#outbox.flush();
  }

  cancel(...jobs: Job<string, string>[]): void {
    this.#runner.cancel(jobs, new TaskCancelledError());
    this.#outbox.flush();
  }

  kill(): void {
    this.#isOpen$.next(false);
    this.#runner.kill();
    this.workers.close(true);
    this.spares.close(true);
    this.#resources.close();
    this.#outbox.flush();
  }

  /** Ends all, and expects one outcome of each task, one release of each resource, and no timer. */
  finish(): void {
    this.#hooks.clear();
    this.kill();
    this.time.advanceTo(this.time.now() + 10_000);
    const states = this.#accepted.map(({ state }) => state);
    expect(states).toEqual(states.map(() => 'ended'));
    expect(this.#outcomes).toBe(states.length);
    expect(this.#released).toBe(this.#created);
    expect(this.time.timers).toBe(0);
  }

  #accept(
    isDirect: boolean,
    run?: TaskFunction<string, string>,
    options?: TaskOptions,
  ): Job<string, string> {
    const job = this.#jobOf(isDirect, run, options);
    if (this.#runner.accept(job)) this.#arrivals.next(job);
    this.#outbox.flush();
    return job;
  }

  #jobOf(
    isDirect: boolean,
    run: TaskFunction<string, string> = () => this.result,
    options: TaskOptions = {},
  ): Job<string, string> {
    const task: typeof run = (resource, context) => {
      this.#add('told', 'the task is called');
      context.signal.addEventListener('abort', () => this.#add('told', 'the signal is aborted'));
      return run(resource, context);
    };
    const say = (line: string): void => this.#add('told', line);
    const job = new LoggedJob(task, options, isDirect, say, (outcome) => {
      this.#outcomes++;
      say(outcome);
    });
    this.#accepted.push(job);
    return job;
  }

  #emit(event: TaskEvent): void {
    this.#outbox.add(this.#tell, event);
  }

  readonly #tell = (event: TaskEvent): void => this.#add('told', describe(event));

  #add(kind: Kind, line: string): void {
    this.#log.push({ kind, line });
    const act = this.#hooks.get(line);
    if (!act) return;
    this.#hooks.delete(line);
    this.#depth++;
    act();
    this.#depth--;
  }
}

/** The line for a cell of the table. */
export const moveOf = (
  state: table.TaskState,
  input: table.TaskInput,
  next: table.TaskState,
): string => `${state} ─${input}─▶ ${next}`;

class LoggedJob extends Job<string, string> {
  constructor(
    run: TaskFunction<string, string>,
    options: TaskOptions,
    isDirect: boolean,
    readonly say: (line: string) => void,
    readonly outcome: (line: string) => void,
  ) {
    super(run, options, isDirect);
  }

  emit(value: string): void {
    this.say(`next ${value}`);
  }

  succeed(result: string | undefined): void {
    this.outcome(`complete ${result}`);
  }

  fail(error: unknown): void {
    const name = error instanceof Error ? error.name : String(error);
    const hasStarted = error instanceof TaskManagerStoppedError && error.started;
    this.outcome(`error ${name}${hasStarted ? ', started' : ''}`);
  }
}

const describe = (event: TaskEvent): string => {
  switch (event.type) {
    case 'cancelled':
      return `${event.running ? 'cancelled while running' : 'cancelled'}${goesOn(event)}`;
    case 'failed':
      return `failed${goesOn(event)}`;
    case 'workerStopped':
      return `workerStopped: ${event.reason}`;
    default:
      return event.type;
  }
};

const goesOn = ({ abandoned }: { abandoned: boolean }): string => (abandoned ? ', goes on' : '');
