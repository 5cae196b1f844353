import { fixed } from '../../src/index.js';
import { eventsOf, setUp } from './setUp.js';

/** A manager that scales as it does by default. */
const scaled = (config: Parameters<typeof setUp>[0]) =>
  setUp({ burstInterval: 100, scaling: undefined, ...config });

describe('engine: the default scaling', () => {
  /** Each of fifty callers waits for the end of its task of 21 ms before it comes with the next one. */
  const callers = (config: Parameters<typeof setUp>[0]) => {
    const { manager, time, task } = scaled({ workerCount: 1, maxWorkerCount: 10, ...config });
    let ended = 0;
    const call = (): void => {
      manager.submit(task(21)).subscribe({
        complete: () => {
          ended++;
          if (time.now() < 11_000) call();
        },
      });
    };
    manager.submit(task(21)).subscribe(); // how long a task takes is known when the callers come
    time.advanceTo(1000);
    for (let i = 0; i < 50; i++) call();
    time.advanceTo(11_000);
    return ended / 10;
  };

  it('serves a closed loop of fifty callers about as a pool of the maximum does', () => {
    expect(callers({})).toBeGreaterThan(0.99 * callers({ scaling: fixed(10) }));
  });

  it.each([
    [100, 10],
    [500, 50],
    [1000, 50],
  ])(
    'is back at the base within a second after 5 s of tasks of %d ms, one every %d ms',
    (ms, every) => {
      const { manager, time, events, task } = scaled({ workerCount: 2, maxWorkerCount: 10 });
      for (let at = 0; at < 5000; at += every) {
        time.at(at, () => manager.submit(task(ms)).subscribe());
      }
      time.advanceTo(60_000);
      const lastEnd = eventsOf(events, 'completed').at(-1)!.time;
      const peak = Math.max(...eventsOf(events, 'scaled').map(({ to }) => to));
      const last = eventsOf(events, 'workerStopped').at(-1)!.time;
      expect(peak).toBe(10);
      expect(manager.stats()).toMatchObject({ activeWorkers: 2, burstWorkers: 0 });
      expect(last - lastEnd).toBeLessThan(1000);
    },
  );
});
