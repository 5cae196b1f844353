import { Console } from 'node:console';

/** Whether jest.soak.config.js is used, for the long forms, which print their measurements. */
export const soak = (globalThis as { SOAK?: boolean }).SOAK === true;

/** The size for `npm test`, or the one for the long form. */
export const sized = (short: number, long: number): number => (soak ? long : short);

/** Prints a table, in the long form only. */
export const report = (title: string, rows: readonly object[]): void => {
  if (!soak) return;
  process.stdout.write(`\n${title}\n`);
  new Console(process.stdout).table(rows);
};
