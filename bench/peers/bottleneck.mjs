import Bottleneck from 'bottleneck';
import { byPromises } from './byPromises.mjs';

/** @type {import('../types.d.ts').CreateContender} */
export const bottleneck = (concurrency) => {
  const limiter = new Bottleneck({ maxConcurrent: concurrency });
  // From 0, which comes first, to 9.
  return byPromises((task, priority) => limiter.schedule({ priority: 5 - priority }, task));
};
