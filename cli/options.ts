import { parseArgs } from 'node:util';
import { isUnit, parseDuration, units, type Unit } from './durations.js';
import { UsageError } from './errors.js';
import { flags, valueHint, type FlagName } from './help.js';
import { defaultPolicy, parsePolicy } from './policies.js';
import type { GivenSettings } from './settings.js';
import { parseSweep, type Sweep } from './sweep.js';
import { parseTargets, type Target } from './targets.js';
import type { TraceOptions } from './trace/fields.js';

/** The command that the command line asks for. */
export type Command = { readonly name: 'help' } | { readonly name: 'version' } | SimulateCommand;

export interface SimulateCommand {
  readonly name: 'simulate';
  readonly file: string;
  readonly trace: TraceOptions;
  readonly given: GivenSettings;
  /** Whether the command line gives the setting. The search keeps a given setting. */
  readonly isGiven: { readonly policy: boolean; readonly rateWindow: boolean };
  readonly targets: readonly Target[];
  readonly sweep: Sweep | undefined;
  readonly recommend: boolean;
  /** The greatest number of simulations of a search. */
  readonly runs: number;
  readonly html: string | undefined;
  readonly json: boolean;
}

/**
 * Reads the command line.
 *
 * @param args - without the program's name
 * @throws UsageError that names the flag, its value and the expected form
 */
export const parseCommand = (args: readonly string[]): Command => {
  const { values, positionals } = readFlags(args);
  const has = (name: FlagName): boolean => values.has(name);
  const value = (name: FlagName): string | undefined => values.get(name);
  if (has('help')) return { name: 'help' };
  if (has('version')) return { name: 'version' };

  const [command, file, ...rest] = positionals;
  if (command !== 'simulate') {
    throw new UsageError(
      command === undefined
        ? 'the command is missing: rx-tasker simulate TRACE.csv --base 2'
        : `there is no command "${command}"; the only command is simulate`,
    );
  }
  if (file === undefined)
    throw new UsageError('the trace is missing: rx-tasker simulate TRACE.csv');
  if (rest.length > 0) {
    throw new UsageError(
      `only one trace can be given, and "${rest[0]!}" is a second; quote a name with spaces`,
    );
  }

  const policy = has('policy') ? parsePolicy(value('policy')!) : defaultPolicy;
  const recommend = has('recommend');
  const sweep = has('sweep') ? parseSweep(value('sweep')!, policy) : undefined;
  const targets = has('slo') ? parseTargets(value('slo')!) : [];
  if (recommend && targets.length === 0) {
    throw new UsageError('--recommend needs a target, as in --slo p99=500ms');
  }
  if (recommend && sweep)
    throw new UsageError('--recommend and --sweep do not go together: leave one out');
  if (recommend && policy.name === 'fixed' && 'count' in policy.parameters) {
    throw new UsageError('--recommend searches for the number itself: write --policy fixed');
  }
  if (has('runs') && !recommend)
    throw new UsageError('--runs is for --recommend only: leave it out');

  return {
    name: 'simulate',
    file,
    trace: {
      at: value('at'),
      atUnit: unit('at-unit', value('at-unit')),
      duration: value('duration'),
      durationUnit: unit('duration-unit', value('duration-unit')),
      priority: value('priority'),
      sort: has('sort'),
    },
    given: {
      ...(has('base') && { base: count('base', value('base')!) }),
      ...(has('max') && { max: count('max', value('max')!) }),
      startup: duration('startup', value('startup') ?? '0'),
      interval: duration('interval', value('interval') ?? '100'),
      rateWindow: duration('rate-window', value('rate-window') ?? '10s', 1),
      policy,
    },
    isGiven: { policy: has('policy'), rateWindow: has('rate-window') },
    targets,
    sweep,
    recommend,
    runs: has('runs') ? count('runs', value('runs')!) : 200,
    html: value('html'),
    json: has('json'),
  };
};

const readFlags = (
  args: readonly string[],
): { values: ReadonlyMap<FlagName, string>; positionals: readonly string[] } => {
  const options = Object.fromEntries(
    flagNames.map((name) => [
      name,
      { type: valueHint(name) === undefined ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  // Not `strict`: its messages do not say which form is right.
  const { tokens, positionals } = parseArgs({
    args: args.map((arg) => (arg === '-h' ? '--help' : arg)),
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values = new Map<FlagName, string>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const { name, rawName, value } = token;
    if (!isFlagName(name))
      throw new UsageError(`${rawName} is not known${suggestion(name)}; --help lists all flags`);
    const hint = valueHint(name);
    if (hint !== undefined && (value === undefined || value === '' || isFlag(value))) {
      throw new UsageError(`--${name} needs a value: --${name} ${hint}`);
    }
    if (hint === undefined && value !== undefined) {
      throw new UsageError(`--${name} takes no value, got "${value}"`);
    }
    if (values.has(name)) throw new UsageError(`--${name} is given twice`);
    values.set(name, value ?? '');
  }
  return { values, positionals };
};

const flagNames = Object.keys(flags) as FlagName[];
const isFlagName = (name: string): name is FlagName => Object.hasOwn(flags, name);
const isFlag = (text: string): boolean => text.startsWith('--') && isFlagName(text.slice(2));

const suggestion = (name: string): string => {
  const near = flagNames.find(
    (flag) => flag.startsWith(name.slice(0, 3)) || flag.replaceAll('-', '') === name.toLowerCase(),
  );
  return near && name.length >= 3 ? ` (did you mean --${near}?)` : '';
};

const count = (flag: FlagName, text: string): number => {
  const value = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(value) && value >= 1) return value;
  throw new UsageError(`--${flag} ${text}: expected an integer >= 1`);
};

const duration = (flag: FlagName, text: string, least = 0): number => {
  const value = parseDuration(text);
  if (value !== undefined && value >= least) return value;
  throw new UsageError(
    `--${flag} ${text}: expected a duration${least > 0 ? ` >= ${least}ms` : ''}, as in 150ms, 2s or 1m`,
  );
};

const unit = (flag: FlagName, text: string | undefined): Unit | undefined => {
  if (text === undefined || isUnit(text)) return text;
  throw new UsageError(`--${flag} ${text}: expected one of ${Object.keys(units).join(', ')}`);
};
