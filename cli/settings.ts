import type { TaskEvent } from 'rx-tasker';
import { simulate, type SimulationReport } from 'rx-tasker/simulation';
import { UsageError } from './errors.js';
import { makePolicy, type Policy } from './policies.js';
import type { TraceTask } from './trace/parseCsvTrace.js';

/** The settings of a simulation. Times are in ms. */
export interface Settings {
  readonly base: number;
  readonly max: number;
  readonly startup: number;
  /** The price of a start of a burst worker, as so much time of a worker. Without it, a start costs `startup`. */
  readonly startCost?: number | undefined;
  readonly interval: number;
  readonly rateWindow: number;
  readonly policy: Policy;
}

/** The result of a simulation. */
export interface Outcome extends Omit<SimulationReport, 'timeline'> {
  /** In worker-seconds: `workerSeconds`, with each start of a burst worker at its price. */
  readonly cost: number;
  /** `cost` over the sum of the tasks' durations; 0 if that sum is 0. */
  readonly costRatio: number;
}

/** The settings of the command line. Missing ones depend on others. */
export type GivenSettings = Partial<Pick<Settings, 'base' | 'max'>> &
  Omit<Settings, 'base' | 'max'>;

/**
 * Fills in missing settings: `max` as the library does, and `base` too for a fixed number of workers.
 *
 * @throws UsageError if the settings contradict each other
 */
export const completeSettings = (given: GivenSettings): Settings => {
  const { count } = given.policy.parameters;
  const base = given.base ?? count;
  if (base === undefined) {
    throw new UsageError(
      '--base is missing: the number of workers that always run, as in --base 2',
    );
  }
  if (base < 1) throw new UsageError(`--base ${base}: expected an integer >= 1`);
  const max = given.max ?? count ?? base * 2;
  if (max < base) {
    throw new UsageError(`--max ${max} is less than --base ${base}: raise --max or lower --base`);
  }
  if (count !== undefined && (count < base || count > max)) {
    throw new UsageError(
      `--policy fixed(count=${count}) is not within --base ${base} and --max ${max}: leave both out`,
    );
  }
  makePolicy(given.policy);
  return { ...given, base, max };
};

/**
 * Replays a trace. The base workers are ready at the start, since a real manager ran before the trace. Every
 * other worker takes `startup`.
 */
export const simulateSettings = (
  tasks: readonly TraceTask[],
  settings: Settings,
  onEvent?: (event: TaskEvent) => void,
): Outcome => {
  const { base, max, startup, interval, rateWindow, policy } = settings;
  const report = simulate({
    tasks,
    config: {
      workerCount: base,
      maxWorkerCount: max,
      burstInterval: interval,
      rateWindow,
      scaling: makePolicy(policy),
    },
    startup: (worker) => (worker < base ? 0 : startup),
    ...(onEvent && { onEvent }),
  });
  return priced(report, settings);
};

const priced = (
  report: SimulationReport,
  { base, startup, startCost = startup }: Settings,
): Outcome => {
  const { workerSeconds, workersStarted, costRatio } = report;
  const cost = workerSeconds + ((workersStarted - base) * (startCost - startup)) / 1000;
  return {
    ...report,
    cost,
    costRatio: workerSeconds > 0 ? (costRatio * cost) / workerSeconds : costRatio,
  };
};
