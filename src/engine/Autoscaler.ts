import {
  BehaviorSubject,
  catchError,
  defer,
  EMPTY,
  from,
  map,
  merge,
  retry,
  share,
  Subject,
  Subscription,
  type Observable,
} from 'rxjs';
import { InvalidConfigError } from '../checks/InvalidConfigError.js';
import { reportUnhandledError } from '../rx/reportUnhandledError.js';
import { clamp } from '../scaling/clamp.js';
import { wantsEagerLooks } from '../scaling/eagerLooks.js';
import type { Load } from '../scaling/Load.js';
import type { ScalingPolicy } from '../scaling/ScalingPolicy.js';
import { whyOf } from '../scaling/why.js';
import { isLimit, type Settings } from './config.js';
import type { Telling } from './createTelling.js';
import { EagerLooks } from './EagerLooks.js';
import { looksInTime } from './looksInTime.js';

/** @internal */
export interface AutoscalerOptions {
  settings: Pick<
    Settings<never>,
    'scaling' | 'concurrency' | 'burstInterval' | 'scheduler' | 'workerCount' | 'maxWorkerCount'
  >;
  telling: Telling<never>;
  workers: {
    readonly target: number;
    readonly startupTime: number;
    resize(target: number): void;
  };
  /** How long the oldest waiting task has waited, in ms. */
  oldestWait: (now: number) => number;
  /** Whether a task waits that one more worker would start, by what is decided, told or not. */
  needsWorker: (limit: number) => boolean;
}

/**
 * Looks at the load, asks the policies, resizes the pool, and limits how many tasks run.
 *
 * ```
 *         ┌─▶ scaling policy ─▶ clamped to workerCount … maxWorkerCount ─▶ pool
 * looks ──┤
 *         └─▶ concurrency policy ─▶ limit$ ─▶ lanes
 * ```
 *
 * It looks every `burstInterval` while something waits, runs or bursts, and has no timer otherwise. When a task finds no
 * idle worker it looks at once, if the policy asks for that. A policy that fails is reported, and starts anew at the next
 * look.
 *
 * @internal
 */
export class Autoscaler {
  readonly #options: AutoscalerOptions;
  readonly #isActive$ = new BehaviorSubject(false);
  readonly #eagerLooks: EagerLooks;
  readonly #eagerLooks$ = new Subject<void>();
  /** Whether an eager look is on the stack: it only adds workers. */
  #isEager = false;
  /** What the policies see, at each look. */
  readonly #loads$: Observable<Load>;
  /** What they have seen last. */
  #seen: Load | undefined;
  /** What the scaling policy has said last. */
  #wanted: number | undefined;
  /** Closed once the scaling policy has completed. */
  #scaling: Subscription | undefined;
  /** How many tasks may run at once. */
  readonly #limit$: BehaviorSubject<number>;
  readonly #subscription = new Subscription();

