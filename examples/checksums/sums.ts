import { createWriteStream } from 'node:fs';
import { access, constants, lstat, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { toBytes, toLatin1 } from './paths.js';
import { FileError } from './walk.js';

/**
 * What is kept of a file until the end: one string. NUL is in no name and comes before all that is, so that
 * these sort by path, and with paths in latin1 in the order of the bytes.
 */
export const toEntry = (path: string, digest: string): string => `${path}\0${digest}`;

/**
 * Writes the list in the format of GNU sha256sum: all of it, or nothing, and to the file that a link leads to.
 * What is no regular file, such as a pipe, a device or a link to nothing, is written into. Sorts `entries` in
 * place.
 */
export const writeSums = async (file: string, entries: string[]): Promise<void> => {
  try {
    await write(file, entries);
  } catch (error) {
    throw new FileError(toLatin1(file), error);
  }
};

/**
 * All files would be read in vain if the list could not be written.
 *
 * @throws FileError
 */
export const checkWritable = async (file: string): Promise<void> => {
  try {
    if (await isReplaceable(file)) {
      await access(toBytes(dirname(await realPlace(file))), constants.W_OK);
    } else if (await leadsSomewhere(file)) {
      await access(file, constants.W_OK);
    }
  } catch (error) {
    throw new FileError(toLatin1(file), error);
  }
};

const write = async (file: string, entries: string[]): Promise<void> => {
  const lines = toLines(entries.sort());
  if (!(await isReplaceable(file))) {
    await pipeline(lines, createWriteStream(file, 'latin1'));
    return;
  }
  const place = await realPlace(file);
  const temporary = toBytes(`${place}.${process.pid}.tmp`);
  try {
    await pipeline(lines, createWriteStream(temporary, { encoding: 'latin1', flags: 'wx' }));
    await rename(temporary, toBytes(place));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
};

/** Whether another file may take the place of the one that `file` leads to; a link to nothing stays. */
const isReplaceable = async (file: string): Promise<boolean> =>
  (await leadsSomewhere(file)) ? (await stat(file)).isFile() : !(await succeeds(lstat(file)));

const leadsSomewhere = (file: string): Promise<boolean> => succeeds(stat(file));

const succeeds = (promise: Promise<unknown>): Promise<boolean> =>
  promise.then(
    () => true,
    () => false,
  );

/** Where a file is, or is going to be, once links are followed; in latin1. */
export const realPlace = async (file: string): Promise<string> => {
  try {
    return await realpath(file, 'latin1');
  } catch {
    return join(await realpath(dirname(file), 'latin1'), toLatin1(basename(file)));
  }
};

function* toLines(entries: Iterable<string>): Generator<string> {
  for (const entry of entries) yield toLine(entry);
}

const ESCAPES: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r' };

/** Names with a backslash or a line break have these escaped, and a backslash before the sum that says so. */
const toLine = (entry: string): string => {
  const [path = '', digest = ''] = entry.split('\0');
  const name = path === '-' ? './-' : path; // a lone dash would be read as the standard input
  const escaped = name.replace(/[\\\n\r]/g, (character) => ESCAPES[character] ?? character);
  return `${escaped === name ? '' : '\\'}${digest}  ${escaped}\n`;
};
