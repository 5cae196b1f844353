import { parseArgs } from 'node:util';
import { UsageError } from './errors.js';
import { flags, valueHint, type FlagName } from './flags.js';

/**
 * Splits the command line into flags and the rest.
 *
 * @throws UsageError if a flag is not known, is given twice, or has no value
 */
export const readFlags = (
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
