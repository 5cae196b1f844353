import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

/**
 * What is kept of a file until the end: one string. NUL is in no name and comes before all that is, so that
 * these sort by path, and with paths in latin1 in the order of the bytes.
 */
export const toEntry = (path: string, digest: string): string => `${path}\0${digest}`;

/** Writes the list in the format of GNU sha256sum: all of it, or nothing. Sorts `entries` in place. */
export const writeSums = async (file: string, entries: string[]): Promise<void> => {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await pipeline(toLines(entries.sort()), createWriteStream(temporary, 'latin1'));
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
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