  constructor(options: AutoscalerOptions) {
    const { settings, telling } = options;
    const { concurrency } = settings;
    this.#options = options;
    const inTime$ = looksInTime(this.#isActive$, settings, telling.outbox);
    this.#loads$ = merge(inTime$, this.#eagerLooks$).pipe(
      map(() => (this.#seen = this.#look(telling.load.takeErrors()))),
      share(),
    );
    const isStream = typeof concurrency === 'object';
    const first = typeof concurrency === 'number' ? concurrency : Infinity;
    this.#limit$ = new BehaviorSubject(isStream ? 0 : first);
    this.#eagerLooks = new EagerLooks(settings.scheduler, () => {
      telling.outbox.add(this.#lookEagerly, undefined);
      telling.outbox.flush();
    });
    this.#subscription.add(() => this.#eagerLooks.cancel());
    telling.outbox.onTold = () => this.#update();
  }

  /** How many tasks may run at once, whatever the number of workers. */
  get limit$(): Observable<number> {
    return this.#limit$;
  }

  start(): void {
    const { scaling, burstInterval, concurrency } = this.#options.settings;
    if (this.#subscription.closed) return;
    const isPolicy = typeof concurrency === 'function';
    if (typeof concurrency === 'object') {
      const limits$ = from(concurrency).pipe(
        catchError((error: unknown) => {
          reportUnhandledError(error); // and the last limit stays
          return EMPTY;
        }),
      );
      this.#subscription.add(limits$.subscribe((limit: number) => this.#setLimit(limit)));
    }
    if (burstInterval === 0) return;
    if (isPolicy)
      this.#follow(concurrency, (limit) => this.#setLimit(Math.max(1, Math.floor(limit))));
    this.#scaling = this.#follow(scaling, (target) => this.#resize(target));
    this.#scaling.add(this.#loads$.subscribe(() => this.#resizeAgain())); // behind the policy
  }

  stop(): void {
    this.#subscription.unsubscribe();
  }

  /** A task waits. It may have found no idle worker. */
  onWaiting(): void {
    if (this.#eagerLooks.isDue || !wantsEagerLooks(this.#loads$)) return;
    this.#options.telling.outbox.add(this.#needLook, undefined);
  }

  readonly #needLook = (): void => {
    if (this.#needsWorker) this.#eagerLooks.need();
  };

  readonly #lookEagerly = (): void => {
    if (!this.#needsWorker) return;
    this.#isEager = true;
    this.#eagerLooks$.next();
    this.#isEager = false;
  };

  get #needsWorker(): boolean {
    return this.#options.needsWorker(this.#limit$.value);
  }

  /** All that has happened is told: whether the load is to be looked at may have changed. */
  #update(): void {
    const { telling, workers, settings } = this.#options;
    const { stats } = telling;
    if (workers.target === 0 && this.#needsWorker) return this.#decide(1, this.#look());
    const isActive =
      stats.state !== 'paused' &&
      (stats.waitingTasks > 0 || stats.busyWorkers > 0 || workers.target > settings.workerCount);
    if (!isActive) {
      telling.load.takeErrors(); // no look is to come for them
      this.#eagerLooks.cancel();
    }
    if (isActive !== this.#isActive$.value) this.#isActive$.next(isActive);
  }

  #follow(policy: ScalingPolicy, act: (value: number) => void): Subscription {
    const values$ = defer(() => policy(this.#loads$)).pipe(
      retry({
        delay: (error) => {
          reportUnhandledError(error);
          return this.#loads$;
        },
      }),
    );
    const following = values$.subscribe(act);
    this.#subscription.add(following);
    return following;
  }

  #look(errors: readonly unknown[] = []): Load {
    const { settings, telling, workers, oldestWait } = this.#options;
    const { stats, load } = telling;
    const now = settings.scheduler.now();
    return {
      ...load.read(now),
      ...(errors.length > 0 && { errors }),
      queued: stats.waitingTasks,
      oldestWait: oldestWait(now),
      busy: stats.busyWorkers,
      ready: stats.activeWorkers,
      startupTime: workers.startupTime,
      current: workers.target,
      base: settings.workerCount,
      max: settings.maxWorkerCount,
    };
  }

  #setLimit(limit: number): void {
    if (!isLimit(limit)) {
      return reportUnhandledError(
        new InvalidConfigError('concurrency', limit, 'a stream of integers >= 0 or Infinity'),
      );
    }
    this.#limit$.next(limit);
    const { closed } = this.#subscription; // the discipline, asked for the next task, may have thrown
    if (this.#scaling?.closed && !closed) this.#resizeAgain(); // no look comes for that
    this.onWaiting();
    this.#options.telling.outbox.flush();
  }

  /** A policy that emits changes alone does not repeat what an eager look, or the limit, has kept from the pool. */
  #resizeAgain(): void {
    if (this.#wanted !== undefined) this.#resize(this.#wanted);
  }

  #resize(target: number): void {
    const { settings, workers, telling } = this.#options;
    if (typeof target !== 'number' || Number.isNaN(target)) {
      return reportUnhandledError(
        new InvalidConfigError('scaling', target, 'a stream of numbers of workers'),
      );
    }
    this.#wanted = target;
    const { workerCount, maxWorkerCount } = settings;
    // More workers than may run at once are of no use. A task that waits has one to wait for.
    const most = clamp(this.#limit$.value, workerCount, maxWorkerCount);
    const least = Math.max(workerCount, Math.min(telling.stats.waitingTasks, most, 1));
    const to = clamp(Math.ceil(target), least, most);
    if (to === workers.target || (this.#isEager && to < workers.target)) return;
    this.#decide(to, this.#seen ?? this.#look());
    telling.outbox.flush();
  }

  #decide(to: number, load: Load): void {
    const { settings, workers, telling } = this.#options;
    const time = settings.scheduler.now();
    telling.emit({ type: 'scaled', time, from: workers.target, to, load, why: whyOf(load) });
    workers.resize(to);
  }
}
