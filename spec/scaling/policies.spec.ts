import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  concat,
  EMPTY,
  map,
  NEVER,
  of,
  pipe,
  Subject,
  switchMap,
  take,
  tap,
  throwError,
  timer,
} from 'rxjs';
import { InvalidConfigError } from '../../src/events/errors.js';
import {
  backlogThreshold,
  fixed,
  rateDeficit,
  squareRootStaffing,
  type Load,
  type ScalingPolicy,
} from '../../src/index.js';
import { stabilise } from '../../src/operators/stabilise.js';
import { unhandledErrors } from '../support/unhandledErrors.js';
import { virtualManager } from '../support/virtualManager.js';
import { VirtualTime } from '../support/VirtualTime.js';

const idle: Load = {
  time: 0,
  arrivalRate: 0,
  completionRate: 0,
  throughput: 0,
  meanExecutionTime: 0,
  executionTime: 0,
  completed: 0,
  failed: 0,
  queued: 0,
  oldestWait: 0,
  busy: 0,
  ready: 2,
  startupTime: 0,
  current: 2,
  base: 2,
  max: 200,
};

const targetsOf = (policy: ScalingPolicy, ...loads: Partial<Load>[]): number[] => {
  const targets: number[] = [];
  of(...loads)
    .pipe(
      map((load) => ({ ...idle, ...load })),
      policy,
    )
    .subscribe((target) => targets.push(target));
  return targets;
};
const targetOf = (policy: ScalingPolicy, load: Partial<Load>) => targetsOf(policy, load)[0];

describe('squareRootStaffing', () => {
  const rows = readFileSync(join(__dirname, '../vectors/staffing.csv'), 'utf8')
    .trim()
    .split('\n')
    .slice(2)
    .map((line) => line.split(',').map(Number) as [number, ...number[]]);

  it('has enough vectors', () => {
    expect(rows.length).toBeGreaterThanOrEqual(8);
  });

  it.each(rows)(
    'agrees with the vector: %d completed, %d busy, %d queued, λ = %d, S = %d',
    (completed, busy, queued, arrivalRate, meanService, current, x, low, high, target) => {
      const meanExecutionTime = meanService * 1000;
      const load = { completed, busy, queued, arrivalRate, meanExecutionTime, current };
      expect(targetOf(squareRootStaffing(), load)).toBe(target);

      const free = { ...load, base: 0, max: Infinity };
      expect(targetOf(squareRootStaffing(), { ...free, current: 0 })).toBe(low);
      expect(targetOf(squareRootStaffing(), { ...free, current: Infinity })).toBe(high);
      const offered = targetOf(squareRootStaffing({ low: 0, high: 0 }), free);
      expect(offered).toBe(Math.ceil(x));
    },
  );

  it('asks for one worker for each task before the first completion', () => {
    const policy = squareRootStaffing({ low: 0, high: 0 });
    expect(targetOf(policy, { queued: 6, busy: 1, arrivalRate: 1000 })).toBe(7);
  });

  it('stays at the base without load', () => {
    expect(targetOf(squareRootStaffing(), { current: 50 })).toBe(2);
    expect(targetOf(squareRootStaffing(), { current: 50, completed: 9 })).toBe(2);
  });

  it('needs fewer workers with a longer horizon', () => {
    const load = { completed: 10, queued: 100, meanExecutionTime: 1000 };
    const at = (horizon: number) =>
      targetOf(squareRootStaffing({ horizon, low: 0, high: 0 }), load);
    expect(at(1000)).toBe(50);
    expect(at(9000)).toBe(10);
  });

  it('gives one target for each load, and completes with the loads', () => {
    const completed = jest.fn();
    of(idle, idle).pipe(squareRootStaffing()).subscribe({ complete: completed });
    expect(targetsOf(squareRootStaffing(), { queued: 9 }, {}, { queued: 9 })).toEqual([12, 2, 12]);
    expect(completed).toHaveBeenCalledTimes(1);
  });
});

