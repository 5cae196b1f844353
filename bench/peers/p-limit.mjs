import limit from 'p-limit';
import { byPromises } from './byPromises.mjs';

/** @type {import('../types.d.ts').CreateContender} */
export const pLimit = (concurrency) => {
  const limited = limit(concurrency);
  return byPromises((task) => limited(task));
};
