import { lstat, opendir } from 'node:fs/promises';
import { toBytes } from './paths.js';

/** A regular file. */
export interface FoundFile {
  /** From the root on; in latin1, a character for each byte, so that any name comes out as it went in. */
  readonly path: string;
  readonly size: number;
}

export interface WalkOptions {
  /** The path of a file to leave out. */
  skip: string;
  /** Aborting it ends the walk. */
  signal: AbortSignal;
  /** Is told what could not be read; the walk goes on. */
  onError: (error: FileError) => void;
}

/** What is wrong with a file or directory. */
export class FileError extends Error {
  override readonly name = 'FileError';

  /** @param path - in latin1 */
  constructor(path: string, cause: unknown) {
    const message = cause instanceof Error ? cause.message : String(cause);
    // The system's message goes on with the path, raw: a name may well hold what confuses a terminal.
    const reason = /^E\w+: [^,]+/.exec(message)?.[0] ?? message;
    super(`${JSON.stringify(toBytes(path || '.').toString())}: ${reason}`, { cause });
  }
}

/**
 * The regular files under a directory, a few at a time and when asked: one directory is open, and the names of
 * those still to be read are all that is kept.
 */
export async function* walk(
  root: string,
  { skip, signal, onError }: WalkOptions,
): AsyncGenerator<FoundFile, void, void> {
  const measure = async (path: string): Promise<FoundFile[]> => {
    try {
      return [{ path, size: (await lstat(toBytes(root + path))).size }];
    } catch (error) {
      onError(new FileError(path, error));
      return [];
    }
  };
  const directories = [''];
  const files: string[] = [];
  for (let parent = directories.pop(); parent !== undefined; parent = directories.pop()) {
    try {
      for await (const entry of await opendir(toBytes(root + parent), AS_BYTES)) {
        if (signal.aborted) return;
        const path = parent + (entry.name as unknown as Buffer).toString('latin1');
        if (entry.isDirectory()) directories.push(`${path}/`);
        else if (entry.isFile() && path !== skip) files.push(path);
        if (files.length < BATCH) continue;
        for (const found of await Promise.all(files.splice(0).map(measure))) yield* found;
      }
    } catch (error) {
      onError(new FileError(parent, error));
    }
  }
  for (const found of await Promise.all(files.map(measure))) yield* found;
}

/** How many sizes are asked for at a time. */
const BATCH = 32;

/** The types of Node know of 'buffer' for `readdir` only; it works for `opendir` too. */
const AS_BYTES = { encoding: 'buffer' as BufferEncoding };
