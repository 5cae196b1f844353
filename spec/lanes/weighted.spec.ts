import fc from 'fast-check';
import { BehaviorSubject, EMPTY, from } from 'rxjs';
import { InvalidConfigError } from '../../src/checks/InvalidConfigError.js';
import type { Lane, LaneSchedule } from '../../src/lanes/LaneDiscipline.js';
import { mergeMapLanes } from '../../src/operators/mergeMapLanes.js';
import { weighted } from '../../src/lanes/weighted.js';

const openLanes = (schedule: LaneSchedule, priorities: number[]): Lane[] =>
  priorities.map((priority) => {
    const lane = { priority };
    schedule.open(lane);
    return lane;
  });

/** The priorities of the first `count` starts, as one string. */
const order = (weights: Record<number, number>, priorities: number[], count: number): string => {
  const schedule = weighted(weights)();
  openLanes(schedule, priorities);
  return Array.from({ length: count }, () => schedule.next().priority).join('');
};

/** The n-th weight is the weight of priority n. */
const byPriority = (weights: number[]): Record<number, number> =>
  Object.fromEntries(weights.entries());

const weight = fc.oneof(
  fc.integer({ min: 1, max: 20 }),
  fc.double({ min: 0.01, max: 100, noNaN: true }),
);
const weightList = fc.array(weight, { minLength: 1, maxLength: 8 });

