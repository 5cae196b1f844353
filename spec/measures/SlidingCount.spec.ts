import fc from 'fast-check';
import { SlidingCount } from '../../src/measures/SlidingCount.js';

describe('SlidingCount', () => {
  it('is 0 without events and at the start', () => {
    const count = new SlidingCount(100, 10, 50);
    expect(count.rate(50)).toBe(0);
    count.add(50);
    expect(count.rate(50)).toBe(0);
    expect(new SlidingCount(100, 10, 50).rate(500)).toBe(0);
  });

  it('counts all that there have been, long after the window too', () => {
    const count = new SlidingCount(100, 10, 0);
    expect(count.count).toBe(0);
    for (const time of [10, 20, 500, 490]) count.add(time);
    expect(count.rate(900)).toBe(0);
    expect(count.count).toBe(4);
  });

  it('divides by the time since the start during the first window', () => {
    const count = new SlidingCount(1000, 10, 5000);
    count.add(5050);
    count.add(5100);
    expect(count.rate(5100)).toBe(20);
    expect(count.rate(5500)).toBe(4);
    expect(count.rate(6000)).toBe(2);
  });

  it('counts the oldest bucket in proportion to its part inside the window', () => {
    const count = new SlidingCount(1000, 10, 0);
    for (let i = 0; i < 8; i++) count.add(50);
    expect(count.rate(1000)).toBe(8);
    expect(count.rate(1025)).toBeCloseTo(6, 9);
    expect(count.rate(1075)).toBeCloseTo(2, 9);
    expect(count.rate(1100)).toBe(0);
  });

  it('counts an event at the end of a bucket in that bucket', () => {
    const count = new SlidingCount(1000, 10, 0);
    count.add(100);
    expect(count.rate(1050)).toBeCloseTo(0.5, 9);
    expect(count.rate(1100)).toBe(0);
  });

  const width = 10;
  const events = fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 100 });

  it('is exact at multiples of the width of a bucket', () => {
    fc.assert(
      fc.property(
        events,
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 0, max: 10_000 }),
        fc.array(fc.integer({ min: 1, max: 150 }), { minLength: 1, maxLength: 20 }),
        (times, buckets, start, looks) => {
          const window = width * buckets;
          const count = new SlidingCount(window, buckets, start);
          const left = [...times].sort((a, b) => a - b);
          const seen: number[] = [];
          for (const look of [...looks].sort((a, b) => a - b)) {
            const now = look * width;
            while (left.length > 0 && left[0]! <= now) {
              seen.push(left[0]!);
              count.add(start + left.shift()!);
            }
            // An event at the very start has no bucket of its own, and counts in the first bucket.
            const inside = seen.filter((time) => Math.max(time, 1) > now - window).length;
            expect(count.rate(start + now)).toBeCloseTo((inside / Math.min(window, now)) * 1000, 6);
          }
        },
      ),
    );
  });

  it('lies between the counts at the bucket ends around the time', () => {
    fc.assert(
      fc.property(events, fc.integer({ min: 1001, max: 2000 }), (times, now) => {
        const window = 200;
        const count = new SlidingCount(window, window / width, 0);
        for (const time of [...times].sort((a, b) => a - b)) count.add(time);
        const from = Math.floor((now - window) / width) * width;
        const most = times.filter((time) => time > from).length;
        const least = times.filter((time) => time > from + width).length;
        const counted = (count.rate(now) * window) / 1000;
        expect(counted).toBeLessThanOrEqual(most + 1e-9);
        expect(counted).toBeGreaterThanOrEqual(least - 1e-9);
      }),
    );
  });

  it('is exactly 0 once the window and a bucket have passed', () => {
    fc.assert(
      fc.property(events, fc.double({ min: 0, max: 1e6, noNaN: true }), (times, later) => {
        const count = new SlidingCount(200, 20, 0);
        for (const time of [...times].sort((a, b) => a - b)) count.add(time);
        expect(count.rate(Math.max(0, ...times) + 210 + later)).toBe(0);
      }),
    );
  });

  it('continues after a pause of many windows', () => {
    const count = new SlidingCount(1000, 10, 0);
    for (let i = 0; i < 5; i++) count.add(500);
    count.add(1_000_450);
    expect(count.rate(1_000_500)).toBe(1);
  });

  it('continues as if no time had passed when the clock is set back', () => {
    const count = new SlidingCount(1000, 10, 100_000);
    let now = 100_000;
    const run = (ms: number): void => {
      for (const end = now + ms; now < end;) count.add((now += 10));
    };
    run(2000);
    expect(count.rate(now)).toBeCloseTo(100, 6);
    now -= 50_000;
    for (let i = 0; i < 10; i++) {
      run(300);
      expect(count.rate(now)).toBeCloseTo(100, -1);
    }
    expect(count.rate(now + 2000)).toBe(0);
  });

  it('is never negative, infinite or NaN, whatever the clock does', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5000, max: 5000 })), (times) => {
        const count = new SlidingCount(1000, 10, 0);
        times.forEach((time, i) => {
          count.add(time);
          const rate = count.rate(time);
          expect(rate).toBeGreaterThanOrEqual(0);
          expect(rate).toBeLessThanOrEqual((i + 1) * 1000);
        });
      }),
    );
  });

  it('accepts events that are told a little late, without losing time', () => {
    const count = new SlidingCount(1000, 10, 0);
    for (let i = 0; i < 200; i++) {
      count.add(5010);
      count.rate(5012);
    }
    expect(count.rate(5512)).toBeCloseTo(200, 6);
    expect(count.rate(6200)).toBe(0);
  });
});