describe('rateDeficit', () => {
  const at = ({ completionRate = 8, ...load }: Partial<Load>) => {
    const rates = { arrivalRate: 8, completionRate, throughput: completionRate };
    return targetOf(rateDeficit(), { busy: 4, current: 4, ...rates, ...load });
  };

  it.each<[string, Partial<Load>, number]>([
    ['keeps workers that keep up', {}, 4],
    ['adds the workers that the deficit takes', { arrivalRate: 14 }, 7],
    ['adds whole workers, rounded up', { arrivalRate: 13 }, 7],
    ['adds no more than the maximum', { arrivalRate: 1000, max: 10 }, 10],
    ['removes the workers that the surplus leaves idle', { arrivalRate: 4, current: 8 }, 6],
    ['removes whole workers, rounded down', { arrivalRate: 5, current: 8 }, 7],
    ['removes idle workers only', { arrivalRate: 0, current: 5 }, 4],
    ['removes none below the base', { arrivalRate: 0, current: 8, base: 7 }, 7],
    ['removes none during a backlog', { arrivalRate: 0, current: 8, queued: 1 }, 8],
    ['adds one while tasks arrive and none has completed', { completionRate: 0 }, 5],
    ['adds none where nothing arrives', { completionRate: 0, arrivalRate: 0 }, 4],
    ['adds none above the maximum', { completionRate: 0, max: 4 }, 4],
    [
      'adds one for the first arrivals',
      { busy: 0, completionRate: 0, arrivalRate: 1, current: 4 },
      5,
    ],
    [
      'keeps starting workers while tasks wait',
      { busy: 0, completionRate: 0, arrivalRate: 0, queued: 1, current: 6 },
      6,
    ],
    [
      'counts the completions as of one worker when none is busy',
      { busy: 0, arrivalRate: 16, queued: 1 },
      5,
    ],
    [
      'returns to the base when all is over',
      { busy: 0, completionRate: 3, arrivalRate: 0, current: 9 },
      2,
    ],
  ])('%s', (_title, load, target) => {
    expect(at(load)).toBe(target);
  });
});

describe('backlogThreshold', () => {
  const at = (load: Partial<Load>, step?: number) =>
    targetOf(backlogThreshold({ threshold: 10, step }), load);

  it.each<[string, Partial<Load>, number]>([
    ['adds two with more than the threshold waiting', { queued: 11 }, 4],
    ['adds none at the threshold', { queued: 10 }, 2],
    ['adds no more than the maximum', { queued: 11, max: 3 }, 3],
    ['keeps workers down to half of the threshold', { queued: 5, current: 8 }, 8],
    ['gives back half of the burst under half of the threshold', { queued: 4, current: 10 }, 6],
    ['gives back half, rounded down', { queued: 0, current: 7 }, 5],
    ['gives back at least one', { queued: 0, current: 3 }, 2],
    ['gives back none of the base', { queued: 0, current: 2 }, 2],
  ])('%s', (_title, load, target) => {
    expect(at(load)).toBe(target);
  });

  it('adds as many workers at a time as the step says', () => {
    expect(at({ queued: 11 }, 5)).toBe(7);
  });

  it('gives workers back with a threshold of 0 when nothing waits', () => {
    const policy = backlogThreshold({ threshold: 0 });
    expect(targetsOf(policy, { queued: 1 }, { queued: 0, current: 4 })).toEqual([4, 3]);
  });
});

describe('fixed', () => {
  it('gives its count once, whatever the load', () => {
    expect(targetsOf(fixed(7), {}, { queued: 100 })).toEqual([7]);
  });
});

