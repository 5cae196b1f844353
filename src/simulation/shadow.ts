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
 * DOC
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
