import { from, type ObservableInput, type SchedulerLike } from 'rxjs';
import type { Eventual } from '../rx/eventual.js';
import {
  check,
  checkCount,
  checkDuration,
  checkFunction,
  checkMethods,
  checkNotNegative,
  checkObject,
  checkPositiveCount,
  checkScheduler,
  checkSignal,
  checkWindow,
} from '../checks/check.js';
import { defaultScheduler } from '../rx/defaultScheduler.js';
import type { LaneDiscipline } from '../lanes/LaneDiscipline.js';
import { strict } from '../lanes/strict.js';
import {
  InvalidConfigError,
  OnCreateFunctionRequiredError,
  OnDestroyFunctionRequiredError,
  WorkerCountMustBePositiveError,
} from '../events/errors.js';
import type { Logger } from '../folds/logger.js';
import { collectorFold, type MetricsCollector } from '../folds/collector.js';
import type { Fold } from '../folds/fold.js';
import { MetricsFold, type TaskMetrics } from '../folds/metrics.js';
import { backlogThreshold } from '../scaling/backlogThreshold.js';
import type { ScalingPolicy } from '../scaling/ScalingPolicy.js';
import { checkRetry, type Retry } from '../tasks/retry.js';
import { rejectNew, type Overflow } from '../tasks/overflow.js';
import { justInTimeStaffing } from '../scaling/justInTimeStaffing.js';

/**
 * What `checkHealth` is. It is declared as a method: a config for one type of resource may then be given to the
 * simulation, which has none.
 */
export type HealthCheck<R> = {
  check(error: unknown, resource: R): boolean | 'replace';
}['check'];

/** How a `TaskManager`, or `runTasks`, is set up. */
export interface TaskManagerConfig<R> {
  /**
   * Makes one resource: a value, a Promise or an Observable, of which the first value counts. The Observable stays
   * subscribed to until the resource is released; an error of it says that the resource is broken.
   */
  onCreate: () => Eventual<R>;
  /** Releases one resource. An Observable has released it when it completes. */
  onDestroy: (resource: R) => Eventual<unknown>;
  /**
   * The base workers: the minimum, always running. An integer >= 1, or 0 with a `maxWorkerCount` >= 1: for resources that
   * cost while they are idle. The first task then waits until a worker is up.
   */
  workerCount: number;
  /**
   * Base and burst workers together; an integer >= `workerCount`.
   *
   * @default workerCount * 2, or workerCount + burstWorkerCount with tasker v1's rule
   */
  maxWorkerCount?: number | undefined;
  /**
   * How often the load is looked at, in ms, >= 0; 0 turns scaling off.
   *
   * @default 100
   */
  burstInterval?: number | undefined;
  /**
   * Turns the stream of loads into a stream of numbers of workers. The default lets a task wait as long as a worker takes
   * to come up; with `squareRootStaffing()` it waits shorter, and workers cost more.
   *
   * @default justInTimeStaffing()
   */
  scaling?: ScalingPolicy | undefined;
  /**
   * How many tasks may run at once, whatever the number of workers: an integer >= 0 or Infinity, a stream of these, or a
   * policy. Fewer starts cost nothing, where fewer workers cost their resources: the lever against errors and overload.
   * With a stream nothing starts before its first value; 0 holds the lanes. A policy sees the same looks as `scaling`; what
   * it says is rounded down, to at least 1. `runTask` goes past it. Workers beyond the limit are not started.
   *
   * @default Infinity
   */
  concurrency?: number | ObservableInput<number> | ScalingPolicy | undefined;
  /**
   * tasker v1's rule: with more tasks than this waiting, `burstWorkerCount` workers are added. An integer >= 0;
   * 0 turns the rule off, and `scaling` applies.
   *
   * @default 0
   */
  burstTaskThreshold?: number | undefined;
  /**
   * How many workers `burstTaskThreshold` adds at a time; an integer >= 1.
   *
   * @default 2
   */
  burstWorkerCount?: number | undefined;
  /**
   * Whether a task that failed with this error leaves the worker's resource in order. `false` has the
   * resource replaced and the task tried again; `'replace'` has it replaced, and the task has failed. It is also
   * asked of what a cancelled or timed-out task ends with later; there only the resource is at stake. It must answer
   * at once: a Promise is reported and counts as healthy.
   *
   * ![retry](../../marbles/retry.svg)
   *
   * @default () => true
   */
  checkHealth?: HealthCheck<R> | undefined;
  /**
   * How often a task that failed on an unhealthy worker is tried again; an integer >= 0.
   *
   * @default 3
   */
  maxRetries?: number | undefined;
  /**
   * How a task is tried again that failed on a healthy worker: as in RxJS's `retry`, `count` times at most, each after a
   * `delay`. Meanwhile the task is outside all lanes, and its worker serves others. Then it comes ahead of its lane. A
   * graceful stop waits for it. See `backoff` and `retryBudget`.
   *
   * @default none
   */
  retry?: Retry | undefined;
  /**
   * How many resources are kept ready for `runTask`; an integer >= 0.
   *
   * @default workerCount
   */
  resourcePoolSize?: number | undefined;
  /** Aborting it starts the graceful stop. */
  signal?: AbortSignal | undefined;
  /**
   * How the lanes share the workers.
   *
   * @default strict()
   */
  discipline?: LaneDiscipline | undefined;
  /**
   * How many tasks may wait; an integer >= 0 or Infinity. What runs, `runTask`, and what is yet to be tried again after a
   * delay do not count, and tasks that are tried again come past the limit. `queueFrom` holds back its next value.
   *
   * @default Infinity
   */
  queueLimit?: number | undefined;
  /**
   * Chooses the task that is not to wait when one more comes than may. It ends with `QueueFullError`.
   *
   * @default rejectNew
   */
  overflow?: Overflow | undefined;
  /**
   * The window of the arrival and completion rates, in ms, >= 0.1.
   *
   * @default 10_000
   */
  rateWindow?: number | undefined;
  /**
   * Where log lines go.
   *
   * @default silent
   */
  logger?: Logger | undefined;
  /**
   * What counts and measures.
   *
   * @default built in
   */
  collector?: MetricsCollector | undefined;
  /**
   * How long a Promise task that was cancelled or timed out may go on before its worker is replaced, in ms,
   * >= 0 or Infinity.
   *
   * @default 5000
   */
  abortGrace?: number | undefined;
  /**
   * How long the release of a resource may take, in ms, >= 0 or Infinity. After that it is reported and no
   * longer waited for; the same goes for a creation that is still under way when it is no longer wanted.
   *
   * @default 30_000
   */
  releaseTimeout?: number | undefined;
  /**
   * Gives all timers and timestamps.
   *
   * @default asyncScheduler's timers with a monotonic clock of sub-millisecond resolution
   */
  scheduler?: SchedulerLike | undefined;
}