describe('scaling by the manager', () => {
  const peakOf = (from: { manager: { stats(): { activeWorkers: number } }; time: VirtualTime }) => {
    let peak = 0;
    const look = (): void => {
      peak = Math.max(peak, from.manager.stats().activeWorkers);
    };
    return {
      until: (end: number): number => {
        for (let t = from.time.now(); t <= end; t += 10) {
          from.time.advanceTo(t);
          look();
        }
        return peak;
      },
    };
  };

  it('bursts up to the maximum, and returns to the base soon after the last end', async () => {
    const virtual = virtualManager({ workerCount: 2, maxWorkerCount: 10, scaling: undefined });
    const { manager, time, task } = virtual;
    const done = Promise.all(Array.from({ length: 200 }, () => manager.queueTask(task(100))));
    let end = 0;
    manager.events$.subscribe((event) => {
      if (event.type === 'completed') end = event.time;
    });
    expect(peakOf(virtual).until(5000)).toBe(10);
    await done;
    expect(end).toBeLessThan(2500);
    time.advanceTo(end + 5000 + 100);
    expect(manager.stats()).toMatchObject({ activeWorkers: 2, burstWorkers: 0, busyWorkers: 0 });
    expect(time.timers).toBe(0);
  });

  it('tells of each change with the load behind the decision', () => {
    const { manager, time, events } = virtualManager({ maxWorkerCount: 4 });
    for (let i = 0; i < 3; i++) void manager.queueTask(() => NEVER).catch(() => undefined);
    time.advanceTo(100);
    expect(events.filter(({ type }) => type === 'scaled')).toEqual([
      {
        type: 'scaled',
        time: 100,
        from: 1,
        to: 4,
        load: {
          time: 100,
          arrivalRate: 30,
          completionRate: 0,
          throughput: 0,
          meanExecutionTime: 0,
          executionTime: 0,
          busyTime: 100,
          completed: 0,
          failed: 0,
          queued: 2,
          oldestWait: 100,
          busy: 1,
          ready: 1,
          startupTime: 0,
          current: 1,
          base: 1,
          max: 4,
        },
      },
    ]);
    expect(manager.stats()).toMatchObject({ busyWorkers: 3, queuedTasks: 0 });
    void manager.kill();
  });

  it('is off with a burstInterval of 0', () => {
    const policy = jest.fn(squareRootStaffing());
    const { manager, time } = virtualManager({ burstInterval: 0, scaling: policy });
    for (let i = 0; i < 9; i++) void manager.queueTask(() => NEVER).catch(() => undefined);
    expect(time.timers).toBe(0);
    time.advanceTo(10_000);
    expect(manager.stats().activeWorkers).toBe(1);
    expect(policy).not.toHaveBeenCalled();
    void manager.kill();
  });

  it("follows tasker v1's rule with burstTaskThreshold", () => {
    const { manager, time } = virtualManager({ burstTaskThreshold: 3, burstWorkerCount: 3 });
    for (let i = 0; i < 4; i++) void manager.queueTask(() => NEVER).catch(() => undefined);
    time.advanceTo(100);
    expect(manager.stats()).toMatchObject({ activeWorkers: 1, queuedTasks: 3 });
    void manager.queueTask(() => NEVER).catch(() => undefined);
    time.advanceTo(200);
    expect(manager.stats()).toMatchObject({ activeWorkers: 4, queuedTasks: 1 });
    expect(manager.maxWorkerCount).toBe(4);
    void manager.kill();
  });

  it.each([
    [3, 3],
    [100, 4],
    [0, 2],
  ])('has with fixed(%d) %d workers at once, without a timer', (count, workers) => {
    const { manager, time } = virtualManager({ workerCount: 2, scaling: fixed(count) });
    expect(manager.stats().activeWorkers).toBe(workers);
    void manager.queueTask(() => NEVER).catch(() => undefined);
    expect(time.timers).toBe(0);
    void manager.kill();
  });

  it('takes a policy that is composed of operators', () => {
    const time = new VirtualTime();
    const { manager, task } = virtualManager(
      {
        maxWorkerCount: 10,
        scaling: pipe(
          map(({ busy, queued }) => busy + queued),
          stabilise({ down: 1000, scheduler: time }),
        ),
      },
      time,
    );
    for (let i = 0; i < 6; i++) void manager.queueTask(task(150));
    time.advanceTo(100);
    expect(manager.stats().activeWorkers).toBe(6);
    time.advanceTo(1199); // the load is 5 from 200 and 0 from 300 on
    expect(manager.stats().activeWorkers).toBe(6);
    time.advanceTo(1299);
    expect(manager.stats().activeWorkers).toBe(5);
    time.advanceTo(1300);
    expect(manager.stats().activeWorkers).toBe(1);
    expect(time.timers).toBe(0);
  });

  it.each<[string, number, number]>([
    ['Infinity', Infinity, 4],
    ['-Infinity', -Infinity, 1],
    ['a fraction, rounded up', 2.1, 3],
    ['more than the maximum', 99, 4],
    ['less than the base', -5, 1],
  ])('takes %s from a policy', (_title, target, workers) => {
    const { manager, time } = virtualManager({
      maxWorkerCount: 4,
      scaling: map(() => target),
    });
    void manager.queueTask(() => NEVER).catch(() => undefined);
    time.advanceTo(100);
    expect(manager.stats().activeWorkers).toBe(workers);
    void manager.kill();
  });

  it.each([NaN, undefined, 'many', {}])('reports %p from a policy, and continues', (wrong: any) => {
    const targets = [3, wrong, 2];
    const errors = unhandledErrors(() => {
      const { manager, time } = virtualManager({
        maxWorkerCount: 4,
        scaling: map((_load, look) => targets[look] as number),
      });
      void manager.queueTask(() => NEVER).catch(() => undefined);
      time.advanceTo(100);
      time.advanceTo(200);
      expect(manager.stats().activeWorkers).toBe(3);
      time.advanceTo(300);
      expect(manager.stats().activeWorkers).toBe(2);
      void manager.kill();
    });
    expect(errors).toHaveLength(1);
    expect(errors[0]).toBeInstanceOf(InvalidConfigError);
    expect(errors[0]).toMatchObject({ field: 'scaling', value: wrong });
  });

  const failure = new Error('no idea');
  const fail = (): never => {
    throw failure;
  };

  it.each<[string, (attempt: number) => ScalingPolicy]>([
    ['throws at its call', (attempt) => (attempt === 0 ? fail() : map(() => 3))],
    ['throws at a load', (attempt) => map(() => (attempt === 0 ? fail() : 3))],
    ['errors', (attempt) => switchMap(() => (attempt === 0 ? throwError(() => failure) : of(3)))],
  ])('reports a policy that %s, and starts the policy again', (_title, create) => {
    let attempt = 0;
    const errors = unhandledErrors(() => {
      const { manager, time } = virtualManager({
        maxWorkerCount: 4,
        scaling: (loads) => create(attempt++)(loads),
      });
      void manager.queueTask(() => NEVER).catch(() => undefined);
      time.advanceTo(1000);
      expect(manager.stats().activeWorkers).toBe(3);
      void manager.kill();
    });
    expect(errors).toEqual([failure]);
    expect(attempt).toBe(2);
  });

  it('reports a policy that always fails once a look, and continues', async () => {
    let done: Promise<unknown> | undefined;
    const errors = unhandledErrors(() => {
      const { manager, time, task } = virtualManager({ scaling: map(fail) });
      done = manager.queueTask(task(1000, 'done'));
      time.advanceTo(5000);
      expect(time.timers).toBe(0);
    });
    expect(errors.length).toBeGreaterThan(1);
    expect(errors.length).toBeLessThanOrEqual(10);
    await expect(done).resolves.toBe('done');
  });

  it.each<[string, ScalingPolicy, number]>([
    [
      'the last target',
      (loads) =>
        concat(
          loads.pipe(
            take(1),
            map(() => 3),
          ),
          EMPTY,
        ),
      3,
    ],
    ['the base where there was none', () => EMPTY, 1],
  ])('keeps %s when a policy completes', (_title, scaling, workers) => {
    const { manager, time } = virtualManager({ maxWorkerCount: 4, scaling });
    void manager.queueTask(() => NEVER).catch(() => undefined);
    time.advanceTo(10_000);
    expect(manager.stats().activeWorkers).toBe(workers);
    void manager.kill();
  });

  it('takes targets that come at any time', () => {
    const targets = new Subject<number>();
    const { manager } = virtualManager({ maxWorkerCount: 4, scaling: () => targets });
    targets.next(3);
    expect(manager.stats().activeWorkers).toBe(3);
    targets.next(2);
    expect(manager.stats().activeWorkers).toBe(2);
  });

  it('does not overshoot while workers are slow to start', () => {
    const time = new VirtualTime();
    let created = 0;
    const { manager } = virtualManager(
      {
        maxWorkerCount: 100,
        onCreate: () => timer(5000, time).pipe(map(() => ++created)),
      },
      time,
    );
    for (let i = 0; i < 8; i++) void manager.queueTask(() => NEVER).catch(() => undefined);
    time.advanceTo(4999);
    expect(manager.stats().activeWorkers).toBe(0);
    time.advanceTo(20_000);
    expect(created).toBe(11); // 8 + √8
    expect(manager.stats()).toMatchObject({ activeWorkers: 11, busyWorkers: 8 });
    void manager.kill();
  });

  it('looks at multiples of the interval from the first task on', () => {
    const looks: number[] = [];
    const { manager, time, task } = virtualManager({
      burstInterval: 50,
      maxWorkerCount: 1,
      scaling: pipe(
        tap(({ time: at }: Load) => looks.push(at)),
        map(() => 1),
      ),
    });
    expect(time.timers).toBe(0);
    time.advanceTo(1000);
    expect(looks).toEqual([]);
    void manager.queueTask(task(70));
    void manager.queueTask(task(70));
    time.advanceTo(2010);
    expect(looks).toEqual([1050, 1100]);
    expect(time.timers).toBe(0);
    void manager.queueTask(task(70));
    time.advanceTo(3000);
    expect(looks).toEqual([1050, 1100, 2050]);
  });

  it('continues to look while burst workers exist', () => {
    const looks: number[] = [];
    const { manager, time, task } = virtualManager({
      scaling: pipe(
        tap(({ time: at }: Load) => looks.push(at)),
        map(({ time: at }) => (at < 500 ? 2 : 1)),
      ),
    });
    void manager.queueTask(task(110));
    time.advanceTo(5000);
    expect(looks).toEqual([100, 200, 300, 400, 500]);
    expect(time.timers).toBe(0);
  });

  it('has no timers while idle, paused or stopped', async () => {
    const { manager, time, task } = virtualManager();
    expect(time.timers).toBe(0);
    manager.pause();
    void manager.queueTask(task(10));
    expect(time.timers).toBe(0);
    manager.resume();
    expect(time.timers).toBeGreaterThan(0);
    time.advanceTo(30_000);
    expect(time.timers).toBe(0);
    await manager.stop();
    expect(time.timers).toBe(0);
  });
});
