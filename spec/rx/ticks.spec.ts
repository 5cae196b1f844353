import { VirtualTimeScheduler } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { ticks } from '../../src/rx/ticks.js';
import { VirtualTime } from '../support/VirtualTime.js';

describe('ticks', () => {
  it('ticks first after the first time, then after each period', () => {
    const testScheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
    testScheduler.run(({ expectObservable }) => {
      expectObservable(ticks(2, 3, testScheduler), '---------!').toBe('--x--x--x', { x: 0 });
    });
  });

  it('ends after any number of ticks in virtual time', () => {
    const scheduler = new VirtualTimeScheduler();
    let count = 0;
    const subscription = ticks(1, 1, scheduler).subscribe(() => count++);
    scheduler.maxFrames = 20_000;
    scheduler.flush();
    expect(count).toBe(20_000);
    expect(() => subscription.unsubscribe()).not.toThrow();
  });

  it('ticks at times longer than the longest timer, and leaves no timer', () => {
    const time = new VirtualTime();
    const seen: number[] = [];
    const delays: unknown[] = [];
    const schedule = time.schedule.bind(time);
    time.schedule = (work, delay, state) => {
      delays.push(delay);
      return schedule(work, delay, state);
    };
    const subscription = ticks(2 ** 31, 2 ** 32, time).subscribe(() => seen.push(time.now()));
    time.advanceTo(2 ** 33);
    expect(seen).toEqual([2 ** 31, 2 ** 31 + 2 ** 32]);
    expect(delays.filter((delay) => Number(delay) > 2 ** 31 - 1)).toEqual([]);
    subscription.unsubscribe();
    expect(time.timers).toBe(0);
  });
});
