import { catchError, defer, map, NEVER, Observable } from 'rxjs';
import {
  createMetricsCollector,
  InvalidConfigError,
  type MetricsCollector,
  type ScalingPolicy,
  type TaskManagerConfig,
} from 'rx-tasker';
import type { HeapScheduler } from './HeapScheduler.js';
import type { SimulationMeter } from './Meter.js';
import type { SimulationOptions } from './types.js';

/**
 * The config that a simulation gives the engine. It is the user's config in virtual time, with workers that do
 * nothing and take their startup time.
 *
 * @param fail - called with an error that the policy or `startup` has thrown
 */
export const simulatedConfig = (
  { config, startup = 0 }: Pick<SimulationOptions, 'config' | 'startup'>,
  scheduler: HeapScheduler,
  meter: SimulationMeter,
  fail: (error: unknown) => void,
): TaskManagerConfig<undefined> => {
  if (typeof config !== 'object' || config === null) {
    throw new InvalidConfigError('config', config, 'an object');
  }
  if (typeof startup !== 'function') checkStartup('startup', startup);
  const startupOf = typeof startup === 'function' ? startup : () => startup;
  const { scaling } = config;
  let made = 0;

  return {
    ...config,
    scaling: typeof scaling === 'function' ? strictly(scaling, fail) : scaling,
    onCreate: () =>
      new Observable<undefined>((worker) => {
        const n = made++;
        meter.startWorker(scheduler.now());
        const up = (): void => {
          worker.next(undefined);
          worker.complete();
        };
        try {
          const delay = checkStartup(`startup(${n})`, startupOf(n));
          if (delay === 0) up();
          else scheduler.schedule(up, delay);
        } catch (error) {
          fail(error);
        }
      }),
    onDestroy: () => meter.stopWorker(scheduler.now()),
    resourcePoolSize: 0,
    signal: undefined,
    logger: undefined,
    collector: noCollector(),
    abortGrace: undefined,
    releaseTimeout: Infinity, // a worker that is given up while it starts may take its time
    scheduler,
  };
};

const checkStartup = (field: string, value: number): number => {
  if (Number.isFinite(value) && value >= 0) return value;
  throw new InvalidConfigError(field, value, 'a finite number of ms >= 0');
};

/** Makes an error of the policy end the simulation. A manager would report the error and continue. */
const strictly =
  (policy: ScalingPolicy, fail: (error: unknown) => void): ScalingPolicy =>
  (loads) =>
    defer(() => policy(loads)).pipe(
      map((target) => {
        if (typeof target === 'number' && !Number.isNaN(target)) return target;
        throw new InvalidConfigError('scaling', target, 'a stream of numbers of workers');
      }),
      catchError((error: unknown) => {
        fail(error);
        return NEVER;
      }),
    );

/** The simulation measures exactly by itself, so it need not pay for a digest. */
const noCollector = (): MetricsCollector => {
  const nothing = (): void => undefined;
  return {
    ...createMetricsCollector(),
    recordArrival: nothing,
    recordCompletion: nothing,
    recordFailure: nothing,
    recordRetry: nothing,
    recordCancellation: nothing,
  };
};
