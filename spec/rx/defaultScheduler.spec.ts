import { timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { defaultScheduler } from '../../src/rx/defaultScheduler.js';

describe('defaultScheduler', () => {
  it('tells the time since the epoch', () => {
    const before = performance.timeOrigin + performance.now();
    const now = defaultScheduler().now();
    const after = performance.timeOrigin + performance.now();
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(after);
  });

  it('never goes back, and has a resolution below a millisecond', () => {
    const times = Array.from({ length: 10_000 }, () => defaultScheduler().now());
    expect(times.every((time, i) => i === 0 || time >= times[i - 1]!)).toBe(true);
    expect(times.some((time) => !Number.isInteger(time))).toBe(true);
  });

  it('runs in virtual time inside `TestScheduler.run`', () => {
    const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
    scheduler.run(({ expectObservable, flush }) => {
      const times: number[] = [defaultScheduler().now()];
      const timer$ = timer(3, 2, defaultScheduler());
      expectObservable(timer$, '^-----!').toBe('---a-b', { a: 0, b: 1 });
      timer(86_400_000, defaultScheduler()).subscribe(() => times.push(defaultScheduler().now()));
      flush();
      expect(times).toEqual([0, 86_400_000]);
    });
  });

  it('returns from virtual time', () => {
    new TestScheduler(() => undefined).run(() => undefined);
    expect(defaultScheduler().now()).toBeGreaterThan(performance.timeOrigin);
  });

  it('calls back in real time with the state, and not after a cancellation', async () => {
    const calls: unknown[] = [];
    defaultScheduler()
      .schedule(() => calls.push('cancelled'), 0)
      .unsubscribe();
    await new Promise<void>((resolve) => {
      defaultScheduler().schedule(
        (state) => {
          calls.push(state);
          resolve();
        },
        1,
        'state',
      );
    });
    expect(calls).toEqual(['state']);
  });
});
