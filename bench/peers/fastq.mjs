import fastq from 'fastq';
import { byPromises } from './byPromises.mjs';

/** @import { CreateContender, Task } from '../types.d.ts' */

/** @type {CreateContender} */
export const fastqPromise = (concurrency) => {
  const queue = fastq.promise((/** @type {Task} */ task) => task(), concurrency);
  return byPromises((task) => queue.push(task));
};