/**
 * A valid config with its defaults filled in.
 *
 * @internal
 */
export interface Settings<R> {
  readonly onCreate: () => Eventual<R>;
  readonly onDestroy: (resource: R) => Eventual<unknown>;
  readonly workerCount: number;
  readonly maxWorkerCount: number;
  readonly burstInterval: number;
  readonly scaling: ScalingPolicy;
  readonly concurrency: number | ObservableInput<number> | ScalingPolicy;
  readonly checkHealth: (error: unknown, resource: R) => boolean | 'replace';
  readonly maxRetries: number;
  readonly retry: Retry | undefined;
  readonly resourcePoolSize: number;
  readonly signal: AbortSignal | undefined;
  readonly discipline: LaneDiscipline;
  readonly queueLimit: number;
  readonly overflow: Overflow;
  readonly rateWindow: number;
  readonly logger: Logger | undefined;
  /** The built-in metrics, or those of the caller's collector. */
  readonly metrics: Fold<TaskMetrics>;
  readonly abortGrace: number;
  readonly releaseTimeout: number;
  readonly scheduler: SchedulerLike;
}

/**
 * Checks a config and fills in the defaults.
 *
 * @throws InvalidConfigError that names the field, its value and what would be right
 * @internal
 */
export const resolveConfig = <R>(config: TaskManagerConfig<R>): Settings<R> => {
  checkObject('config', config);
  const {
    onCreate,
    onDestroy,
    workerCount,
    burstInterval = 100,
    burstTaskThreshold,
    burstWorkerCount,
    concurrency = Infinity,
    checkHealth = () => true,
    maxRetries = 3,
    retry,
    resourcePoolSize = workerCount,
    signal,
    discipline = strict(),
    queueLimit = Infinity,
    overflow = rejectNew,
    rateWindow = 10_000,
    logger,
    collector,
    abortGrace = 5000,
    releaseTimeout = 30_000,
    scheduler = defaultScheduler(),
  } = config;

  if (typeof onCreate !== 'function') throw new OnCreateFunctionRequiredError(onCreate);
  if (typeof onDestroy !== 'function') throw new OnDestroyFunctionRequiredError(onDestroy);
  checkWorkerCount(config);
  checkNotNegative('burstInterval', burstInterval);
  if (burstTaskThreshold !== undefined) checkCount('burstTaskThreshold', burstTaskThreshold);
  if (burstWorkerCount !== undefined) checkPositiveCount('burstWorkerCount', burstWorkerCount);
  checkConcurrency(concurrency);
  checkFunction('checkHealth', checkHealth);
  checkCount('maxRetries', maxRetries);
  checkCount('resourcePoolSize', resourcePoolSize);
  if (signal !== undefined) checkSignal('signal', signal);
  checkFunction('discipline', discipline);
  check(isLimit(queueLimit), LIMIT, 'queueLimit', queueLimit);
  checkFunction('overflow', overflow);
  checkWindow('rateWindow', rateWindow);
  if (logger !== undefined) checkMethods('logger', logger, ['debug', 'info', 'warn', 'error']);
  checkDuration('abortGrace', abortGrace);
  checkDuration('releaseTimeout', releaseTimeout);
  checkScheduler('scheduler', scheduler);
  if (collector !== undefined) {
    checkMethods('collector', collector, [
      'recordArrival',
      'recordCompletion',
      'recordFailure',
      'recordRetry',
      'metrics',
    ]);
  }

  return {
    // Bound, since a config may be an instance of a class.
    onCreate: onCreate.bind(config),
    onDestroy: onDestroy.bind(config),
    workerCount,
    maxWorkerCount: resolveMaximum(config),
    burstInterval,
    scaling: resolveScaling(config),
    concurrency,
    checkHealth: checkHealth.bind(config),
    maxRetries,
    retry: retry === undefined ? undefined : checkRetry('retry', retry),
    resourcePoolSize,
    signal,
    discipline,
    queueLimit,
    overflow,
    rateWindow,
    logger,
    metrics: collector
      ? collectorFold(collector)
      : new MetricsFold(rateWindow, () => scheduler.now()),
    abortGrace,
    releaseTimeout,
    scheduler,
  };
};

