import fc from 'fast-check';
import { SlidingExtreme } from '../../src/measures/SlidingExtreme.js';

const highest = (window: number) => new SlidingExtreme(window, (a, b) => a > b);

describe('SlidingExtreme', () => {
  it('gives the current value when there is no other', () => {
    const extreme = highest(10);
    expect(extreme.get(3, 0)).toBe(3);
    expect(extreme.nextExpiry(7)).toBe(7);
  });

  it('forgets a value when the window has passed since the end of the value', () => {
    const extreme = highest(10);
    extreme.add(5, 100);
    expect(extreme.get(3, 109)).toBe(5);
    expect(extreme.nextExpiry(109)).toBe(110);
    expect(extreme.get(3, 110)).toBe(3);
  });

  it('forgets a value at once with a window of 0', () => {
    const extreme = highest(0);
    extreme.add(5, 100);
    expect(extreme.get(3, 100)).toBe(3);
  });

  it('counts the time of equal values from the end of the last one', () => {
    const extreme = highest(10);
    extreme.add(5, 100);
    extreme.add(5, 106);
    expect(extreme.get(3, 115)).toBe(5);
    expect(extreme.get(3, 116)).toBe(3);
  });

  it('finds the lowest value with the other comparison', () => {
    const extreme = new SlidingExtreme(10, (a, b) => a < b);
    extreme.add(2, 100);
    expect(extreme.get(3, 105)).toBe(2);
    expect(extreme.get(1, 105)).toBe(1);
  });

  const step = fc.record({
    after: fc.integer({ min: 0, max: 8 }),
    value: fc.integer({ min: 0, max: 10 }),
  });

  it('is the extreme of all values that ended within the window', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 100 }),
        fc.integer({ min: 0, max: 30 }),
        fc.boolean(),
        (steps, window, isHighest) => {
          const extreme = new SlidingExtreme(window, (a, b) => (isHighest ? a > b : a < b));
          const best = isHighest ? Math.max : Math.min;
          const ended: { value: number; time: number }[] = [];
          let now = 0;
          for (const { after, value } of steps) {
            now += after;
            extreme.add(value, now);
            ended.push({ value, time: now });
            now += after % 3;
            const inside = ended.filter(({ time }) => time + window > now);
            expect(extreme.get(5, now)).toBe(best(5, ...inside.map((past) => past.value)));
            const extremes = inside.filter(
              (past) => past.value === best(...inside.map((other) => other.value)),
            );
            expect(extreme.nextExpiry(now)).toBe(
              inside.length === 0 ? now : extremes.at(-1)!.time + window,
            );
          }
        },
      ),
    );
  });
});
