import fc from 'fast-check';
import {
  JustInTimeRule,
  type JustInTimeDecision,
  type JustInTimeSettings,
} from '../../src/scaling/JustInTimeRule.js';
import type { Load } from '../../src/index.js';
import { justInTimeLoad } from './justInTimeLoad.js';

const ruleOf = (settings: Partial<JustInTimeSettings> = {}): JustInTimeRule =>
  new JustInTimeRule({ wait: undefined, reversals: 0.08, ...settings });

/** Looks every 100 ms, unless these say otherwise. Each has the target before as `current`. */
const follow = (rule: JustInTimeRule, looks: readonly Partial<Load>[]): JustInTimeDecision[] => {
  let current = 2;
  return looks.map((look, i) => {
    const decision = rule.look({ ...justInTimeLoad, time: 100 * (i + 1), current, ...look });
    current = decision.target;
    return decision;
  });
};
const lastOf = (rule: JustInTimeRule, looks: readonly Partial<Load>[]): JustInTimeDecision =>
  follow(rule, looks).at(-1)!;

describe('JustInTimeRule', () => {
  describe('in time', () => {
    it('orders a worker for each task before the first end', () => {
      const looks = [{ startupTime: 2000, busy: 2, queued: 3 }];
      expect(lastOf(ruleOf(), looks)).toMatchObject({
        ...{ inTime: true, allowed: 2000, duration: 1, onOrder: 0 },
        ...{ least: 5, most: 5, kept: 5, target: 5 },
        reason: 'tasks waiting: 3, workers on order: 0, tasks that will end in time: about 0',
      });
    });

    it('orders a worker for each task before the first end, however long a task may wait', () => {
      const looks = [{ busy: 2, queued: 20 }];
      expect(lastOf(ruleOf(), looks)).toMatchObject({ allowed: 10, least: 22 });
      expect(lastOf(ruleOf({ wait: 60_000 }), looks)).toMatchObject({ allowed: 60_000, least: 22 });
    });

    it('orders none for a task that a worker on order will get to', () => {
      const look = { startupTime: 2000, busy: 2, queued: 3 };
      expect(follow(ruleOf(), [look, look, { ...look, queued: 4 }])).toMatchObject([
        { onOrder: 0, target: 5 },
        { onOrder: 3, target: 5 },
        { onOrder: 3, target: 6 },
      ]);
    });

    /** Ten workers run tasks of 100 ms each, one after the other, and then `queued` tasks wait. */
    const busyPool = (queued: number): Partial<Load>[] => [
      ...Array.from({ length: 200 }, (_, i) => ({
        ...{ completed: i, busy: 10, current: 10, time: 10 * i },
      })),
      { completed: 200, busy: 10, queued, current: 10, startupTime: 1000, time: 2000 },
    ];

    it('orders none for tasks that busy workers will get to', () => {
      // About a hundred tasks will end within a second. About twenty of these are not trusted.
      const decision = lastOf(ruleOf(), busyPool(81));
      expect(decision).toMatchObject({ target: 10, least: 10 });
      expect(decision.duration).toBeCloseTo(98, 0);
      expect(decision.reason).toMatch(/about 8\d\.\d$/);
      expect(lastOf(ruleOf(), busyPool(85)).target).toBeGreaterThan(10);
    });

    it('orders fewer where a worker that comes early serves more than one task', () => {
      const wait = 3000;
      const at = (completed: number): Partial<Load> => ({
        ...{ completed, executionTime: 1000 * completed, time: 1000 * completed },
        ...{ startupTime: 1000, busy: 1, current: 1 },
      });
      const looks = [...Array.from({ length: 60 }, (_, i) => at(i)), { ...at(60), queued: 12 }];
      // A worker serves three tasks of about a second: one when it is up, and others within 2000 ms.
      const { least, duration, reason } = lastOf(ruleOf({ wait }), looks);
      expect(duration).toBeCloseTo(980, -1);
      expect(reason).toContain('workers on order: 0, tasks that will end in time: about 0');
      expect(least).toBeCloseTo(1 + 12 / (1 + 2000 / duration), 10);
    });

    it('needs only the busy workers while nothing waits', () => {
      expect(lastOf(ruleOf(), [{ busy: 7, current: 9 }])).toMatchObject({
        ...{ least: 7, most: 7, onOrder: 2, target: 7 },
        reason: 'tasks running: 7',
      });
    });

    it('keeps workers for the time that the hold says', () => {
      const burst = [{ busy: 8, current: 8 }];
      const looks = [...burst, ...Array<Partial<Load>>(5).fill({ completed: 8 })];
      // The hold is a little below 300 ms after eight arrivals. So the look after 300 ms is too late.
      expect(follow(ruleOf(), looks).map(({ target }) => target)).toEqual([8, 8, 8, 2, 2, 2]);
      expect(follow(ruleOf(), looks)[1]!.kept).toBe(8);
    });

    it.each([
      [undefined, 0, 10],
      [undefined, 2000, 2000],
      [5, 0, 5],
      [1900, 2000, 2000],
      [5000, 2000, 5000],
    ])('takes a wait of %p with a startup time of %p for %p', (wait, startupTime, allowed) => {
      const decision = ruleOf({ wait }).look({ ...justInTimeLoad, startupTime });
      expect(decision).toMatchObject({ inTime: true, allowed });
    });
  });

  describe('not in time', () => {
    const wait = 400;
    const startupTime = 2000;

    it('asks for spare workers, and is in time from nine tenths of the startup time on', () => {
      const look = { ...justInTimeLoad, startupTime, busy: 4, current: 4 };
      const { least, most, caution, ...decision } = ruleOf({ wait }).look(look);
      expect(decision).toMatchObject({ inTime: false, allowed: wait, target: Math.ceil(least) });
      expect(least).toBeCloseTo(4 + caution * Math.sqrt(4), 10);
      expect(most).toBeCloseTo(least + Math.sqrt(4), 10);
      expect(decision.reason).toBe(
        'workers come too late for what waits, so there are spare ones: 4 workers for the tasks, 4 spare',
      );
      expect(ruleOf({ wait: 1799 }).look(look).inTime).toBe(false);
      expect(ruleOf({ wait: 1800 }).look(look).inTime).toBe(true);
    });

    it('leaves the number alone between least and most', () => {
      const at = (current: number): number =>
        ruleOf({ wait }).look({ ...justInTimeLoad, startupTime, busy: 4, current }).target;
      expect([7, 8, 9, 10, 11, 30].map(at)).toEqual([8, 8, 9, 10, 10, 10]);
    });

    it('counts what is about to arrive once a task has ended', () => {
      const looks = Array.from({ length: 40 }, (_, i) => ({ startupTime, completed: i, busy: 4 }));
      const { duration, caution, least } = lastOf(ruleOf({ wait }), looks);
      // Four arrivals at the first look, and one at each other look, count for 1/e after 12 s.
      const arrivalRate = looks.reduce(
        (sum, _look, i) =>
          sum + ((i === 0 ? 4 : 1) * Math.exp((-100 * (39 - i)) / 12_000)) / 12_000,
        0,
      );
      const ahead = startupTime / 2;
      const offered = ((4 + (arrivalRate * ahead) / 2) * duration) / (duration + ahead);
      expect(least).toBeCloseTo(offered + caution * Math.sqrt(offered), 10);
    });

    it('keeps spare workers for a caution of three at most', () => {
      const many = { startupTime: 100, busy: 2, queued: 900 };
      const slow = { ...many, startupTime, queued: 898, completed: 2 };
      const looks = [...Array<Partial<Load>>(6).fill(many), slow];
      const { caution, inTime, most, least } = lastOf(ruleOf({ wait }), looks);
      expect([caution, inTime]).toEqual([8, false]);
      const root = most - least;
      expect(least).toBeCloseTo(root ** 2 + 3 * root, 8);
    });

    it('counts at most one late task at a look', () => {
      const late = { startupTime, busy: 2, queued: 30, time: 1000 };
      const look = (given: number): number =>
        lastOf(ruleOf({ wait: given }), [late, { ...late, time: 9000 }]).caution;
      expect(look(wait)).toBeCloseTo(2 + 0.05 - 32 * 0.00035, 10);
      expect(look(startupTime)).toBeCloseTo(2 + 30 * 0.05 - 32 * 0.00035, 10);
    });
  });

  it('becomes cautious when tasks are late, and bold when none is, within bounds', () => {
    const many = { startupTime: 100, busy: 2, queued: 900 };
    expect(lastOf(ruleOf(), [many, many, many]).caution).toBe(8);
    const none = Array.from({ length: 50 }, (_, i) => ({ completed: 1000 * i }));
    expect(lastOf(ruleOf(), none).caution).toBe(-2);
  });

  it('keeps a worker for five startup times and tasks longer at most', () => {
    const looks = Array.from({ length: 200 }, (_, i) => ({
      ...{
        startupTime: 100,
        completed: i,
        busy: i % 2 === 0 ? 9 : 2,
        current: i % 2 === 0 ? 2 : 40,
      },
      time: 10_000 * i,
    }));
    const { hold, duration } = lastOf(ruleOf({ reversals: 0 }), looks);
    expect(duration).toBeGreaterThan(10);
    expect(hold).toBeCloseTo(300 + 5 * (100 + duration), 8);
  });

  it('takes a clock that is set back for one that has stood still', () => {
    const look = { startupTime: 2000, busy: 2, completed: 0, time: 5000 };
    const after = (time: number) =>
      lastOf(ruleOf({ wait: 400 }), [look, { ...look, completed: 40, time }]);
    expect(after(0)).toEqual(after(5000));
  });

  it('takes no reversal of a change that was not made', () => {
    const up = { startupTime: 2000, busy: 4, current: 4, queued: 0 };
    const down = { ...up, time: 100, busy: 0, current: 50, completed: 4 };
    const holds = (next: number): number[] => {
      const rule = ruleOf({ wait: 400, reversals: 0 });
      // It shrinks from 50 after it has grown, and then does so again from `next`.
      return [up, down, { ...down, time: 200, current: next }].map((look) => {
        return rule.look({ ...justInTimeLoad, ...look }).hold;
      });
    };
    const [, made, later] = holds(20);
    expect(made).toBeCloseTo(300 * Math.exp(0.05), 10);
    expect(later).toBe(made);
    const [, , unmade] = holds(50);
    expect(unmade).toBe(made); // one reversal in all, since the first one was taken back
  });

  it('begins with the tasks that are there at the first look', () => {
    const look = { startupTime: 2000, completed: 1_000_000, busy: 2, queued: 3, time: 1e12 };
    const decision = lastOf(ruleOf(), [look]);
    expect(decision).toMatchObject({ duration: 1, target: 5 });
    expect(decision.caution).toBeCloseTo(2 - 5 * 0.00035, 10);
    const next = { ...look, completed: 1_000_001, queued: 2, time: look.time + 100 };
    expect(lastOf(ruleOf(), [look, next]).duration).toBeLessThan(1500);
  });

  describe('for any loads', () => {
    const count = fc.oneof(fc.nat(5), fc.nat(300), fc.nat(), fc.maxSafeNat());
    const ms = fc.oneof(
      fc.nat(5000),
      fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
      fc.constant(0),
    );
    const look = fc.record({
      elapsed: ms,
      ended: count,
      failed: fc.nat(3),
      busyTime: fc.option(ms, { nil: undefined }),
      queued: count,
      busy: count,
      startupTime: ms,
      jump: fc.option(count, { freq: 5 }),
    });
    const settings = fc.record({
      wait: fc.option(
        ms.map((each) => each + 0.001),
        { nil: undefined },
      ),
      reversals: fc.oneof(fc.constant(0.08), ms),
    });
    const bounds = fc.tuple(fc.nat(20), fc.nat(500));
    const runs = fc.tuple(settings, bounds, fc.array(look, { minLength: 1, maxLength: 40 }));

    type Run = typeof runs extends fc.Arbitrary<infer T> ? T : never;
    /** The decisions, and the loads that these were made on. */
    const play = ([given, [base, extra], looks]: Run): [Load, JustInTimeDecision][] => {
      const rule = new JustInTimeRule(given);
      const max = base + extra;
      let [time, completed, failed, current] = [0, 0, 0, base];
      let busyTime: number | undefined = 0;
      return looks.map((each) => {
        const { queued, busy, startupTime } = each;
        time = Math.min(time + each.elapsed, Number.MAX_VALUE);
        completed = Math.min(completed + each.ended, Number.MAX_SAFE_INTEGER);
        failed += each.failed;
        busyTime = each.busyTime && Math.min((busyTime ?? 0) + each.busyTime, Number.MAX_VALUE);
        // Something else than the policy may have changed the number, or may have left it as it was.
        current = each.jump === null ? current : Math.min(max, Math.max(base, each.jump));
        const counts = { completed, failed, busyTime, queued, busy };
        const load = { ...justInTimeLoad, time, ...counts, startupTime, current, base, max };
        const decision = rule.look(load);
        current = decision.target;
        return [load, decision];
      });
    };
    const assertEach = (check: (load: Load, decision: JustInTimeDecision) => boolean): void => {
      const property = fc.property(runs, (run) => play(run).every((each) => check(...each)));
      fc.assert(property, { numRuns: 500 });
    };

    it('has a target of whole workers from base to max', () => {
      assertEach(({ base, max }, { target }) => {
        return Number.isInteger(target) && target >= base && target <= max;
      });
    });

    it('has a caution of -2 to 8', () => {
      assertEach((_load, { caution }) => caution >= -2 && caution <= 8);
    });

    it('has a hold within its bounds', () => {
      assertEach(({ startupTime }, { hold, duration }) => {
        const startup = Math.min(startupTime, Number.MAX_SAFE_INTEGER);
        return hold >= Math.max(50, startup / 8) && hold <= 300 + 5 * (startup + duration);
      });
    });

    it('has no number that is NaN or infinite', () => {
      assertEach((_load, decision) =>
        Object.values(decision).every((fact) => typeof fact !== 'number' || Number.isFinite(fact)),
      );
    });

    it('asks for the least number, if not for more', () => {
      assertEach(({ max }, { least, most, target }) => {
        return least <= most && target >= Math.min(max, Math.ceil(least));
      });
    });

    it('decides the same on the same loads', () => {
      fc.assert(fc.property(runs, (run) => expect(play(run)).toEqual(play(run))));
    });
  });
});
