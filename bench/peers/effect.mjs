import { Effect, Pool, Semaphore } from 'effect';

/** @import { CreateContender } from '../types.d.ts' */

/** @param {number} count */
const indexes = (count) => Array.from({ length: count }, (_, index) => index);

/** @type {CreateContender} */
export const forEach = (concurrency) => ({
  run: (count, task) =>
    Effect.runPromise(
      Effect.forEach(indexes(count), () => Effect.promise(task), { concurrency, discard: true }),
    ),
});

/** @type {CreateContender} */
export const poolAndSemaphore = (concurrency) => ({
  run: (count, task) =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const pool = yield* Pool.make({ acquire: Effect.succeed({}), size: concurrency });
          const semaphore = yield* Semaphore.make(concurrency);
          const one = semaphore.withPermits(1)(Pool.use(pool, () => Effect.promise(task)));
          yield* Effect.forEach(indexes(count), () => one, {
            concurrency: 'unbounded',
            discard: true,
          });
        }),
      ),
    ),
});
