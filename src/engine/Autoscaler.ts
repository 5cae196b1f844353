import {
  BehaviorSubject,
  defer,
  EMPTY,
  map,
  retry,
  share,
  switchMap,
  Subscription,
  type Observable,
} from 'rxjs';
import { InvalidConfigError } from '../checks/InvalidConfigError.js';
import { reportUnhandledError } from '../rx/reportUnhandledError.js';
import { ticks } from '../rx/ticks.js';
import { clamp } from '../scaling/clamp.js';
import type { Load } from '../scaling/Load.js';
import type { Settings } from './config.js';
import type { Telling } from './createTelling.js';

/** @internal */
export interface AutoscalerOptions {
  settings: Pick<
    Settings<never>,
    'scaling' | 'burstInterval' | 'scheduler' | 'workerCount' | 'maxWorkerCount'
  >;
  telling: Telling<never>;
  workers: { readonly target: number; resize(target: number): void };
}

/**
 * Looks at the load, asks the policy, and resizes the pool.
 *
 * ```
 * load ─▶ policy ─▶ clamped to workerCount … maxWorkerCount ─▶ pool
 * ```
 *
 * It looks every `burstInterval` while something waits, runs or bursts, and has no timer otherwise. A policy that fails
 * is reported, and starts anew at the next look.
 *
 * @internal
 */
export class Autoscaler {
  readonly #options: AutoscalerOptions;
  readonly #isActive$ = new BehaviorSubject(false);
  /** What the policy has seen last. */
  #seen: Load | undefined;
  readonly #subscription = new Subscription();

  constructor(options: AutoscalerOptions) {
    this.#options = options;
    options.telling.outbox.onTold = () => this.#update();
  }

  start(): void {
    if (this.#subscription.closed) return;
    this.#subscription.add(this.#targets().subscribe((target) => this.#resize(target)));
  }

  stop(): void {
    this.#subscription.unsubscribe();
  }

  /** All that has happened is told: whether the load is to be looked at may have changed. */
  #update(): void {
    const { telling, workers, settings } = this.#options;
    const { stats } = telling;
    const isActive =
      stats.state !== 'paused' &&
      (stats.waitingTasks > 0 || stats.busyWorkers > 0 || workers.target > settings.workerCount);
    if (isActive !== this.#isActive$.value) this.#isActive$.next(isActive);
  }

  #targets(): Observable<number> {
    const { scaling, burstInterval, scheduler } = this.#options.settings;
    if (burstInterval === 0) return EMPTY;
    // The looks fall on multiples of the interval from the first activity on, however often it pauses.
    let origin: number | undefined;
    const ticks$ = defer(() => {
      const now = scheduler.now();
      origin ??= now;
      return ticks(burstInterval - ((now - origin) % burstInterval), burstInterval, scheduler);
    });
    const looks$ = this.#isActive$.pipe(
      switchMap((isActive) => (isActive ? ticks$ : EMPTY)),
      share(),
    );
    const loads$ = looks$.pipe(map(() => (this.#seen = this.#look())));
    return defer(() => scaling(loads$)).pipe(
      retry({
        delay: (error) => {
          reportUnhandledError(error);
          return looks$;
        },
      }),
    );
  }

  #look(): Load {
    const { settings, telling, workers } = this.#options;
    const { stats, load } = telling;
    return {
      ...load.read(settings.scheduler.now()),
      queued: stats.waitingTasks,
      busy: stats.busyWorkers,
      current: workers.target,
      base: settings.workerCount,
      max: settings.maxWorkerCount,
    };
  }

  #resize(target: number): void {
    const { settings, workers, telling } = this.#options;
    if (typeof target !== 'number' || Number.isNaN(target)) {
      return reportUnhandledError(
        new InvalidConfigError('scaling', target, 'a stream of numbers of workers'),
      );
    }
    const from = workers.target;
    const to = clamp(Math.ceil(target), settings.workerCount, settings.maxWorkerCount);
    if (to === from) return;
    const load = this.#seen ?? this.#look();
    telling.emit({ type: 'scaled', time: settings.scheduler.now(), from, to, load });
    workers.resize(to);
    telling.outbox.flush();
  }
}
