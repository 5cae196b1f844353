import { Console } from 'node:console';

/** Whether this is `npm run soak`, with the long forms, which print their measurements. */
export const soak = (globalThis as { SOAK?: boolean }).SOAK === true;

/** The size for `npm test` or for `npm run soak`. */
export const sized = (short: number, long: number): number => (soak ? long : short);

/** Prints a table, in `npm run soak` only. */
export const report = (title: string, rows: readonly object[]): void => {
  if (!soak) return;
  process.stdout.write(`\n${title}\n`);
  new Console(process.stdout).table(rows);
};
