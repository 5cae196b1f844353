import { realpath, stat } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { toLatin1 } from './paths.js';
import { realPlace } from './sums.js';

export type Command = Arguments | 'help';

export interface Arguments {
  /** The directory, with a `/` at its end; in latin1, as all paths of the walk are. */
  readonly root: string;
  /** Where the list goes. */
  readonly out: string;
  /** Where that is in the tree, if it is: a path of the walk. */
  readonly skip: string;
}

/** The arguments are wrong. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** @throws UsageError */
export const parseArguments = async (args: string[]): Promise<Command> => {
  const { dir, out, help } = parse(args);
  if (help) return 'help';
  if (!(await isDirectory(dir))) throw new UsageError(`${dir} is not a directory`);
  if (!(await isDirectory(dirname(out)))) {
    throw new UsageError(`${dirname(out)}, where the list is to go, is not a directory`);
  }
  if (out === '' || (await isDirectory(out))) throw new UsageError('--out is not a file');

  const realDir = await realpath(dir, 'latin1');
  return { root: toLatin1(`${dir}/`), out, skip: relative(realDir, await realPlace(out)) };
};

const parse = (args: string[]): { dir: string; out: string; help: boolean } => {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        out: { type: 'string', default: 'SHA256SUMS' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (positionals.length > 1) throw new UsageError('more than one directory');
    return { dir: positionals[0] ?? 'node_modules', ...values };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
};

const isDirectory = async (path: string): Promise<boolean> => {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
};
