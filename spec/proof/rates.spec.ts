import * as fc from 'fast-check';
import { Observable } from 'rxjs';
import { createMetricsCollector, rate } from '../../src/index.js';
import { HeapScheduler } from '../../src/simulation/HeapScheduler.js';
import { sized } from '../support/soak.js';

const PARAMETERS = { numRuns: sized(500, 20_000), seed: 3 };

/** Gaps between events, mostly short, some longer than a window, with many at the same moment. */
const gap = fc.oneof(
  { arbitrary: fc.constant(0), weight: 2 },
  { arbitrary: fc.nat(30), weight: 6 },
  { arbitrary: fc.nat(1000), weight: 1 },
);
const eventTimes = fc.array(gap, { maxLength: 60 }).map((gaps) => {
  let time = 0;
  return gaps.map((each) => (time += each));
});

/** Events per second in (now - window, now], or since 0 within the first window. An event at 0 counts. */
const exactRate = (times: readonly number[], window: number, now: number): number => {
  const from = now > window ? now - window : -1;
  const inside = times.filter((time) => time > from && time <= now).length;
  return (inside / Math.min(window, now)) * 1000;
};

describe('rate', () => {
  it('is the exact count of the window at every look', () => {
    fc.assert(
      fc.property(
        eventTimes,
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 20 }),
        (times, every, looks) => {
          const window = every * looks;
          const scheduler = new HeapScheduler();
          const events$ = new Observable<void>((subscriber) => {
            for (const time of times) scheduler.schedule(() => subscriber.next(), time);
          });
          const emitted = new Map<number, number>();
          events$
            .pipe(rate({ window, every, scheduler }))
            .subscribe((perSecond) => emitted.set(scheduler.now(), perSecond));
          scheduler.flush();

          const expected = new Map<number, number>();
          const end = (times.at(-1) ?? 0) + 2 * window;
          const counts: number[] = [];
          let looking = false;
          let last: number | undefined;
          let unseen = times.filter((time) => time === 0).length;
          for (let now = every; now <= end; now += every) {
            // The looks go on until the rate is 0, and start again with the next value. The next look counts a
            // value that comes at the moment of a skipped look.
            const before = times.filter((time) => time > now - every && time < now).length + unseen;
            const atOnce = times.filter((time) => time === now).length;
            looking ||= before > 0;
            counts.push(looking ? before + atOnce : 0);
            unseen = looking ? 0 : atOnce;
            if (!looking) continue;
            const inside = counts.slice(-looks).reduce((sum, count) => sum + count, 0);
            const exact = (inside / Math.min(window, now)) * 1000;
            if (exact !== last) expected.set(now, exact);
            last = exact;
            looking = exact > 0;
          }
          expect([...emitted.keys()]).toEqual([...expected.keys()]);
          for (const [now, exact] of expected) expect(emitted.get(now)).toBeCloseTo(exact, 8);
          if (times.length > 0) expect([...emitted.values()].at(-1)).toBe(0);
          expect(scheduler.timers).toBe(0);
        },
      ),
      PARAMETERS,
    );
  });
});

describe('createMetricsCollector', () => {
  it('gives the exact rates at every hundredth of the window, at any read', () => {
    fc.assert(
      fc.property(
        eventTimes,
        fc.integer({ min: 1, max: 10 }),
        fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 20 }),
        (times, width, gaps) => {
          const scheduler = new HeapScheduler();
          const rateWindow = 100 * width;
          const collector = createMetricsCollector({ rateWindow, scheduler });
          for (const time of times) {
            scheduler.schedule(() => {
              collector.recordArrival();
              collector.recordCompletion({ queuedAt: time, startedAt: time, finishedAt: time });
            }, time);
          }
          let now = 0;
          for (const each of gaps) {
            now += each * width;
            scheduler.flush(now);
            const exact = exactRate(times, rateWindow, now);
            expect(collector.metrics().taskArrivalRate).toBeCloseTo(exact, 8);
            expect(collector.metrics().taskCompletionRate).toBeCloseTo(exact, 8);
          }
        },
      ),
      PARAMETERS,
    );
  });
});
