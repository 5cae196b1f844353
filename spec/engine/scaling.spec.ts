import { EMPTY, map, NEVER, Subject, throwError, timer } from 'rxjs';
import { InvalidConfigError } from '../../src/events/errors.js';
import type { Load } from '../../src/scaling/Load.js';
import type { ScalingPolicy } from '../../src/index.js';
import { Deferred } from '../support/Deferred.js';
import { into } from '../support/into.js';
import { unhandledErrors } from '../support/unhandledErrors.js';
import { Broken, eventsOf, raise, setUp } from './setUp.js';

/** A policy whose targets the spec sets. */
const remoteControl = () => {
  const targets = new Subject<number>();
  const scaling: ScalingPolicy = () => targets;
  return { targets, scaling, burstInterval: 10, maxWorkerCount: 4 };
};

describe('engine: scaling', () => {
  it('clamps the target to base and maximum, and rounds up', () => {
    const { targets, ...config } = remoteControl();
    const { manager, events } = setUp({ ...config, workerCount: 2 });
    for (const target of [0, 2.1, 100, Infinity, -Infinity]) targets.next(target);
    expect(eventsOf(events, 'scaled').map(({ from, to }) => [from, to])).toEqual([
      [2, 3],
      [3, 4],
      [4, 2],
    ]);
    expect(manager.stats()).toMatchObject({ activeWorkers: 2, burstWorkers: 0, baseWorkers: 2 });
  });

  it('counts starting workers, so that a slow onCreate causes no overshoot', () => {
    let created = 0;
    const { manager, time, events } = setUp({
      burstInterval: 10,
      maxWorkerCount: 3,
      onCreate: () => (created++ === 0 ? 1 : timer(1000, time)),
    });
    for (let i = 0; i < 50; i++) manager.submit(() => NEVER).subscribe();
    time.advanceTo(999);
    expect(created).toBe(3);
    expect(eventsOf(events, 'scaled')).toHaveLength(1);
    time.advanceTo(1100);
    expect(created).toBe(3);
    expect(manager.stats()).toMatchObject({ activeWorkers: 3, busyWorkers: 3, burstWorkers: 2 });
  });

  it('starts waiting tasks as soon as a new worker is up', () => {
    let created = 0;
    const { targets, ...config } = remoteControl();
    const { manager, time } = setUp({
      ...config,
      onCreate: () => (created++ === 0 ? 1 : timer(5, time).pipe(map(() => 2))),
    });
    const log: unknown[] = [];
    manager.submit(() => NEVER).subscribe();
    manager.submit((resource) => resource).subscribe(into(log));
    targets.next(2);
    time.advanceTo(5);
    expect(log).toEqual([2, '|']);
  });

  it('interrupts no running task: busy workers finish and leave', () => {
    const { targets, ...config } = remoteControl();
    const { manager, events, released } = setUp(config);
    targets.next(3);
    const results = [1, 2, 3].map(() => new Deferred());
    const log: unknown[] = [];
    for (const result of results) manager.submit(() => result).subscribe(into(log));
    manager.submit(() => 'waits').subscribe(into(log));
    targets.next(1);
    expect(released).toEqual([]);
    expect(manager.stats()).toMatchObject({ activeWorkers: 3, busyWorkers: 3 });
    for (const result of results) result.resolve('ran');
    expect(log).toEqual(['ran', '|', 'ran', '|', 'ran', '|', 'waits', '|']);
    expect(released).toHaveLength(2);
    expect(eventsOf(events, 'workerStopped').map(({ reason }) => reason)).toEqual([
      'scaledDown',
      'scaledDown',
    ]);
  });

  it('keeps the surplus idle: the worker used last is used next', () => {
    const { targets, ...config } = remoteControl();
    const { manager, released } = setUp(config);
    targets.next(4);
    const used = new Set<number>();
    for (let i = 0; i < 20; i++) manager.submit((resource) => used.add(resource)).subscribe();
    expect(used.size).toBe(1);
    targets.next(1);
    expect(released).toHaveLength(3);
    expect(released).not.toContain([...used][0]);
  });

  it('tells of the load behind a decision', () => {
    const seen: Load[] = [];
    const { manager, time, events } = setUp({
      burstInterval: 10,
      maxWorkerCount: 3,
      scaling: map((load) => {
        seen.push(load);
        return 3;
      }),
    });
    for (let i = 0; i < 4; i++) manager.submit(() => NEVER).subscribe();
    time.advanceTo(10);
    expect(eventsOf(events, 'scaled')).toEqual([
      expect.objectContaining({ time: 10, from: 1, to: 3, load: seen[0] }),
    ]);
    expect(seen[0]).toMatchObject({ time: 10, queued: 3, busy: 1, current: 1, base: 1, max: 3 });
  });

  it('replaces a worker that is lost beyond the base', () => {
    const { targets, ...config } = remoteControl();
    const { manager } = setUp(config);
    targets.next(3);
    manager.submit(() => raise(new Broken()), { once: true }).subscribe(into([]));
    expect(manager.stats().activeWorkers).toBe(3);
  });

  it('looks at the load only while something waits, runs or bursts', () => {
    const times: number[] = [];
    const { manager, time, task } = setUp({
      burstInterval: 10,
      scaling: map(({ time: now, queued, busy }) => {
        times.push(now);
        return queued + busy;
      }),
    });
    expect(time.timers).toBe(0);
    manager.submit(task(25)).subscribe();
    time.advanceTo(100);
    expect(times).toEqual([10, 20]);
    expect(time.timers).toBe(0);
    manager.submit(task(15)).subscribe();
    manager.submit(task(15)).subscribe();
    time.advanceTo(200);
    expect(times).toEqual([10, 20, 110, 120]);
    expect(time.timers).toBe(0);
    expect(manager.stats().activeWorkers).toBe(1);
  });

  it('looks at the load while tasks wait for the first worker, too', () => {
    const seen: [queued: number, busy: number][] = [];
    const { manager, time } = setUp({
      burstInterval: 10,
      onCreate: () => NEVER,
      scaling: map(({ queued, busy }) => {
        seen.push([queued, busy]);
        return 1;
      }),
    });
    manager.submit(() => 1).subscribe();
    time.advanceTo(20);
    expect(seen).toEqual([
      [1, 0],
      [1, 0],
    ]);
  });

  it('looks at multiples of burstInterval from the first activity on', () => {
    const times: number[] = [];
    const { manager, time, task } = setUp({
      burstInterval: 10,
      scaling: map(({ time: now }) => {
        times.push(now);
        return 1;
      }),
    });
    time.advanceTo(3);
    manager.submit(task(15)).subscribe();
    time.advanceTo(100);
    manager.submit(task(15)).subscribe();
    time.advanceTo(200);
    expect(times).toEqual([13, 103, 113]);
  });

  it('skips no look when tasks end and start at that moment', () => {
    const times: number[] = [];
    const { manager, time, task } = setUp({
      burstInterval: 10,
      scaling: map(({ time: now }) => {
        times.push(now);
        return 1;
      }),
    });
    for (let i = 0; i < 4; i++) manager.submit(task(10)).subscribe();
    time.advanceTo(100);
    expect(times).toEqual([10, 20, 30]);
  });

  it('tells of the present load when the policy has seen none', () => {
    const { targets, ...config } = remoteControl();
    const { manager, events } = setUp(config);
    manager.submit(() => NEVER).subscribe();
    targets.next(2);
    expect(eventsOf(events, 'scaled')).toEqual([
      expect.objectContaining({
        load: expect.objectContaining({ queued: 0, busy: 1, current: 1, base: 1, max: 4 }) as Load,
      }),
    ]);
  });

  it('never looks with a burstInterval of 0', () => {
    let asked = false;
    const { manager, time } = setUp({
      burstInterval: 0,
      scaling: () => {
        asked = true;
        return EMPTY;
      },
    });
    for (let i = 0; i < 10; i++) manager.submit(() => NEVER).subscribe();
    expect(time.timers).toBe(0);
    expect(manager.stats().activeWorkers).toBe(1);
    expect(asked).toBe(false);
  });

  describe('a policy that fails', () => {
    const policies: [string, ScalingPolicy][] = [
      ['throws when it is set up', () => raise('why')],
      ['errors from the start', () => throwError(() => 'why')],
      ['throws at a load', map(() => raise('why'))],
    ];

    it.each(policies)('is reported, and harms nothing (the policy %s)', (_, scaling) => {
      const log: unknown[] = [];
      const errors = unhandledErrors(() => {
        const { manager, time, task } = setUp({ burstInterval: 10, scaling });
        manager.submit(task(25, 'ok')).subscribe(into(log));
        time.advanceTo(100);
        expect(time.timers).toBe(0);
        void manager.stop();
        expect(manager.stats().state).toBe('stopped');
      });
      expect(log).toEqual(['ok', '|']);
      expect(errors.length).toBeGreaterThan(0);
      expect(errors.length).toBeLessThanOrEqual(3);
      expect(new Set(errors)).toEqual(new Set(['why']));
    });

    it('starts again at the next look', () => {
      let looks = 0;
      const errors = unhandledErrors(() => {
        const { manager, time } = setUp({
          burstInterval: 10,
          maxWorkerCount: 2,
          scaling: map(() => (++looks === 1 ? raise('why') : 2)),
        });
        manager.submit(() => NEVER).subscribe();
        time.advanceTo(40);
        expect(manager.stats().activeWorkers).toBe(2);
      });
      expect(errors).toEqual(['why']);
    });

    it.each([NaN, undefined, '2', 2n])('is reported when giving %p', (wrong: any) => {
      const { targets, ...config } = remoteControl();
      const errors = unhandledErrors(() => {
        const { manager } = setUp(config);
        targets.next(wrong);
        targets.next(2);
        expect(manager.stats().activeWorkers).toBe(2);
      });
      expect(errors).toEqual([
        new InvalidConfigError('scaling', wrong, 'a stream of numbers of workers'),
      ]);
      expect(errors).toEqual([expect.objectContaining({ field: 'scaling', value: wrong })]);
    });
  });

  it('keeps the last target of a policy that completes', () => {
    const { targets, ...config } = remoteControl();
    const { manager } = setUp(config);
    targets.next(3);
    targets.complete();
    expect(manager.stats().activeWorkers).toBe(3);
  });

  it('scales no more after a stop', () => {
    const { targets, ...config } = remoteControl();
    const { manager, time } = setUp(config);
    void manager.stop();
    expect(targets.observed).toBe(false);
    expect(time.timers).toBe(0);
  });
});
