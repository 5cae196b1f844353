import { BehaviorSubject, NEVER, Observable, of, Subject } from 'rxjs';
import { latestValues } from '../../src/rx/latestValues.js';

/** The results so far, after all reactions of Promises. */
const settled = async (results: Promise<unknown>[]): Promise<unknown[]> => {
  const log: unknown[] = results.map(() => 'open');
  results.forEach((result, i) => {
    result.then(
      (value) => (log[i] = value),
      (error: unknown) => (log[i] = ['error', error]),
    );
  });
  for (let i = 0; i < 20; i++) await Promise.resolve();
  return log;
};

const value = (of: unknown) => ({ done: false, value: of });
const done = { done: true, value: undefined };

describe('latestValues', () => {
  it('gives each value to a waiting reader, and ends with the source', async () => {
    const source = new Subject<number>();
    const values = latestValues(source);
    const log: unknown[] = [];
    for (const next of [1, 2, 3]) {
      const result = values.next();
      source.next(next);
      log.push(await result);
    }
    const last = values.next();
    source.complete();
    expect([...log, await last, await values.next()]).toEqual([
      ...[1, 2, 3].map(value),
      done,
      done,
    ]);
  });

  it('gives the last value that came while no reader waited, once', async () => {
    const source = new BehaviorSubject(1);
    const values = latestValues(source);
    expect(await values.next()).toEqual(value(1));
    for (const next of [2, 3, 4]) source.next(next);
    expect(await settled([values.next(), values.next()])).toEqual([value(4), 'open']);
  });

  it('gives a value that comes before the loop has read the previous one', async () => {
    const source = new Subject<number>();
    const values = latestValues(source);
    const first = values.next();
    source.next(1);
    source.next(2); // before the reader has its 1
    source.next(3);
    source.complete();
    expect(await settled([first, values.next(), values.next()])).toEqual([
      value(1),
      value(3),
      done,
    ]);
  });

  it('gives a busy reader the last value and then the end', async () => {
    const source = new Subject<number>();
    const values = latestValues(source);
    const seen: number[] = [];
    const first = values.next();
    source.next(1);
    await first;
    source.next(2);
    await values.next();
    source.next(3);
    source.complete();
    for await (const each of values) seen.push(each);
    expect(seen).toEqual([3]);
  });

  it('gives the last value that a source emits during subscribe, and its end', async () => {
    const values = latestValues(of(1, 2, 3));
    expect(await settled([values.next(), values.next(), values.next()])).toEqual([
      value(1),
      value(3),
      done,
    ]);
  });

  it('serves readers that ask ahead in the order of their requests', async () => {
    const source = new Subject<number>();
    const values = latestValues(source);
    const results = [values.next(), values.next(), values.next(), values.next()];
    source.next(1);
    source.next(2);
    source.complete();
    expect(await settled(results)).toEqual([value(1), value(2), done, done]);
  });

  it('rejects once with an error of the source, after its last value', async () => {
    const source = new Subject<number>();
    const values = latestValues(source);
    const first = values.next();
    source.next(1);
    source.next(2);
    source.error('bad');
    expect(await settled([first, values.next(), values.next(), values.next()])).toEqual([
      value(1),
      value(2),
      ['error', 'bad'],
      done,
    ]);
  });

  it('ends at once on return, for a waiting reader too, and unsubscribes', async () => {
    const source = new Subject<number>();
    const values = latestValues(source);
    const waiting = values.next();
    const returned = values.return?.();
    expect(source.observed).toBe(false);
    expect(await settled([waiting, returned!, values.next()])).toEqual([done, done, done]);
  });

  it('unsubscribes when the loop is left, and drops the unread value', async () => {
    const source = new BehaviorSubject(1);
    const values = latestValues(source);
    for await (const each of values) {
      source.next(each + 1);
      break;
    }
    expect(source.observed).toBe(false);
    expect(await values.next()).toEqual(done);
  });

  it('ends and rejects on throw', async () => {
    const source = new Subject<number>();
    const values = latestValues(source);
    const waiting = values.next();
    expect(await settled([values.throw!('bad'), waiting, values.next()])).toEqual([
      ['error', 'bad'],
      done,
      done,
    ]);
    expect(source.observed).toBe(false);
  });

  it('subscribes at the first next, once, and never after a return', async () => {
    let subscriptions = 0;
    const source = new Observable<number>(() => {
      subscriptions++;
    });
    const returned = latestValues(source);
    await returned.return?.();
    expect(await returned.next()).toEqual(done);
    expect(subscriptions).toBe(0);
    const values = latestValues(source);
    void values.next();
    void values.next();
    expect(subscriptions).toBe(1);
  });

  it('is its own iterator, and waits for a silent source', async () => {
    const values = latestValues(NEVER);
    expect(values[Symbol.asyncIterator]()).toBe(values);
    expect(await settled([values.next()])).toEqual(['open']);
  });
});
