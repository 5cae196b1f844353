/** Paths are kept in latin1, a character for each byte, so that any name comes out as it went in. */
export const toLatin1 = (path: string): string => Buffer.from(path).toString('latin1');

/** @param path - in latin1 */
export const toBytes = (path: string): Buffer => Buffer.from(path, 'latin1');
