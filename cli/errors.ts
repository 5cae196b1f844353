/** The command line is wrong; exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A file cannot be read or written, or has the wrong contents; exit code 1. */
export class FileError extends Error {
  override readonly name = 'FileError';
}
