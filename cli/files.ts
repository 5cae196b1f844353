import {
  lstatSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { FileError } from './errors.js';
import type { FlagName } from './flags.js';

/** @throws FileError */
export const read = (file: string): Uint8Array => {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new FileError(`${file} cannot be read: ${reasonOf(error)}`);
  }
};

/** A simulation may take long, so a missing folder is better known before. */
export const checkFolder = (flag: FlagName, file: string): void => {
  const folder = dirname(file);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new FileError(`--${flag} ${file}: there is no folder ${folder}; make the folder first`);
  }
};

/**
 * Replaces the file, or the target of a link, as a whole. If anything fails, the old file stays. A pipe, a device
 * and a link to nothing are no regular files: the text is written into these.
 */
export const write = (flag: FlagName, file: string, text: string): void => {
  try {
    const found = statSync(file, { throwIfNoEntry: false });
    if (found ? found.isFile() : !lstatSync(file, { throwIfNoEntry: false })) {
      replace(found ? realpathSync(file) : file, text);
    } else {
      writeFileSync(file, text);
    }
  } catch (error) {
    throw new FileError(`--${flag} ${file} cannot be written: ${reasonOf(error)}`);
  }
};

const replace = (file: string, text: string): void => {
  const draft = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(draft, text, { flag: 'wx' });
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
};

const reasonOf = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException;
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file',
    EISDIR: 'it is a folder',
    EACCES: 'permission denied',
  };
  return reasons[code ?? ''] ?? message;
};
