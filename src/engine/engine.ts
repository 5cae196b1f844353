import {
  BehaviorSubject,
  catchError,
  combineLatest,
  defer,
  EMPTY,
  map,
  NEVER,
  Observable,
  retry,
  share,
  Subscription,
  switchMap,
} from 'rxjs';
import { subscribeTo } from '../rx/HandlerSubscriber.js';
import { InvalidConfigError } from '../checks/InvalidConfigError.js';
import { abortOf } from '../rx/onAbort.js';
import { reportUnhandledError } from '../rx/reportUnhandledError.js';
import { ticks } from '../rx/ticks.js';
import type { Settings } from './config.js';
import { strict } from '../lanes/strict.js';
import type { LaneDiscipline } from '../lanes/LaneDiscipline.js';
import { createDispatcher, type Dispatcher } from './createDispatcher.js';
import { createEmitter } from '../events/emitter.js';
import type { TaskEvent, TaskManagerState } from '../events/events.js';
import type { Job } from '../tasks/Job.js';
import { LoadMeter } from '../folds/LoadMeter.js';
import { logEvent } from '../folds/logger.js';
import { collectEvent } from '../folds/metrics.js';
import { Resources } from '../pool/Resources.js';
import type { Load } from '../scaling/Load.js';
import { StatsFold } from '../folds/stats.js';
import { WorkerPool } from '../pool/WorkerPool.js';

/**
 * What drives the engine.
 *
 * @internal
 */
export interface EngineInputs<R, E> {
  /** The tasks. Completing is the graceful stop; an error is a kill, after which it is passed on. */
  jobs$: Observable<Job<R, E>>;
  /** Tasks to be cancelled, each with the error that it ends with. */
  cancel$?: Observable<{ job: Job<R, E>; error: unknown }>;
  /** Whether the lanes are held. */
  paused$?: Observable<boolean>;
  /** Kills when it emits; the events of it are still heard, other than those of an unsubscribe. */
  kill$?: Observable<unknown>;
  /** The fold of the events, where the caller wants to read it. */
  stats?: StatsFold;
}

/**
 * The engine: a cold Observable of events. Its jobs' completing is the stop, unsubscribing is the kill.
 *
 * @internal
 */
