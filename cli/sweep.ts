import { UsageError } from './errors.js';
import {
  formatParameter,
  parameterKind,
  parseParameter,
  policies,
  type ParameterKind,
  type Policy,
} from './policies.js';
import { completeSettings, type GivenSettings, type Settings } from './settings.js';

/** One setting that takes several values, while the others stay the same. */
export interface Sweep {
  readonly name: string;
  readonly kind: ParameterKind;
  readonly values: readonly number[];
}

/** One row of a sweep. */
export interface SweepStep {
  /** The value in the form of the command line. */
  readonly label: string;
  readonly value: number;
  readonly settings: Settings;
}

const GREATEST_LENGTH = 200;

const settingKinds = {
  base: 'count',
  max: 'count',
  startup: 'duration',
  interval: 'duration',
} as const satisfies Record<string, ParameterKind>;

const isSetting = (name: string): name is keyof typeof settingKinds =>
  Object.hasOwn(settingKinds, name);

/**
 * @param text - as in `max=10..100:10`; without a step there are about ten values
 * @param policy - the policy, whose parameters can be swept too
 * @throws UsageError
 */
export const parseSweep = (text: string, policy: Policy): Sweep => {
  const place = `--sweep ${text}`;
  const match = /^\s*(\w+)\s*=\s*(.+?)\s*\.\.\s*(.+?)\s*(?::\s*(.+?)\s*)?$/.exec(text);
  if (!match) throw new UsageError(`${place}: expected NAME=FROM..TO or NAME=FROM..TO:STEP`);
  const [, name = '', fromText = '', toText = '', stepText] = match;
  const kind = isSetting(name) ? settingKinds[name] : parameterKind(policy.name, name);
  if (!kind) {
    const known = [...Object.keys(settingKinds), ...Object.keys(policies[policy.name].parameters)];
    throw new UsageError(
      `${place}: "${name}" cannot be swept; with ${policy.name} choose one of ${known.join(', ')}`,
    );
  }

  const from = parseParameter(fromText, kind, place);
  const to = parseParameter(toText, kind, place);
  if (to < from)
    throw new UsageError(`${place}: the range goes down; write ${toText}..${fromText}`);
  const step =
    stepText === undefined ? niceStep(to - from, kind) : parseParameter(stepText, kind, place);
  if (step <= 0) throw new UsageError(`${place}: the step should be > 0, got ${stepText}`);
  const length = Math.floor((to - from) / step + 1e-9) + 1;
  if (length > GREATEST_LENGTH) {
    throw new UsageError(
      `${place}: ${length} values are too many; choose a step for at most ${GREATEST_LENGTH}`,
    );
  }
  return {
    name,
    kind,
    values: Array.from({ length }, (_, index) => Number((from + index * step).toPrecision(12))),
  };
};

/** @throws UsageError if a value contradicts another setting */
export const sweepSteps = (given: GivenSettings, { name, kind, values }: Sweep): SweepStep[] =>
  values.map((value) => ({
    label: formatParameter(value, kind),
    value,
    settings: completeSettings(
      isSetting(name)
        ? { ...given, [name]: value }
        : {
            ...given,
            policy: {
              name: given.policy.name,
              parameters: { ...given.policy.parameters, [name]: value },
            },
          },
    ),
  }));

/** 1, 2 or 5 times a power of ten, for about ten steps. */
const niceStep = (range: number, kind: ParameterKind): number => {
  const least = range / 10 || 1;
  const power = 10 ** Math.floor(Math.log10(least));
  const nice = [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least * 0.999)!;
  return kind === 'count' ? Math.max(1, nice) : nice;
};
