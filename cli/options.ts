import { UsageError } from './errors.js';
import { commandNames, onlyCommand, type CommandName, type FlagName } from './flags.js';
import { count, duration, durations, unit } from './flagValues.js';
import { defaultPolicy, parsePolicy, type Policy } from './policies.js';
import { readFlags } from './readFlags.js';
import type { GivenSettings } from './settings.js';
import { parseSweep, type Sweep } from './sweep.js';
import { parseTargets, type Target } from './targets.js';
import type { TraceOptions } from './trace/fields.js';

/** The command that the command line asks for. */
export type Command =
  { readonly name: 'help' } | { readonly name: 'version' } | SimulateCommand | CompareCommand;

/** The part that all commands share. */
interface TraceCommand {
  readonly file: string;
  readonly trace: TraceOptions;
  readonly html: string | undefined;
  readonly json: boolean;
}

export interface SimulateCommand extends TraceCommand {
  readonly name: 'simulate';
  readonly given: GivenSettings;
  /** Whether the command line gives the setting. The search keeps a given setting. */
  readonly isGiven: { readonly policy: boolean; readonly rateWindow: boolean };
  readonly targets: readonly Target[];
  readonly sweep: Sweep | undefined;
  readonly recommend: boolean;
  /** The greatest number of simulations of a search. */
  readonly runs: number;
}

export interface CompareCommand extends TraceCommand {
  readonly name: 'compare';
  readonly given: Omit<GivenSettings, 'policy' | 'startup'>;
  /** Each is compared on its own. */
  readonly startups: readonly number[];
  /** The only policy to compare. */
  readonly policy: Policy | undefined;
  readonly plot: string | undefined;
}

/**
 * Reads the command line.
 *
 * @param args - without the program's name
 * @throws UsageError that names the flag, its value and the expected form
 */
export const parseCommand = (args: readonly string[]): Command => {
  const { values, positionals } = readFlags(args);
  if (values.has('help')) return { name: 'help' };
  if (values.has('version')) return { name: 'version' };

  const [command, file, ...rest] = positionals;
  const name = commandNamed(command);
  if (file === undefined) throw new UsageError(`the trace is missing: rx-tasker ${name} TRACE.csv`);
  if (rest.length > 0) {
    throw new UsageError(
      `only one trace can be given, and "${rest[0]!}" is a second; quote a name with spaces`,
    );
  }
  for (const flag of values.keys()) {
    const only = onlyCommand(flag);
    if (only && only !== name) throw new UsageError(`--${flag} is for ${only} only: leave it out`);
  }
  return name === 'simulate' ? simulateCommand(file, values) : compareCommand(file, values);
};

const commandNamed = (text: string | undefined): CommandName => {
  const name = commandNames.find((each) => each === text);
  if (name) return name;
  throw new UsageError(
    text === undefined
      ? 'the command is missing: rx-tasker simulate TRACE.csv --base 2'
      : `there is no command "${text}"; the commands are ${commandNames.join(' and ')}`,
  );
};

type Values = ReadonlyMap<FlagName, string>;

const simulateCommand = (file: string, values: Values): SimulateCommand => {
  const policy = values.has('policy') ? parsePolicy(values.get('policy')!) : defaultPolicy;
  const recommend = values.has('recommend');
  const sweep = values.has('sweep') ? parseSweep(values.get('sweep')!, policy) : undefined;
  const targets = values.has('slo') ? parseTargets(values.get('slo')!) : [];
  if (recommend && targets.length === 0) {
    throw new UsageError('--recommend needs a target, as in --slo p99=500ms');
  }
  if (recommend && sweep)
    throw new UsageError('--recommend and --sweep do not go together: leave one out');
  if (recommend && policy.name === 'fixed' && 'count' in policy.parameters) {
    throw new UsageError('--recommend searches for the number itself: write --policy fixed');
  }
  if (values.has('runs') && !recommend)
    throw new UsageError('--runs is for --recommend only: leave it out');

  return {
    name: 'simulate',
    ...shared(file, values),
    given: { ...given(values), startup: duration('startup', values.get('startup') ?? '0'), policy },
    isGiven: { policy: values.has('policy'), rateWindow: values.has('rate-window') },
    targets,
    sweep,
    recommend,
    runs: values.has('runs') ? count('runs', values.get('runs')!) : 200,
  };
};

const compareCommand = (file: string, values: Values): CompareCommand => ({
  name: 'compare',
  ...shared(file, values),
  given: given(values),
  startups: durations('startup', values.get('startup') ?? '0'),
  policy: values.has('policy') ? parsePolicy(values.get('policy')!) : undefined,
  plot: values.get('plot'),
});

const shared = (file: string, values: Values): TraceCommand => ({
  file,
  trace: {
    at: values.get('at'),
    atUnit: unit('at-unit', values.get('at-unit')),
    duration: values.get('duration'),
    durationUnit: unit('duration-unit', values.get('duration-unit')),
    priority: values.get('priority'),
    sort: values.has('sort'),
  },
  html: values.get('html'),
  json: values.has('json'),
});

const given = (values: Values): CompareCommand['given'] => ({
  ...(values.has('base') && { base: count('base', values.get('base')!) }),
  ...(values.has('max') && { max: count('max', values.get('max')!) }),
  ...(values.has('start-cost') && { startCost: duration('start-cost', values.get('start-cost')!) }),
  interval: duration('interval', values.get('interval') ?? '100'),
  rateWindow: duration('rate-window', values.get('rate-window') ?? '10s', 1),
});
