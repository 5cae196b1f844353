import {
  catchError,
  concatMap,
  defer,
  endWith,
  from,
  ignoreElements,
  map,
  merge,
  repeat,
  share,
  takeUntil,
  tap,
  throwError,
  timer,
  toArray,
  type Observable,
} from 'rxjs';
import type { ScalingPolicy } from 'rx-tasker';
import { inSlices } from './inSlices.js';
import { readShadowOptions, type ShadowSettings } from './readShadowOptions.js';
import { Recording, type RecordedWindow } from './Recording.js';
import { ShadowPolicyError } from './ShadowPolicyError.js';
import type { ShadowedManager, ShadowFigures, ShadowOptions, ShadowReport } from './shadowTypes.js';
import { simulateWindow, tasksOf } from './simulateWindow.js';

/**
 * Says what other policies would have decided and cost on the live traffic of a manager. Every minute it simulates the
 * last hour with one policy after the other, and emits their figures next to those of the manager itself.
 *
 * Use it to choose a policy, or its parameters, before it runs. `simulate` does it once, with a recorded trace. `aimd` and
 * other policies for a limit of starts go into `config.concurrency`, which all simulations share.
 *
 * Each subscription records by itself, and begins with nothing. An unsubscribe ends the recording, and a simulation that
 * is under way. The output completes with the manager, at once and without a last report. It passes on an error of the
 * events. While it is subscribed to, its timer keeps a script alive.
 *
 * - *Tasks*: those that arrived in the window, with one attempt each, as long as all its attempts together. A failed task
 *   fails once. A task that was cancelled counts with what it took. One that was cancelled before it ran is left out, and
 *   so is a `runTask`.
 * - *Unknown durations*: a task that waits or runs at the end of the window takes as long as tasks of the window took on
 *   average, but at least as long as it has run so far. Simulations end with the window, so that a task that has not
 *   started has its wait so far.
 * - *Not simulated*: pauses, `queueLimit`, replaced workers, retries, and tasks that linger after a timeout.
 * - *The beginning of the window*: simulations begin with the base workers, ready, and no others. A task that ran before
 *   arrives at that moment, with the time that was left; its wait does not count. So policies have to make the workers
 *   that the manager had already. Tasks that arrive in the first startup time wait longer than they would have. Where the
 *   whole traffic is inside the window, the figures of the running policy are those of the manager, to the bit.
 * - *Costs*: an event costs some 0.3 µs. A simulation takes 0.15 to 1 s of CPU time for 10,000 tasks, more where they
 *   are spread over an hour, since each look at the load takes as long as a task or longer (measured on a slow machine).
 *   It runs in slices of some 2 ms, between which the manager goes on; the longest took 47 ms.
 * - *Memory*: about 200 bytes for each of at most `maxTasks` tasks, and for each task that waits or runs.
 *
 * @example
 * ```ts
 * import { take } from 'rxjs';
 * import { justInTimeStaffing, squareRootStaffing, TaskManager } from 'rx-tasker';
 * import { shadow } from 'rx-tasker/simulation';
 *
 * const config = { onCreate: () => ({}), onDestroy: () => undefined, workerCount: 1, maxWorkerCount: 5 };
 * const manager = new TaskManager(config);
 * const policies = { jit: justInTimeStaffing(), sqrt: squareRootStaffing() };
 * shadow(manager, policies, { every: 500, window: 10_000, config })
 *   .pipe(take(1))
 *   .subscribe(({ tasks, actual, policies: { jit, sqrt } }) => {
 *     console.log(tasks, actual.workers, jit.workers, sqrt.workers); // near 4 4 4 5
 *   });
 * for (let i = 0; i < 4; i++) {
 *   void manager.queueTask(() => new Promise((done) => setTimeout(done, 700)));
 * }
 * await manager.stop();
 * ```
 *
 * @param manager - the manager to watch
 * @param policies - the policies, by the names that the reports have
 * @param options - every, window, startup, maxTasks, config and scheduler
 * @returns the reports; the first after `every` ms
 * @throws InvalidConfigError that names the option, its value and the expected value. On the output,
 * `ShadowPolicyError` if a policy throws in a simulation
 * @see {@link simulate}, {@link recordTrace}
 */
export const shadow = <K extends string>(
  manager: ShadowedManager,
  policies: Readonly<Record<K, ScalingPolicy>>,
  options: ShadowOptions = {},
): Observable<ShadowReport<K>> => {
  const settings = readShadowOptions(manager, policies, options);
  const { every, scheduler, workerCount } = settings;
  const named = Object.entries<ScalingPolicy>(policies);
  return defer(() => {
    /** The base workers: all that have been up at once, until an event tells. */
    let base = workerCount ?? manager.stats().baseWorkers;
    const recording = new Recording(settings, manager.stats(), base, () => scheduler.now());
    const events$ = manager.events$.pipe(
      tap((event) => recording.apply(event)),
      ignoreElements(),
      share(),
    );
    const report$ = timer(every, scheduler).pipe(
      concatMap(() => {
        const window = recording.takeWindow();
        base = workerCount ?? window.base ?? Math.max(base, manager.stats().baseWorkers);
        return compare<K>(window, base, named, settings);
      }),
    );
    return merge(events$, report$.pipe(repeat(), takeUntil(events$.pipe(endWith(undefined)))));
  });
};

/** Simulates one policy after the other. */
const compare = <K extends string>(
  window: RecordedWindow,
  workerCount: number,
  policies: readonly [name: string, policy: ScalingPolicy][],
  { configOf, scheduler }: ShadowSettings,
): Observable<ShadowReport<K>> => {
  const tasks = tasksOf(window);
  return from(policies).pipe(
    concatMap(([name, policy]) => {
      const config = configOf(workerCount, policy);
      return inSlices((time) => simulateWindow(window, tasks, config, time), scheduler).pipe(
        map((figures) => [name, figures] as const),
        catchError((error: unknown) => throwError(() => new ShadowPolicyError(name, error))),
      );
    }),
    toArray(),
    map((figures) => ({
      from: window.from,
      to: window.to,
      tasks: window.tasks.length,
      isCut: window.isCut,
      workerCount,
      startup: window.startup,
      busySeconds: window.work / 1000,
      actual: window.actual,
      policies: Object.fromEntries(figures) as Record<K, ShadowFigures>,
    })),
  );
};
