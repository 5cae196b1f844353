import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { from, map, of } from 'rxjs';
import { adaptiveStaffing } from '../../src/scaling/adaptiveStaffing.js';
import type { Load } from '../../src/scaling/Load.js';
import type { ScalingPolicy } from '../../src/index.js';
import { StartupMeter } from '../../src/scaling/StartupMeter.js';

const idle: Load = {
  time: 0,
  arrivalRate: 0,
  completionRate: 0,
  throughput: 0,
  meanExecutionTime: 500,
  executionTime: 50_000,
  completed: 100,
  failed: 0,
  queued: 0,
  oldestWait: 0,
  busy: 0,
  ready: 2,
  startupTime: 0,
  current: 2,
  base: 2,
  max: 50,
};

/** The targets at looks every 100 ms. Each look has the previous target as `current`. */
const follow = (policy: ScalingPolicy, looks: readonly Partial<Load>[]): number[] => {
  const targets: number[] = [];
  from(looks)
    .pipe(
      map((look, i) => ({ ...idle, time: 100 * i, current: targets.at(-1) ?? 2, ...look })),
      policy,
    )
    .subscribe((target) => targets.push(target));
  return targets;
};

const rows = readFileSync(join(__dirname, '../vectors/adaptive.csv'), 'utf8')
  .trim()
  .split('\n')
  .slice(3)
  .map((line) => line.split(',').map(Number))
  .map(
    ([time, completed, busy, queued, arrivalRate, service, current, startup, , , , , target]) => ({
      load: {
        ...idle,
        ...{ time: time!, completed: completed!, busy: busy!, queued: queued! },
        ...{ arrivalRate: arrivalRate!, meanExecutionTime: service! * 1000, current: current! },
      },
      startup: startup!,
      target: target!,
    }),
  );

describe('adaptiveStaffing', () => {
  it('gives the targets of the vectors', () => {
    expect(rows.length).toBeGreaterThan(15);
    const loads = rows.map(({ load }) => load);
    expect(follow(adaptiveStaffing(), loads)).toEqual(rows.map(({ target }) => target));
  });

  it('begins anew with each subscription', () => {
    const policy = adaptiveStaffing();
    const loads = rows.map(({ load }) => load);
    expect(follow(policy, loads)).toEqual(follow(policy, loads));
  });

  it('asks for one worker for each task before the first end of a task', () => {
    const policy = adaptiveStaffing({ low: 0, high: 0, hold: 0 });
    expect(follow(policy, [{ completed: 0, queued: 6, busy: 1, arrivalRate: 1000 }])).toEqual([7]);
  });

  it('forgets arrivals as the memory says', () => {
    const burst = { completed: 100, queued: 100 };
    const after = { completed: 200 };
    const looks = [{}, burst, after, after, after, after, after, after];
    const options = { low: 0, high: 0, hold: 0 };
    // 100 tasks with a memory of 50 ms are 2000 per second. Two memories later, 1/e² is left.
    // x is half of the arrivals within half a second.
    expect(follow(adaptiveStaffing({ ...options, memory: 50 }), looks)).toEqual([
      2, 50, 50, 10, 2, 2, 2, 2,
    ]);
  });

  it('does not subtract a cancelled task from the arrivals', () => {
    const looks = [{ queued: 40, arrivalRate: 0 }, { queued: 0 }, { queued: 0 }];
    expect(follow(adaptiveStaffing({ hold: 0 }), looks).at(-1)).toBe(2);
  });

  it('holds workers for a while, and longer where workers start slowly', () => {
    const looks = (startup: number): Partial<Load>[] => [
      { completed: 0, queued: 10 },
      ...Array.from({ length: startup / 100 }, () => ({ completed: 0, queued: 10 })),
      { completed: 0, busy: 10 },
      ...Array<Partial<Load>>(30).fill({ completed: 10, meanExecutionTime: 1 }),
    ];
    const options = { low: 0, high: 0, memory: 1 };
    const held = (startup: number, hold: number): number =>
      follow(adaptiveStaffing({ ...options, hold }), looks(startup)).filter((each) => each === 10)
        .length -
      (startup / 100 + 2);
    expect(held(0, 300)).toBe(3);
    expect(held(0, 700)).toBe(7);
    expect(held(3200, 300)).toBe(7);
  });

  it.each([
    [{ horizon: 0 }, '`horizon` to be a finite number > 0, got 0'],
    [{ low: -1 }, '`low` to be a finite number >= 0, got -1'],
    [{ high: NaN }, '`high` to be a finite number >= 0, got NaN'],
    [{ high: 0.5 }, '`high` to be >= low (0.6), got 0.5'],
    [{ memory: 0 }, '`memory` to be a finite number > 0, got 0'],
    [{ memory: 5e-324 }, '`memory` to be a number of milliseconds >= 0.1, got 5e-324'],
    [{ hold: Infinity }, '`hold` to be a finite number >= 0, got Infinity'],
    [null, '`options` to be an object, got null'],
  ])('refuses %j', (options, message) => {
    expect(() => adaptiveStaffing(options as never)).toThrow(message);
  });

  it('passes on the completion', () => {
    let isComplete = false;
    of(idle)
      .pipe(adaptiveStaffing())
      .subscribe({ complete: () => (isComplete = true) });
    expect(isComplete).toBe(true);
  });
});

describe('StartupMeter', () => {
  it('learns the startup times of the vectors', () => {
    const meter = new StartupMeter();
    const learned = rows.map(({ load, target }) => {
      meter.look(load);
      const { startup } = meter;
      meter.resize(load, target);
      return Number(startup.toFixed(3));
    });
    expect(learned).toEqual(rows.map(({ startup }) => startup));
  });

  /** Looks every 100 ms at a pool that grows from 2 to 10 workers. The 8 new ones take `startup` ms. */
  const learn = (startup: number, { queued = 5, backTo = 10 } = {}): number => {
    const meter = new StartupMeter();
    for (let time = 0; time <= startup + 100; time += 100) {
      const load = { ...idle, time, queued, busy: time > startup ? 10 : 2 };
      meter.look(load);
      if (time === 0) meter.resize({ ...load, current: 2 }, 10);
      if (time === 100) meter.resize({ ...load, current: 10 }, backTo);
    }
    return meter.startup;
  };

  it('learns the startup time, or the part visible to the looks', () => {
    expect([0, 100, 1000, 60_000].map((startup) => learn(startup))).toEqual([0, 20, 920, 59_920]);
  });

  it('learns nothing while nothing waits, or from growth that was taken back', () => {
    expect(learn(1000, { queued: 0 })).toBe(0);
    expect(learn(1000, { backTo: 3 })).toBe(0);
  });

  it('learns a shorter time when workers start faster', () => {
    const meter = new StartupMeter();
    let time = 0;
    const grow = (startup: number): void => {
      meter.resize({ ...idle, time, current: 2 }, 10);
      for (const end = time + startup; time < end;) {
        time += 100;
        meter.look({ ...idle, time, queued: 5, busy: time > end ? 10 : 2 });
      }
      time += 100;
      meter.look({ ...idle, time, queued: 5, busy: 10 });
      meter.resize({ ...idle, time, current: 10 }, 2);
    };
    grow(5000);
    expect(meter.startup).toBe(4920);
    for (let i = 0; i < 20; i++) grow(200);
    expect(meter.startup).toBeLessThan(300);
    expect(meter.startup).toBeGreaterThanOrEqual(200);
  });
});
