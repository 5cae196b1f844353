import { asyncScheduler, isObservable, map, NEVER, type SchedulerLike } from 'rxjs';
import { InvalidConfigError, runTasks, type ScalingPolicy } from 'rx-tasker';
import type { RecordingOptions } from './Recording.js';
import type { ShadowedManager, ShadowOptions } from './shadowTypes.js';
import type { SimulationConfig } from './types.js';

/** The options of `shadow` with their defaults. */
export interface ShadowSettings extends RecordingOptions {
  readonly scheduler: SchedulerLike;
  /** `workerCount`, if the caller says it. */
  readonly workerCount: number | undefined;
  /** The config of a simulation with so many base workers. */
  readonly configOf: (
    workerCount: number,
    scaling: ScalingPolicy,
  ) => SimulationConfig & { readonly scaling: ScalingPolicy };
}

/** The greatest delay of a timer of the platform, in ms. */
const GREATEST_DELAY = 2 ** 31 - 1;

/**
 * Checks what `shadow` is given.
 *
 * @throws InvalidConfigError that names the field, its value and the expected value
 */
export const readShadowOptions = (
  manager: ShadowedManager,
  policies: Readonly<Record<string, ScalingPolicy>>,
  options: ShadowOptions,
): ShadowSettings => {
  checkManager(manager);
  check('options', options, isObject(options), 'an object');
  const {
    every = 60_000,
    window = 3_600_000,
    startup,
    maxTasks = 20_000,
    config = {},
    scheduler = asyncScheduler,
  } = options;
  check('policies', policies, isObject(policies), 'an object of policies by name');
  for (const [name, policy] of Object.entries(policies)) {
    check(`policies.${name}`, policy, typeof policy === 'function', 'a scaling policy');
  }
  check('window', window, isFinite(window) && window > 0, 'a finite number of ms > 0');
  const isInWindow = every > 0 && every <= Math.min(window, GREATEST_DELAY);
  check(
    'every',
    every,
    isInWindow,
    `a number of ms > 0, at most window (${window}) and 2 ** 31 - 1`,
  );
  const isTime = startup === undefined || (isFinite(startup) && startup >= 0);
  check('startup', startup, isTime, 'a finite number of ms >= 0, or left out');
  check('maxTasks', maxTasks, Number.isSafeInteger(maxTasks) && maxTasks >= 1, 'an integer >= 1');
  check('scheduler', scheduler, isScheduler(scheduler), 'a scheduler: { now, schedule }');
  const configOf = readConfig(config, manager);
  const { workerCount } = config;
  return { every, window, startup, maxTasks, scheduler, workerCount, configOf };
};

const readConfig = (
  config: Partial<SimulationConfig>,
  { maxWorkerCount: most }: ShadowedManager,
): ShadowSettings['configOf'] => {
  check('config', config, isObject(config), 'an object');
  const { maxWorkerCount = most, burstInterval, rateWindow, discipline, concurrency } = config;
  check(
    'config.burstInterval',
    burstInterval,
    burstInterval !== 0,
    '> 0: policies decide at looks',
  );
  const isStream = typeof concurrency === 'object' || isObservable(concurrency);
  check(
    'config.concurrency',
    concurrency,
    !isStream,
    'a number or a policy: a stream is not recorded',
  );
  const configOf = (workerCount: number, scaling: ScalingPolicy) => ({
    workerCount,
    maxWorkerCount: Math.max(workerCount, maxWorkerCount),
    burstInterval,
    rateWindow,
    discipline,
    concurrency,
    scaling,
  });
  const { workerCount = Math.min(1, maxWorkerCount) } = config;
  const idle = map(() => workerCount);
  const whole = { ...configOf(workerCount, idle), maxWorkerCount };
  NEVER.pipe(runTasks({ ...whole, onCreate: () => undefined, onDestroy: () => undefined })); // checks the rest
  return configOf;
};

const checkManager = (manager: ShadowedManager): void => {
  const isManager =
    isObservable(manager?.events$) &&
    typeof manager.maxWorkerCount === 'number' &&
    typeof manager.stats === 'function';
  check('manager', manager, isManager, 'a TaskManager, or { events$, maxWorkerCount, stats }');
};

const check = (field: string, value: unknown, isRight: boolean, expected: string): void => {
  if (!isRight) throw new InvalidConfigError(field, value, expected);
};

const isFinite = (value: unknown): boolean => Number.isFinite(value);

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

const isScheduler = (value: unknown): boolean =>
  ['now', 'schedule'].every((name) => typeof Reflect.get(Object(value), name) === 'function');
