import { combineLatest, map, NEVER, Observable, Subject } from 'rxjs';
import type { TaskEvent } from '../events/events.js';
import { StatsFold } from '../folds/stats.js';
import { mergeLanes } from '../lanes/mergeLanes.js';
import { subscribeTo } from '../rx/HandlerSubscriber.js';
import { abortOf } from '../rx/onAbort.js';
import type { Job } from '../tasks/Job.js';
import { TaskRunner } from '../tasks/TaskRunner.js';
import { admit } from './admit.js';
import { Autoscaler } from './Autoscaler.js';
import type { Settings } from './config.js';
import { createJobLanes } from './createJobLanes.js';
import { createPools } from './createPools.js';
import { createTelling } from './createTelling.js';
import { Lifecycle } from './Lifecycle.js';
import { oldestWait } from './oldestWait.js';

/**
 * What drives the engine.
 *
 * @internal
 */
export interface EngineInputs<R, E> {
  /** The tasks. Completing is the graceful stop; an error is a kill, after which it is passed on. */
  jobs$: Observable<Job<R, E>>;
  /** Tasks to be cancelled, or what chooses them of those that wait, with the error that they end with. */
  cancel$?: Observable<Cancellation<R, E>>;
  /** Whether the lanes are held. */
  paused$?: Observable<boolean>;
  /** Kills when it emits; its events are still told, other than those of an unsubscribe. */
  kill$?: Observable<unknown>;
  /** Is given what says whether one more task may come. */
  onDoor?: (hasRoom: () => boolean) => void;
  /** The fold of the events, where the caller wants to read it. */
  stats?: StatsFold;
}

/** @internal */
export interface Cancellation<R, E> {
  jobs: Iterable<Job<R, E>> | ((waiting: Job<R, E>[]) => Iterable<Job<R, E>>);
  error: unknown;
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
    const { scheduler, workerCount, resourcePoolSize, signal } = settings;
    const { jobs$, cancel$ = NEVER, paused$ = NEVER, kill$ = NEVER } = inputs;
    const { stats = new StatsFold(workerCount) } = inputs;

    // The parts, and the events that they tell.
    const telling = createTelling<E>(settings, stats, output);
    const { outbox, emit } = telling;
    const lifecycle = new Lifecycle((state) => {
      emit({ type: 'state', time: scheduler.now(), state });
    });
    const onError = (error: unknown): void => {
      lifecycle.fail(error);
      outbox.flush();
    };
    const { resources, workers, spares } = createPools(settings, telling);
    const { lanes, queueLimit } = createJobLanes<R, E>(settings, (error) => lifecycle.fail(error));
    inputs.onDoor?.(() => queueLimit?.hasRoom ?? true);
    const autoscaler = new Autoscaler({
      settings,
      telling,
      workers,
      oldestWait: (now) => oldestWait(lanes, now),
      needsWorker: (limit) => lifecycle.serves && lanes.open.size > 0 && lanes.running < limit,
    });
    const directLeft$ = new Subject<void>();
    const runner = new TaskRunner<R, E>({
      settings,
      outbox,
      emit,
      workers,
      spares,
      lanes,
      onWaiting: () => autoscaler.onWaiting(),
      onDirectLeft: () => directLeft$.next(),
      onBrokenLanes: onError,
    });

    // jobs$ ─▶ admit ─▶ lanes ─▶ run on a worker that is up
    const isUp$ = new Subject<never>();
    const limit$ = combineLatest([workers.ready$, autoscaler.limit$, lifecycle.state$]).pipe(
      map(([ready, limit]) => (lifecycle.serves ? Math.min(ready, limit) : 0)),
    );
    const turns$ = jobs$.pipe(
      admit({
        lifecycle,
        runner,
        outbox,
        directLeft$,
        isUp$,
        engine: output,
        onError,
        autoscaler,
        queueLimit,
      }),
      mergeLanes(lanes, limit$),
    );
    const close = (killed: boolean): void => {
      autoscaler.stop();
      workers.close(killed);
      spares.close(killed);
      resources.close();
    };
    const end = (): void => {
      if (lifecycle.failure) output.error(lifecycle.failure.error);
      else output.complete();
    };

    // Each input is decided, and then told.
    const decide = <T>(input$: Observable<T>, decision: (value: T) => void): void => {
      const subscription = input$.subscribe((value) => {
        decision(value);
        outbox.flush();
      });
      output.add(subscription);
    };
    output.add(() => {
      lifecycle.apply('kill');
      outbox.flush();
    });
    resources.closed$.subscribe(() => {
      lifecycle.apply('closed');
      outbox.add(end, undefined);
      outbox.flush();
    });
    lifecycle.killed$.subscribe(() => {
      runner.kill(lifecycle.failure?.error);
      close(true);
    });
    workers.resize(workerCount);
    spares.resize(resourcePoolSize);
    outbox.add(() => autoscaler.start(), undefined);
    subscribeTo(turns$, output, {
      next: (job) => runner.turn(job),
      error: onError,
      complete: () => close(false),
    });
    if (signal) decide(abortOf(signal), () => lifecycle.apply('stop'));
    decide(kill$, () => lifecycle.apply('kill'));
    decide(cancel$, ({ jobs, error }) => {
      runner.cancel(typeof jobs === 'function' ? jobs(runner.waiting()) : jobs, error);
    });
    decide(paused$, (isPaused) => {
      lifecycle.apply(isPaused ? 'pause' : 'resume');
      if (!isPaused) autoscaler.onWaiting();
    });
    outbox.flush();
    isUp$.complete(); // the source, which may be synchronous, comes after all of the above
  });
