/** Set by tools/mutation/jest.config.js. Leaves out tests that would be slow for each of thousands of mutants. */
const LONG = /stack|thousand|million|100,000|closest at both ends/;

const run = globalThis.it;
const choose = (...[title, ...rest]: Parameters<jest.It>): void =>
  (LONG.test(title) ? run.skip : run)(title, ...rest);
globalThis.it = Object.assign(choose, run);
