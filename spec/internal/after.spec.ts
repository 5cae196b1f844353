import { TestScheduler } from 'rxjs/testing';
import { after } from '../../src/internal/after.js';
import { VirtualTime } from '../support/VirtualTime.js';

describe('after', () => {
  it('should emit once after the time, and complete', () => {
    const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
    scheduler.run(({ expectObservable }) => {
      expectObservable(after(3, scheduler)).toBe('---(x|)', { x: 0 });
      expectObservable(after(0, scheduler)).toBe('(x|)', { x: 0 });
      expectObservable(after(3, scheduler), '^-!').toBe('---');
    });
  });

  it('should wait as long as timers reach, and without a timer where they do not', () => {
    const time = new VirtualTime();
    const fired: number[] = [];
    for (const ms of [2 ** 31 - 1, 2 ** 31, Infinity]) {
      after(ms, time).subscribe(() => fired.push(ms));
    }
    expect(time.timers).toBe(1);
    time.advanceTo(2 ** 33);
    expect(fired).toEqual([2 ** 31 - 1]);
  });
});
