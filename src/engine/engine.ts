import { combineLatest, map, NEVER, Observable, Subject } from 'rxjs';
import type { TaskEvent } from '../events/events.js';
import { Outbox } from '../events/Outbox.js';
import { LoadMeter } from '../folds/LoadMeter.js';
import { logEvent } from '../folds/logger.js';
import { collectEvent } from '../folds/metrics.js';
import { StatsFold } from '../folds/stats.js';
import { createRevocableLanes, type RevocableLanes } from '../lanes/createRevocableLanes.js';
import type { LaneDiscipline } from '../lanes/LaneDiscipline.js';
import { mergeLanes } from '../lanes/mergeLanes.js';
import { strict } from '../lanes/strict.js';
import { Resources } from '../pool/Resources.js';
import { WorkerPool } from '../pool/WorkerPool.js';
import { subscribeTo } from '../rx/HandlerSubscriber.js';
import { abortOf } from '../rx/onAbort.js';
import type { Job } from '../tasks/Job.js';
import { TaskRunner } from '../tasks/TaskRunner.js';
import { admit } from './admit.js';
import { Autoscaler } from './Autoscaler.js';
import type { Settings } from './config.js';
import { Lifecycle } from './lifecycle.js';

/**
 * What drives the engine.
 *
 * @internal
 */
export interface EngineInputs<R, E> {
  /** The tasks. Completing is the graceful stop; an error is a kill, after which it is passed on. */
  jobs$: Observable<Job<R, E>>;
  /** Tasks to be cancelled, with the error that they end with. */
  cancel$?: Observable<{ jobs: Iterable<Job<R, E>>; error: unknown }>;
  /** Whether the lanes are held. */
  paused$?: Observable<boolean>;
  /** Kills when it emits; its events are still told, other than those of an unsubscribe. */
  kill$?: Observable<unknown>;
  /** The fold of the events, where the caller wants to read it. */
  stats?: StatsFold;
}

/**
 * The engine: a cold Observable of events. Its jobs' completing is the stop, unsubscribing is the kill.
 *
 * ```
 * jobs$ ─▶ admit ─▶ lanes ─▶ run on a worker that is up ─▶ outcome
 *                    ▲ limit            │ unhealthy: back to its lane
 *                  up$ ◀─ pool ◀─ target ◀─ policy ◀─ load
 * every step ─▶ events ─▶ folds: stats, load, metrics, log ─▶ output
 * ```
 *
 * @internal
 */
export const runJobs = <R, E>(settings: Settings<R>, inputs: EngineInputs<R, E>) =>
  new Observable<TaskEvent<E>>((output) => {
    const { scheduler, workerCount, collector, logger } = settings;
    const { jobs$, cancel$ = NEVER, paused$ = NEVER, kill$ = NEVER } = inputs;
    const now = (): number => scheduler.now();

    // Every step ─▶ events ─▶ folds ─▶ output.
    const outbox = new Outbox(() => autoscaler.update());
    const stats = inputs.stats ?? new StatsFold(workerCount);
    const load = new LoadMeter(settings.rateWindow, now());
    const tell = (event: TaskEvent<E>): void => {
      stats.apply(event);
      load.apply(event);
      collectEvent(collector, event);
      if (logger) logEvent(logger, event);
      output.next(event);
    };
    const emit = (event: TaskEvent<E>): void => outbox.add(tell, event);

    // up$ ◀─ pool ◀─ target ◀─ policy ◀─ load
    const lifecycle = new Lifecycle((state) => emit({ type: 'state', time: now(), state }));
    const resources = new Resources<R>({
      ...settings,
      onFailed: (operation, error) => {
        emit({ type: 'resourceFailed', time: now(), operation, error });
        outbox.flush();
      },
    });
    const workers = new WorkerPool<R>({
      resources,
      scheduler,
      outbox,
      onStarted: ({ id }) => emit({ type: 'workerStarted', time: now(), worker: id }),
      onStopped: ({ id, broken }, reason) =>
        emit({ type: 'workerStopped', time: now(), worker: id, reason, ...broken }),
    });
    const spares: WorkerPool<R> = new WorkerPool<R>({
      resources,
      scheduler,
      outbox,
      onCount: () => {
        const { up: ready, available } = spares;
        emit({ type: 'resources', time: now(), ready, available });
      },
    });
    const autoscaler = new Autoscaler({
      settings,
      outbox,
      stats,
      load,
      workers,
      onScaled: (event) => emit({ type: 'scaled', ...event }),
    });

    // jobs$ ─▶ admit ─▶ lanes ─▶ run on a worker that is up
    const limit$ = combineLatest([workers.ready$, lifecycle.state$]).pipe(
      map(([ready, state]) => (state === 'paused' || state === 'killed' ? 0 : ready)),
    );
    const lanesOf = (discipline: LaneDiscipline): RevocableLanes<Job<R, E>> =>
      createRevocableLanes({
        discipline,
        priority: (job) => job.priority,
        ahead: (job) => job.retries > 0,
        dropped: (job) => job.state === 'ended',
      });
    let failure: { error: unknown } | undefined;
    let lanes: RevocableLanes<Job<R, E>>;
    try {
      lanes = lanesOf(settings.discipline);
    } catch (error) {
      failure = { error }; // which ends the engine, once all is there that has to end
      lanes = lanesOf(strict());
    }
    const directLeft$ = new Subject<void>();
    const runner = new TaskRunner<R, E>({
      settings,
      outbox,
      emit,
      workers,
      spares,
      lanes,
      onDirectLeft: () => directLeft$.next(),
      onBrokenLanes: fail,
    });

    function close(killed: boolean): void {
      autoscaler.stop();
      workers.close(killed);
      spares.close(killed);
      resources.close();
    }

    function kill(cause?: unknown): void {
      if (!lifecycle.apply('kill')) return;
      runner.kill(cause);
      close(true);
      outbox.flush();
    }

    function fail(error: unknown): void {
      failure ??= { error }; // others may follow from the first
      kill(failure.error);
    }

    function end(): void {
      if (failure) output.error(failure.error);
      else output.complete();
    }

    resources.closed$.subscribe(() => {
      lifecycle.apply('closed');
      outbox.add(end, undefined);
      outbox.flush();
    });
    output.add(() => kill());
    if (failure) kill(failure.error);
    if (output.closed) return;

    workers.resize(workerCount);
    spares.resize(settings.resourcePoolSize);
    outbox.add(() => autoscaler.start(), undefined);
    const isUp$ = new Subject<never>();
    const started$ = jobs$.pipe(
      admit({ lifecycle, runner, outbox, directLeft$, isUp$, engine: output, onError: fail }),
      mergeLanes(lanes, limit$),
    );
    subscribeTo(started$, output, {
      next: (job) => runner.turn(job),
      error: fail,
      complete: () => close(false),
    });
    const act = <T>(input$: Observable<T>, decide: (value: T) => void): void => {
      const tellAfterwards = (value: T): void => {
        decide(value);
        outbox.flush();
      };
      output.add(input$.subscribe(tellAfterwards));
    };
    if (settings.signal) act(abortOf(settings.signal), () => lifecycle.apply('stop'));
    act(kill$, () => kill());
    act(cancel$, ({ jobs, error }) => runner.cancel(jobs, error));
    act(paused$, (isPaused) => lifecycle.apply(isPaused ? 'pause' : 'resume'));
    outbox.flush();
    isUp$.complete(); // the source, which may be synchronous, comes after all of the above
  });
