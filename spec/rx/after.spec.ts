import { TestScheduler } from 'rxjs/testing';
import { after } from '../../src/rx/after.js';
import { VirtualTime } from '../support/VirtualTime.js';

describe('after', () => {
  it('emits once after the time, and completes', () => {
    const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
    scheduler.run(({ expectObservable }) => {
      expectObservable(after(3, scheduler)).toBe('---(x|)', { x: 0 });
      expectObservable(after(0, scheduler)).toBe('(x|)', { x: 0 });
      expectObservable(after(3, scheduler), '^-!').toBe('---');
    });
  });

  it('waits longer than the longest timer, and sets no timer for Infinity', () => {
    const time = new VirtualTime();
    const fired: number[] = [];
    const times = [2 ** 31 - 1, 2 ** 31, 2 ** 33];
    for (const ms of [...times, Infinity]) after(ms, time).subscribe(() => fired.push(time.now()));
    expect(time.timers).toBe(3);
    time.advanceTo(2 ** 34);
    expect(fired).toEqual(times);
  });
});
