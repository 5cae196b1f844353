import { VirtualTimeScheduler } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { ticks } from '../../src/internal/ticks.js';

describe('ticks', () => {
  it('should tick first after the one time and then after the other', () => {
    const testScheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
    testScheduler.run(({ expectObservable }) => {
      expectObservable(ticks(2, 3, testScheduler), '---------!').toBe('--x--x--x', { x: 0 });
    });
  });

  it('should end after any number of ticks in virtual time', () => {
    const scheduler = new VirtualTimeScheduler();
    let count = 0;
    const subscription = ticks(1, 1, scheduler).subscribe(() => count++);
    scheduler.maxFrames = 20_000;
    scheduler.flush();
    expect(count).toBe(20_000);
    expect(() => subscription.unsubscribe()).not.toThrow();
  });
});
