import map from 'p-map';

/** @type {import('../types.d.ts').CreateContender} */
export const pMap = (concurrency) => ({
  run: (count, task) => map(Array.from({ length: count }), task, { concurrency }),
});
