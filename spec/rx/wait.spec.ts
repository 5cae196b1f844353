import { asyncScheduler } from 'rxjs';
import { wait } from '../../src/rx/wait.js';
import { VirtualTime } from '../support/VirtualTime.js';

const LONGEST = 2 ** 31 - 1;

describe('wait', () => {
  it.each([0, 1, LONGEST, LONGEST + 1, 2 * LONGEST, 2 * LONGEST + 1, 10 * LONGEST + 5])(
    'calls once, after %s ms',
    (ms) => {
      const time = new VirtualTime();
      const calls: number[] = [];
      const subscription = wait(ms, time, () => calls.push(time.now()));
      time.advanceTo(11 * LONGEST);
      expect(calls).toEqual([ms]);
      subscription.unsubscribe(); // as a caller does, even after the call
      expect(time.timers).toBe(0);
    },
  );

  it('sets no timer longer than the longest of the platforms', () => {
    const time = new VirtualTime();
    const delays: unknown[] = [];
    const schedule = time.schedule.bind(time);
    time.schedule = (work, delay, state) => {
      delays.push(delay);
      return schedule(work, delay, state);
    };
    wait(2 * LONGEST + 7, time, () => undefined);
    time.advanceTo(3 * LONGEST);
    expect(delays).toEqual([LONGEST, LONGEST, 7]);
  });

  it.each([5, 3 * LONGEST])('ends at an unsubscribe, with a wait of %s ms', (ms) => {
    const time = new VirtualTime();
    const subscription = wait(ms, time, () => {
      throw new Error('called');
    });
    if (ms > LONGEST) time.advanceTo(1.5 * LONGEST);
    expect(time.timers).toBe(1);
    subscription.unsubscribe();
    expect(time.timers).toBe(0);
    time.advanceTo(4 * LONGEST);
  });

  it('has no timer for a time that never comes', () => {
    const time = new VirtualTime();
    for (const ms of [Infinity, Number.MAX_VALUE]) wait(ms, time, () => undefined).unsubscribe();
    const subscription = wait(Infinity, time, () => undefined);
    expect(time.timers).toBe(0);
    expect(subscription.closed).toBe(false);
  });

  it('waits in real time without a warning', () => {
    const delays: unknown[] = [];
    const timers = jest.spyOn(global, 'setInterval').mockImplementation((_work, delay) => {
      delays.push(delay);
      return 0 as never;
    });
    wait(2 ** 40, asyncScheduler, () => undefined).unsubscribe();
    timers.mockRestore();
    expect(delays).toEqual([LONGEST]);
  });
});