const checkWorkerCount = <R>({
  workerCount,
  maxWorkerCount = 0,
  burstInterval,
}: TaskManagerConfig<R>): void => {
  const isZero = workerCount === 0 && maxWorkerCount >= 1;
  if (!isZero && (!Number.isSafeInteger(workerCount) || workerCount < 1)) {
    throw new WorkerCountMustBePositiveError(workerCount);
  }
  if (isZero && burstInterval === 0) {
    throw new InvalidConfigError('burstInterval', 0, '> 0 where `workerCount` is 0');
  }
};

const checkConcurrency = (concurrency: unknown): void => {
  if (typeof concurrency === 'function') return; // a policy
  if (typeof concurrency === 'number') {
    check(isLimit(concurrency), LIMIT, 'concurrency', concurrency);
    return;
  }
  try {
    from(concurrency as ObservableInput<number>);
  } catch {
    throw new InvalidConfigError(
      'concurrency',
      concurrency,
      `${LIMIT}, a stream of these or a policy`,
    );
  }
};

const LIMIT = 'an integer >= 0 or Infinity';

/** @internal */
export const isLimit = (value: unknown): boolean =>
  value === Infinity || (Number.isInteger(value) && (value as number) >= 0);

const resolveMaximum = <R>(config: TaskManagerConfig<R>): number => {
  const { workerCount, burstTaskThreshold, burstWorkerCount } = config;
  const burst = burstWorkerCount ?? (burstTaskThreshold ? 2 : workerCount);
  const { maxWorkerCount = workerCount + burst } = config;
  if (!Number.isSafeInteger(maxWorkerCount) || maxWorkerCount < workerCount) {
    throw new InvalidConfigError(
      'maxWorkerCount',
      maxWorkerCount,
      `an integer >= workerCount (${workerCount})`,
    );
  }
  return maxWorkerCount;
};

const resolveScaling = <R>(config: TaskManagerConfig<R>): ScalingPolicy => {
  const { scaling, burstTaskThreshold: threshold, burstWorkerCount: step } = config;
  if (scaling !== undefined) {
    checkFunction('scaling', scaling);
    if (!threshold) return scaling;
    throw new InvalidConfigError(
      'burstTaskThreshold',
      threshold,
      '0 or left out where `scaling` is given',
    );
  }
  return threshold ? backlogThreshold({ threshold, step }) : justInTimeStaffing();
};