describe('weighted', () => {
  it('shares the starts smoothly, in an order that is always the same', () => {
    expect(order({ 1: 3, 0: 1 }, [0, 1], 12)).toBe('101110111011');
    expect(order({ 1: 2, 0: 1 }, [0, 1], 9)).toBe('101101101');
    expect(order({ 3: 1, 2: 1, 1: 1 }, [1, 2, 3], 9)).toBe('321321321');
    expect(order({ 2: 5, 1: 1, 0: 1 }, [0, 1, 2], 7)).toBe('2122022');
  });

  it('gives weight 1 to a lane without a weight', () => {
    expect(order({ 1: 3 }, [0, 1], 12)).toBe(order({ 1: 3, 0: 1 }, [0, 1], 12));
    expect(order({}, [4, 5], 4)).toBe('5454');
  });

  it('depends only on the ratio of the weights', () => {
    expect(order({ 1: 300, 0: 100 }, [0, 1], 40)).toBe(order({ 1: 3, 0: 1 }, [0, 1], 40));
    expect(order({ 1: 0.75, 0: 0.25 }, [0, 1], 40)).toBe(order({ 1: 3, 0: 1 }, [0, 1], 40));
  });

  it('starves no lane after one of a weight beyond all precision', () => {
    const schedule = weighted({ 2: 1e16 })();
    const [heavy] = openLanes(schedule, [2, 1]);
    schedule.next();
    schedule.close(heavy!);
    schedule.next();
    openLanes(schedule, [0]);
    const starts = Array.from({ length: 6 }, () => schedule.next().priority);
    expect(starts.filter((priority) => priority === 0)).toHaveLength(3);
  });

  it('takes negative priorities and fractions as keys', () => {
    expect(order({ [-1]: 3, 0.5: 1 }, [-1, 0.5], 4).replaceAll('-1', 'x')).toMatch(
      /^(?=.*0\.5)(x*0\.5x*)$/,
    );
  });

  it('keeps each lane within one start of its share while the same lanes wait', () => {
    fc.assert(
      fc.property(weightList, fc.integer({ min: 1, max: 300 }), (weights, starts) => {
        const schedule = weighted(byPriority(weights))();
        const lanes = openLanes(schedule, [...weights.keys()]);
        const total = weights.reduce((sum, each) => sum + each, 0);
        const served = lanes.map(() => 0);
        let furthest = 0;
        for (let n = 1; n <= starts; n++) {
          served[schedule.next().priority]!++;
          for (const [i, count] of served.entries()) {
            furthest = Math.max(furthest, Math.abs(count - (n * weights[i]!) / total));
          }
        }
        expect(furthest).toBeLessThanOrEqual(1 + 1e-6);
      }),
    );
  });

  const coming = fc.array(fc.integer({ min: 0, max: 7 }), { maxLength: 300 });

  it('starves no lane, whatever the others do', () => {
    fc.assert(
      fc.property(weightList, coming, (weights, toggles) => {
        const schedule = weighted({ ...byPriority(weights), 100: 1 })();
        const patient = { priority: 100 };
        const open = new Map<number, Lane>();
        const total = weights.reduce((sum, each) => sum + each, 1) + 8 - weights.length;
        schedule.open(patient);
        let [waited, longest] = [0, 0];
        for (const priority of toggles) {
          const lane = open.get(priority);
          if (lane) {
            schedule.close(lane);
            open.delete(priority);
          } else {
            open.set(priority, { priority });
            schedule.open(open.get(priority)!);
          }
          waited = schedule.next() === patient ? 0 : waited + 1;
          longest = Math.max(longest, waited);
        }
        // The share of the patient lane is 1 of all weights. Each lane that opens again may start once before.
        expect(longest).toBeLessThanOrEqual(2 * (total + weights.length) + 10);
      }),
    );
  });

  it('gives the staying lanes their shares again after others came and went', () => {
    fc.assert(
      fc.property(weightList, coming, (weights, toggles) => {
        const stay = [200, 201];
        const schedule = weighted({ ...byPriority(weights), 200: 3, 201: 1 })();
        openLanes(schedule, stay);
        const open = new Map<number, Lane>();
        for (const priority of toggles) {
          const lane = open.get(priority);
          if (lane) {
            schedule.close(lane);
            open.delete(priority);
          } else {
            open.set(priority, { priority });
            schedule.open(open.get(priority)!);
          }
          schedule.next();
        }
        for (const lane of open.values()) schedule.close(lane);
        for (let i = 0; i < 10; i++) schedule.next();
        const starts = Array.from({ length: 400 }, () => schedule.next().priority);
        const share = starts.filter((priority) => priority === 200).length;
        expect(Math.abs(share - 300)).toBeLessThanOrEqual(2);
      }),
    );
  });

  it('gives no credit for the time in which a lane was empty', () => {
    const schedule = weighted({ 1: 1, 0: 1 })();
    openLanes(schedule, [1]);
    for (let i = 0; i < 1000; i++) schedule.next();
    openLanes(schedule, [0]);
    const next = Array.from({ length: 10 }, () => schedule.next().priority);
    expect(next.filter((priority) => priority === 0)).toHaveLength(5);
  });

  it('shares as before when a lane has come and gone', () => {
    const weights = { 2: 3, 1: 1, 0: 1, 9: 3 };
    const schedule = weighted(weights)();
    openLanes(schedule, [0, 1, 2]);
    const [guest] = openLanes(schedule, [9]);
    schedule.close(guest!);
    const starts = Array.from({ length: 16 }, () => schedule.next().priority);
    expect(starts.join('')).toBe(order(weights, [0, 1, 2], 16));
  });

  it('gives a lane that never holds two values no more than its share', () => {
    const schedule = weighted({ 1: 1, 0: 1 })();
    openLanes(schedule, [0]);
    let [often] = openLanes(schedule, [1]);
    const starts = Array.from({ length: 100 }, () => {
      const lane = schedule.next();
      if (lane === often) {
        schedule.close(lane);
        [often] = openLanes(schedule, [1]);
      }
      return lane.priority;
    });
    const share = starts.filter((priority) => priority === 1).length;
    expect(share).toBeGreaterThanOrEqual(49);
    expect(share).toBeLessThanOrEqual(51);
  });

  it('makes independent schedules', () => {
    const discipline = weighted({ 1: 3 });
    const [one, other] = [discipline(), discipline()];
    for (const schedule of [one, other]) openLanes(schedule, [0, 1]);
    for (let i = 0; i < 3; i++) one.next();
    expect(Array.from({ length: 4 }, () => other.next().priority).join('')).toBe('1011');
  });

  it('shares the concurrency of mergeMapLanes', () => {
    const gate = new BehaviorSubject(0);
    const started: string[] = [];
    from('aaaaBBBBBBBBBBBB')
      .pipe(
        mergeMapLanes(
          (x) => {
            started.push(x);
            return EMPTY;
          },
          {
            concurrency: gate,
            priority: (x) => (x === 'B' ? 1 : 0),
            discipline: weighted({ 1: 3 }),
          },
        ),
      )
      .subscribe();
    gate.next(1);
    expect(started.join('')).toBe('BaBBBaBBBaBBBaBB');
  });

  it.each<[string, unknown, any]>([
    ['weights', undefined, undefined],
    ['weights', null, null],
    ['weights', 3, 3],
    ['weights', 'high', { high: 3 }],
    ['weights', '', { '': 3 }],
    ['weights', ' ', { ' ': 3 }],
    ['weights[1]', 0, { 1: 0 }],
    ['weights[1]', -2, { 0: 1, 1: -2 }],
    ['weights[1]', NaN, { 1: NaN }],
    ['weights[1]', Infinity, { 1: Infinity }],
    ['weights[1]', '3', { 1: '3' }],
  ])('refuses a `%s` of %p', (field, value, weights) => {
    let thrown: unknown;
    try {
      weighted(weights);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(InvalidConfigError);
    expect(thrown).toMatchObject({
      field,
      value,
      message: expect.stringMatching(/^Expected `weights.* to .+, got .+/),
    });
  });
});
