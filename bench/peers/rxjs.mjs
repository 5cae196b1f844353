import { lastValueFrom, mergeMap as merge, range } from 'rxjs';

/** @type {import('../types.d.ts').CreateContender} */
export const mergeMap = (concurrency) => ({
  run: (count, task) => lastValueFrom(range(0, count).pipe(merge(task, concurrency))),
});
