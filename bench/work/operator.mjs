import { timePerTask } from '../measure.mjs';
import { createContender } from '../peers/index.mjs';

/** @type {import('../types.d.ts').Section} */
export const section = {
  title: 'Operators',
  about:
    'µs per value when all values come at once and ten at a time run `async () => 1`. `mergeMapLanes` has ' +
    'two priorities; the others have none.',
  reference: 'mergeMapLanes',
  column: (size) => `${size.toLocaleString('en')} values`,

  cases: (smoke) =>
    (smoke ? [100] : [1_000, 10_000, 100_000, 1_000_000]).flatMap((size) =>
      ['mergeMapLanes', 'mergeMap', 'Effect.forEach', 'p-map'].map((contender) => ({
        contender,
        size,
        smoke,
      })),
    ),

  measure: async (what) => ({
    µs: await timePerTask(await createContender(what.contender, 10), what),
  }),
};
