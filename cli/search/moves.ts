import { parameterKind } from '../policies.js';
import type { Settings } from '../settings.js';

/** A small change of settings. */
export type Move = (settings: Settings) => Settings;

/**
 * The moves from some settings, from bold to careful.
 *
 * @param free - the parameters that may change
 * @param mayChangeWindow - whether the rate window may change
 */
export const movesOf = (free: readonly string[], mayChangeWindow: boolean): Move[] => [
  ...[-1 / 4, -1 / 8, 0].map(
    (share): Move =>
      (settings) =>
        withBase(settings, share, -1),
  ),
  // A new parameter may pay only with more or fewer base workers.
  ...free.flatMap((parameter) =>
    sizes.flatMap((factor): Move[] => [
      (settings) => withParameter(settings, parameter, factor),
      (settings) => withBase(withParameter(settings, parameter, factor), 0, -1),
      (settings) => withBase(withParameter(settings, parameter, factor), -1 / 8, -1),
      (settings) => withBase(withParameter(settings, parameter, factor), 1 / 8, 1),
    ]),
  ),
  ...(mayChangeWindow ? sizes : []).map((factor): Move => (settings) => ({
    ...settings,
    rateWindow: rounded(settings.rateWindow * factor),
  })),
  (settings) => ({ ...settings, max: Math.floor(settings.max * 0.8) }),
];

const sizes = [1.4, 1 / 1.4, 1.1, 1 / 1.1];

/** Changes the base by a share of itself, and then by `more`. */
const withBase = (settings: Settings, share: number, more: number): Settings => ({
  ...settings,
  base: settings.base + Math.trunc(settings.base * share) + more,
});

const withParameter = (settings: Settings, name: string, factor: number): Settings => {
  const { policy } = settings;
  // Only the wait of justInTimeStaffing may be left out: it is as long as the startup, and at least 10 ms.
  const value = policy.parameters[name] ?? Math.max(10, settings.startup);
  const isCount = parameterKind(policy.name, name) === 'count';
  // 0 has no multiple, and a count must change by one at least.
  const changed = isCount
    ? Math.max(
        0,
        factor > 1
          ? Math.max(value + 1, Math.floor(value * factor))
          : Math.min(value - 1, Math.ceil(value * factor)),
      )
    : rounded(value === 0 && factor > 1 ? factor - 1 : value * factor);
  const parameters = { ...policy.parameters, [name]: changed };
  return { ...settings, policy: { ...policy, parameters } };
};

/** Two digits, as a person would write. */
const rounded = (value: number): number => Number(value.toPrecision(2));
