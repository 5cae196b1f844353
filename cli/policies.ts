import {
  adaptiveStaffing,
  backlogThreshold,
  fixed,
  InvalidConfigError,
  justInTimeStaffing,
  rateDeficit,
  squareRootStaffing,
  type AdaptiveStaffingOptions,
  type BacklogThresholdOptions,
  type JustInTimeStaffingOptions,
  type ScalingPolicy,
  type SquareRootStaffingOptions,
} from 'rx-tasker';
import { formatDuration, parseDuration } from './durations.js';
import { UsageError } from './errors.js';

/** A policy of the library by its name, with the parameters that differ from its defaults. */
export interface Policy {
  readonly name: PolicyName;
  readonly parameters: Readonly<Record<string, number>>;
}

export type PolicyName = keyof typeof policies;

/** The kind of the value of a parameter. */
export type ParameterKind = 'duration' | 'count' | 'number';

interface Definition {
  /** By name. The value of the first parameter needs no name. */
  readonly parameters: Readonly<Record<string, ParameterKind>>;
  readonly make: (parameters: Readonly<Record<string, number>>) => ScalingPolicy;
}

/** The kinds of all options of a policy. */
type Kinds<Options> = Readonly<Record<keyof Options, ParameterKind>>;

/** Every policy that `--policy` knows. */
export const policies = {
  justInTimeStaffing: {
    parameters: {
      wait: 'duration',
      reversals: 'number',
    } satisfies Kinds<JustInTimeStaffingOptions>,
    make: (parameters: JustInTimeStaffingOptions) => justInTimeStaffing(parameters),
  },
  squareRootStaffing: {
    parameters: {
      horizon: 'duration',
      low: 'number',
      high: 'number',
    } satisfies Kinds<SquareRootStaffingOptions>,
    make: (parameters: SquareRootStaffingOptions) => squareRootStaffing(parameters),
  },
  adaptiveStaffing: {
    parameters: {
      horizon: 'duration',
      low: 'number',
      high: 'number',
      memory: 'duration',
      hold: 'duration',
    } satisfies Kinds<AdaptiveStaffingOptions>,
    make: (parameters: AdaptiveStaffingOptions) => adaptiveStaffing(parameters),
  },
  rateDeficit: { parameters: {}, make: () => rateDeficit() },
  backlogThreshold: {
    parameters: {
      threshold: 'count',
      step: 'count',
    } satisfies Kinds<BacklogThresholdOptions>,
    make: (parameters) => backlogThreshold(parameters as unknown as BacklogThresholdOptions),
  },
  fixed: { parameters: { count: 'count' }, make: ({ count }) => fixed(count!) },
} as const satisfies Record<string, Definition>;

export const defaultPolicy: Policy = { name: 'justInTimeStaffing', parameters: {} };

/**
 * @param text - as in `backlogThreshold(threshold=20, step=4)`, `fixed(8)` or `rateDeficit`
 * @throws UsageError if the text is no policy; `makePolicy` checks the ranges of the parameters
 */
export const parsePolicy = (text: string): Policy => {
  const match = /^\s*([\w-]+)\s*(?:\(([^()]*)\))?\s*$/.exec(text);
  const name = policyNamed(match?.[1] ?? '');
  if (!match || !name) {
    throw new UsageError(
      `--policy ${text}: expected one of ${Object.keys(policies).join(', ')}, with its parameters in brackets`,
    );
  }
  const names = Object.keys(policies[name].parameters);
  const parameters: Record<string, number> = {};
  for (const written of (match[2] ?? '').split(',').map((part) => part.trim())) {
    if (written === '') continue;
    const [left, right] = written.split('=').map((part) => part.trim());
    const parameter = right === undefined ? names[0] : left;
    const kind = parameterKind(name, parameter ?? '');
    if (parameter === undefined || !kind) {
      const known = names.length > 0 ? `its parameters are ${names.join(', ')}` : 'it has none';
      throw new UsageError(`--policy ${text}: ${name} has no parameter "${left}"; ${known}`);
    }
    if (parameter in parameters)
      throw new UsageError(`--policy ${text}: ${parameter} is given twice`);
    parameters[parameter] = parseParameter(right ?? left!, kind, `--policy ${text}: ${parameter}`);
  }
  return { name, parameters };
};

/** @param written - the name of the function, or as in `just-in-time` and `rate-deficit` */
const policyNamed = (written: string): PolicyName | undefined => {
  const name = written.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return [name, `${name}Staffing`].find(isPolicyName);
};

const isPolicyName = (name: string): name is PolicyName => Object.hasOwn(policies, name);

/** @returns the kind of the parameter, `undefined` if the policy has no parameter of that name */
export const parameterKind = (policy: PolicyName, parameter: string): ParameterKind | undefined => {
  const { parameters }: Definition = policies[policy];
  return Object.hasOwn(parameters, parameter) ? parameters[parameter] : undefined;
};

/**
 * @param place - the place of the value, for the message
 * @throws UsageError
 */
export const parseParameter = (text: string, kind: ParameterKind, place: string): number => {
  const value =
    kind === 'duration' ? (parseDuration(text) ?? NaN) : text === '' ? NaN : Number(text);
  const isRight = kind === 'count' ? Number.isSafeInteger(value) && value >= 0 : value >= 0;
  if (isRight && Number.isFinite(value)) return value;
  throw new UsageError(`${place}: expected ${expected[kind]}, got "${text}"`);
};

/** @throws UsageError if a parameter is missing or out of its range */
export const makePolicy = (policy: Policy): ScalingPolicy => {
  const { make }: Definition = policies[policy.name];
  try {
    return make(policy.parameters);
  } catch (error) {
    if (!(error instanceof InvalidConfigError)) throw error;
    throw new UsageError(`--policy ${describePolicy(policy)}: ${error.message}`);
  }
};

/** The policy in the form of the command line. */
export const describePolicy = ({ name, parameters }: Policy): string => {
  const written = Object.entries(parameters).map(
    ([parameter, value]) =>
      `${parameter}=${formatParameter(value, parameterKind(name, parameter)!)}`,
  );
  return written.length > 0 ? `${name}(${written.join(', ')})` : name;
};

export const formatParameter = (value: number, kind: ParameterKind): string =>
  kind === 'duration' ? formatDuration(value).replace(' ', '') : String(value);

const expected: Readonly<Record<ParameterKind, string>> = {
  duration: 'a duration as in 500ms or 2s',
  count: 'an integer >= 0',
  number: 'a number >= 0',
};
