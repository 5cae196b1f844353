// The values of flags. Each reader throws a UsageError with the flag, its value and the expected form.
import { isUnit, parseDuration, units, type Unit } from './durations.js';
import { UsageError } from './errors.js';
import type { FlagName } from './flags.js';

export const count = (flag: FlagName, text: string): number => {
  const value = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(value) && value >= 1) return value;
  throw new UsageError(`--${flag} ${text}: expected an integer >= 1`);
};

export const duration = (flag: FlagName, text: string, least = 0): number => {
  const value = parseDuration(text);
  if (value !== undefined && value >= least) return value;
  throw new UsageError(
    `--${flag} ${text}: expected a duration${least > 0 ? ` >= ${least}ms` : ''}, as in 150ms, 2s or 1m`,
  );
};

export const unit = (flag: FlagName, text: string | undefined): Unit | undefined => {
  if (text === undefined || isUnit(text)) return text;
  throw new UsageError(`--${flag} ${text}: expected one of ${Object.keys(units).join(', ')}`);
};

/** Several durations with commas. */
export const durations = (flag: FlagName, text: string): number[] => {
  const values = text.split(',').map((each) => duration(flag, each));
  if (new Set(values).size === values.length) return values;
  throw new UsageError(`--${flag} ${text}: a value is given twice`);
};
