import { concat, map, NEVER, of, type Observable } from 'rxjs';
import { latestValueFrom } from 'rxjs-for-await';

/**
 * An async iterator over the latest value of a source each time, none twice. It is `latestValueFrom` but for
 * the end: that drops the last value if the source completes while the loop's body is busy.
 */
export async function* latestValues<T>(source: Observable<T>): AsyncGenerator<T, void, undefined> {
  let unseen: { value: T } | undefined;
  const arrivals = source.pipe(
    map((value) => {
      unseen = { value };
      return false;
    }),
  );
  for await (const isLast of latestValueFrom(concat(arrivals, of(true), NEVER))) {
    if (unseen) {
      const { value } = unseen;
      unseen = undefined;
      yield value;
    }
    if (isLast) return;
  }
}