export const runJobs = <R, E>(settings: Settings<R>, inputs: EngineInputs<R, E>) =>
  new Observable<TaskEvent<E>>((output) => {
    const { scheduler, workerCount, maxWorkerCount, collector, logger } = settings;
    const { jobs$, cancel$ = NEVER, paused$ = NEVER, kill$ = NEVER } = inputs;

    // Events, and the folds of them that the engine itself reads.
    const stats = inputs.stats ?? new StatsFold(workerCount);
    const load = new LoadMeter(settings.rateWindow, scheduler.now());
    const events = createEmitter<TaskEvent<E>>(output, (event) => {
      stats.apply(event);
      load.apply(event);
      collectEvent(collector, event);
      if (logger) logEvent(logger, event);
    });
    const emit = (event: TaskEvent<E>): void => events.next(event);
    const now = (): number => scheduler.now();
    const setState = (state: TaskManagerState): void => emit({ type: 'state', time: now(), state });

    // Workers, and the resources for runTask.
    const resources = new Resources<R>({
      ...settings,
      onFailed: (operation, error) =>
        emit({ type: 'resourceFailed', time: now(), operation, error }),
    });
    const workers = new WorkerPool<R>({
      resources,
      scheduler,
      onStarted: ({ id }) => emit({ type: 'workerStarted', time: now(), worker: id }),
      onStopped: ({ id, broken }, reason) =>
        emit({ type: 'workerStopped', time: now(), worker: id, reason, ...broken }),
    });
    const spares: WorkerPool<R> = new WorkerPool<R>({
      resources,
      scheduler,
      onCount: () => {
        const { up: ready, available } = spares;
        emit({ type: 'resources', time: now(), ready, available });
      },
    });

    // Tasks, and the lanes that they wait in.
    const paused = new BehaviorSubject(false);
    const active = new BehaviorSubject(false);
    const dispatcherFor = (discipline: LaneDiscipline): Dispatcher<R, E> =>
      createDispatcher<R, E>({
        settings: { ...settings, discipline },
        workers,
        spares,
        emit,
        onProgress,
        onBrokenLanes: fail,
      });
    let failure: { error: unknown } | undefined;
    let dispatcher: Dispatcher<R, E>;
    try {
      dispatcher = dispatcherFor(settings.discipline);
    } catch (error) {
      failure = { error }; // which ends the engine, once all is there that has to end
      dispatcher = dispatcherFor(strict());
    }
    const concurrency$ = combineLatest([workers.ready$, paused]).pipe(
      map(([ready, isPaused]) => (isPaused ? 0 : ready)),
    );

    // Looks at the load, of which there are none while nothing waits, runs or bursts, and their targets.
    const readLoad = (): Load => ({
      ...load.read(now()),
      queued: stats.waitingTasks,
      busy: stats.busyWorkers,
      current: workers.target,
      base: workerCount,
      max: maxWorkerCount,
    });
    let seen: Load | undefined;
    const targets$ = scale(settings, active, () => (seen = readLoad()));

    const running = new Subscription();
    const scaling = new Subscription();
    running.add(scaling);
    /** How many workers the policy wants. */
    let wanted = workerCount;

    function onProgress(): void {
      const bursting = workers.target > workerCount;
      const isActive =
        !paused.value && (stats.waitingTasks > 0 || stats.busyWorkers > 0 || bursting);
      if (isActive !== active.value) active.next(isActive);
      if (stats.state !== 'stopping' || !dispatcher.isDrained()) return;
      scaling.unsubscribe();
      close(false);
    }

    function close(killed: boolean): void {
      workers.close(killed);
      spares.close(killed);
      resources.close();
    }

    function stop(): void {
      if (stats.state !== 'running' && stats.state !== 'paused') return;
      dispatcher.refuse();
      setState('stopping');
      paused.next(false); // what was accepted is to run to its end
      onProgress();
    }

    function kill(cause?: unknown): void {
      if (stats.state === 'stopped' || stats.state === 'killed') return;
      dispatcher.refuse();
      running.unsubscribe();
      dispatcher.setConcurrency(0);
      setState('killed');
      dispatcher.kill(cause);
      close(true);
    }

    function fail(error: unknown): void {
      failure ??= { error }; // others may follow from the first
      kill(failure.error);
    }

    function resize(target: number): void {
      if (scaling.closed) return;
      if (typeof target !== 'number' || Number.isNaN(target)) {
        return reportUnhandledError(
          new InvalidConfigError('scaling', target, 'a stream of numbers of workers'),
        );
      }
      const from = wanted;
      wanted = Math.min(Math.max(Math.ceil(target), workerCount), maxWorkerCount);
      if (wanted === from) return;
      emit({ type: 'scaled', time: now(), from, to: wanted, load: seen ?? readLoad() });
      workers.resize(wanted); // perhaps another number: a listener of the event may have the policy change its mind
      onProgress();
    }

    resources.closed$.subscribe(() => {
      if (stats.state === 'stopping') setState('stopped');
      running.unsubscribe();
      if (failure) events.error(failure.error);
      else events.complete();
    });
    output.add(() => kill());
    output.add(settings.signal && abortOf(settings.signal).subscribe(stop));
    if (failure) kill(failure.error);
    if (output.closed) return;

    running.add(concurrency$.subscribe((limit) => dispatcher.setConcurrency(limit)));
    workers.resize(workerCount);
    spares.resize(settings.resourcePoolSize);
    scaling.add(targets$.subscribe(resize));
    output.add(kill$.subscribe(() => kill()));
    output.add(cancel$.subscribe(({ job, error }) => dispatcher.cancel(job, error)));
    output.add(
      paused$.subscribe((isPaused) => {
        if (stats.state !== (isPaused ? 'running' : 'paused')) return;
        paused.next(true); // while it is told nothing starts
        setState(isPaused ? 'paused' : 'running');
        paused.next(stats.state === 'paused'); // as the listeners have left it
        onProgress();
      }),
    );
    // After an error it is killed, and completes for nobody.
    const safeJobs$ = jobs$.pipe(
      catchError((error: unknown) => {
        fail(error);
        return EMPTY;
      }),
    );
    subscribeTo(safeJobs$, output, { next: (job) => dispatcher.accept(job), complete: stop });
  });

/** The scaling policy's targets. */
const scale = <R>(
  { scaling, burstInterval, scheduler }: Settings<R>,
  active$: Observable<boolean>,
  readLoad: () => Load,
): Observable<number> => {
  if (burstInterval === 0) return EMPTY;
  // The looks fall on multiples of the interval from the first activity on, however often it pauses.
  let origin: number | undefined;
  const ticks$ = defer(() => {
    const now = scheduler.now();
    origin ??= now;
    return ticks(burstInterval - ((now - origin) % burstInterval), burstInterval, scheduler);
  });
  const looks$ = active$.pipe(
    switchMap((isActive) => (isActive ? ticks$ : EMPTY)),
    share(),
  );
  return defer(() => scaling(looks$.pipe(map(readLoad)))).pipe(
    // A policy that fails is reported and starts anew at the next look.
    retry({
      delay: (error) => {
        reportUnhandledError(error);
        return looks$;
      },
    }),
  );
};
