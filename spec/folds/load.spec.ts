import * as fc from 'fast-check';
import { map, timer } from 'rxjs';
import { loadFold, type Load, type TaskLoad } from '../../src/index.js';
import { arrived, cancelled, completed, failed, started } from '../support/taskEvents.js';
import { virtualManager } from '../support/virtualManager.js';

const none: TaskLoad = {
  time: 0,
  arrivalRate: 0,
  completionRate: 0,
  throughput: 0,
  meanExecutionTime: 0,
  executionTime: 0,
  busyTime: 0,
  completed: 0,
  failed: 0,
  queued: 0,
  busy: 0,
  ready: 0,
};
const seed = virtualManager().manager.stats();

describe('loadFold', () => {
  it('is all 0 before the first event, whatever the number of reads', () => {
    const load = loadFold();
    expect(load.read()).toEqual(none);
    load.apply(arrived(500));
    load.apply(arrived(600));
    expect(load.read().arrivalRate).toBe(20); // the time of a read before them does not count
  });

  it('has the time of the latest event, and rates since the first one', () => {
    const load = loadFold({ rateWindow: 1000 });
    for (const event of [arrived(5000), arrived(5100), started(5100)]) load.apply(event);
    for (const event of [arrived(5200), completed(5400, { startedAt: 5100 })]) load.apply(event);
    expect(load.read()).toEqual({
      ...none,
      ...{ time: 5400, arrivalRate: 7.5, completionRate: 2.5, throughput: 2.5 },
      ...{ meanExecutionTime: 300, executionTime: 300, busyTime: 300, completed: 1, queued: 2 },
    });
    load.apply(cancelled(6600));
    expect(load.read()).toMatchObject({ time: 6600, arrivalRate: 0, throughput: 0, queued: 1 });
  });

  it('has the time and the rates as of its scheduler', () => {
    let now = 100;
    const load = loadFold({ rateWindow: 1000, scheduler: { now: () => now } });
    load.apply(arrived(100));
    now = 300;
    expect(load.read()).toMatchObject({ time: 300, arrivalRate: 5 });
    now = 1200;
    expect(load.read()).toMatchObject({ time: 1200, arrivalRate: 0 });
  });

  it('has a window of 10 s by default', () => {
    const load = loadFold();
    load.apply(arrived(0));
    load.apply(arrived(1));
    load.apply(completed(9999));
    expect(load.read().arrivalRate).toBeGreaterThan(0);
    load.apply(completed(10_200));
    expect(load.read()).toMatchObject({ arrivalRate: 0, completionRate: 0.2 });
  });

  it('tells completed and failed tasks apart', () => {
    const load = loadFold();
    load.apply(arrived(0));
    load.apply(completed(1000, { startedAt: 900 }));
    load.apply(failed(2000, { startedAt: 1700 }));
    expect(load.read()).toMatchObject({
      ...{ completed: 1, failed: 1, completionRate: 0.5, throughput: 1 },
      ...{ meanExecutionTime: 200, executionTime: 400 },
    });
  });

  it('counts all that wait, whatever their priority, and nothing of `runTask`', () => {
    const load = loadFold();
    for (const priority of [-1, 0, 2]) load.apply(arrived(0, { priority }));
    load.apply(arrived(0, { direct: true }));
    load.apply(completed(10, { direct: true }));
    expect(load.read()).toEqual({ ...none, time: 10, queued: 3, arrivalRate: 300 });
  });

  it('counts workers that are up', () => {
    const load = loadFold();
    for (const worker of [1, 2]) load.apply({ type: 'workerStarted', time: 5, worker });
    expect(load.read().ready).toBe(2);
    load.apply({ type: 'workerStopped', time: 6, worker: 1, reason: 'scaledDown' });
    expect(load.read().ready).toBe(1);
  });

  it('begins with what waits, runs and is up by its seed', () => {
    const given = { ...seed, queuedTasks: 3, priorityTasks: 2, busyWorkers: 4, activeWorkers: 6 };
    const load = loadFold({ seed: given });
    expect(load.read()).toEqual({ ...none, queued: 5, busy: 4, ready: 6 });
    load.apply(completed(10));
    expect(load.read()).toMatchObject({ queued: 5, busy: 3, completed: 1 });
  });

  it('has another state for each fold', () => {
    const [first, second] = [loadFold(), loadFold()];
    first.apply(arrived(0));
    expect(first.read().queued).toBe(1);
    expect(second.read().queued).toBe(0);
  });

  it('says at each look what the policy is told', () => {
    const run = fc.record({
      at: fc.nat(300),
      duration: fc.nat(90),
      priority: fc.integer({ min: -1, max: 1 }),
      fails: fc.boolean(),
    });
    const property = fc.property(fc.array(run, { minLength: 5, maxLength: 30 }), (runs) => {
      const looks: [Load, TaskLoad][] = [];
      const { manager, time } = virtualManager({
        ...{ workerCount: 2, maxWorkerCount: 6, burstInterval: 10, rateWindow: 100 },
        scaling: map((load) => {
          looks.push([load, fold.read()]);
          return (load.queued + load.busy) / 2;
        }),
      });
      const seeded = { rateWindow: 100, scheduler: time, seed: manager.stats() };
      const fold = loadFold(seeded);
      manager.events$.subscribe((event) => fold.apply(event));
      for (const { at, duration, priority, fails } of runs) {
        const task = () =>
          timer(duration, time).pipe(
            map(() => {
              if (fails) throw new Error('on purpose');
            }),
          );
        time.at(at, () => void manager.queueTask(task, { priority }).catch(() => undefined));
      }
      time.advanceTo(1000);
      expect(looks.length).toBeGreaterThan(0);
      for (const [
        { current, base, max, oldestWait, startupTime, errors = [], ...told },
        said,
      ] of looks) {
        expect(current).toBeLessThanOrEqual(max);
        expect(base).toBe(2);
        expect(oldestWait).toBeGreaterThanOrEqual(0);
        expect(startupTime).toBe(0);
        expect(errors.every((error) => error instanceof Error)).toBe(true);
        expect(said).toEqual(told);
      }
      void manager.kill();
    });
    fc.assert(property, { numRuns: 50 });
  });
});
