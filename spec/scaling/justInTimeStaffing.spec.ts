import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { concat, from, map, of, Subject, throwError } from 'rxjs';
import {
  justInTimeStaffing,
  whyOf,
  type JustInTimeStaffingOptions,
  type Load,
  type ScalingPolicy,
  type Why,
} from '../../src/index.js';
import { justInTimeLoad as idle } from './justInTimeLoad.js';

/** A row of the vectors: a look, and what the reference had in mind. */
interface Row {
  readonly name: string;
  readonly wait: number | undefined;
  readonly load: Load;
  readonly had: Record<'target' | 'onOrder' | 'caution' | 'hold' | 'least' | 'kept', number>;
}

const rows = readFileSync(join(__dirname, '../vectors/just-in-time.csv'), 'utf8')
  .trim()
  .split('\n')
  .filter((line) => !line.startsWith('#'))
  .slice(1)
  .map((line): Row => {
    const [name = '', wait, ...rest] = line.split(',');
    const [startupTime, time, completed, busy, queued, current, ...had] = rest.map(Number);
    const [onOrder, caution, hold, least, kept, target] = had;
    return {
      name,
      wait: wait === '' ? undefined : Number(wait),
      load: { ...idle, startupTime, time, completed, busy, queued, current } as Load,
      had: { onOrder, caution, hold, least, kept, target } as Row['had'],
    };
  });
const names = [...new Set(rows.map(({ name }) => name))];

/** What the policy says of each load. */
const decisionsOf = (policy: ScalingPolicy, loads: readonly Load[]): Why[] => {
  const looks = loads.map((load) => ({ ...load }));
  const decisions: Why[] = [];
  const load$ = new Subject<Load>();
  load$.pipe(policy).subscribe();
  for (const look of looks) {
    load$.next(look);
    decisions.push(whyOf(look)!);
  }
  return decisions;
};

const targetsOf = (policy: ScalingPolicy, loads: readonly Load[]): number[] => {
  const targets: number[] = [];
  from(loads)
    .pipe(policy)
    .subscribe((target) => targets.push(target));
  return targets;
};

describe('justInTimeStaffing', () => {
  it('has six cases of vectors', () => {
    expect(names).toHaveLength(6);
    expect(rows.length).toBeGreaterThan(300);
  });

  it.each(names)('agrees with the vectors to the digit: %s', (name) => {
    const looks = rows.filter((row) => row.name === name);
    const policy = justInTimeStaffing({ wait: looks[0]!.wait });
    const decisions = decisionsOf(
      policy,
      looks.map(({ load }) => load),
    );
    looks.forEach(({ load, had }, i) => {
      const { target, onOrder, kept, ...steered } = decisions[i]!;
      expect([load.time, { target, onOrder, kept }]).toEqual([
        load.time,
        { target: had.target, onOrder: had.onOrder, kept: had.kept },
      ]);
      expect(steered.caution).toBeCloseTo(had.caution, 8);
      expect(steered.hold).toBeCloseTo(had.hold, 4);
      // The times of the vectors are rounded to a microsecond, which the sixth digit shows.
      expect(steered.least).toBeCloseTo(had.least, 4);
      expect(Math.abs((steered.least as number) - had.least)).toBeLessThan(1e-5);
    });
  });

  it('emits the target of the decision', () => {
    const loads = rows.slice(0, 60).map(({ load }) => load);
    const targets = targetsOf(justInTimeStaffing(), loads);
    expect(decisionsOf(justInTimeStaffing(), loads).map(({ target }) => target)).toEqual(targets);
  });

  it('begins anew with each subscription', () => {
    const policy = justInTimeStaffing();
    const loads = rows.filter(({ name }) => name === 'steady').map(({ load }) => load);
    const first = decisionsOf(policy, loads);
    expect(first.at(-1)).not.toEqual(first[0]);
    expect(decisionsOf(policy, loads)).toEqual(first);
  });

  it('keeps the state of one subscription from that of another at the same time', () => {
    const policy = justInTimeStaffing();
    const loads = rows.filter(({ name }) => name === 'steady').map(({ load }) => load);
    const both = from(loads.flatMap((load) => [load, load]));
    const seen: number[][] = [[], []];
    const [left$, right$] = [new Subject<Load>(), new Subject<Load>()];
    left$.pipe(policy).subscribe((target) => seen[0]!.push(target));
    right$.pipe(policy).subscribe((target) => seen[1]!.push(target));
    both.subscribe({
      next: (load) => (seen[0]!.length > seen[1]!.length ? right$ : left$).next(load),
    });
    expect(seen).toEqual([targetsOf(policy, loads), targetsOf(policy, loads)]);
  });

  it('takes as long as a worker takes to come up for the wait', () => {
    const loads = rows.filter(({ name }) => name === 'a burst').map(({ load }) => load);
    expect(targetsOf(justInTimeStaffing({ wait: 2000 }), loads)).toEqual(
      targetsOf(justInTimeStaffing(), loads),
    );
    expect(targetsOf(justInTimeStaffing({ wait: 6000 }), loads)).not.toEqual(
      targetsOf(justInTimeStaffing(), loads),
    );
  });

  it('limits the reversals to 0.08 a task', () => {
    const loads = rows.filter(({ name }) => name === 'steady').map(({ load }) => load);
    const holds = (options?: JustInTimeStaffingOptions) =>
      decisionsOf(justInTimeStaffing(options), loads).map(({ hold }) => hold as number);
    expect(holds({ reversals: 0.08 })).toEqual(holds());
    expect(Math.min(...holds({ reversals: 1 }))).toBe(500 / 8);
    expect(Math.min(...holds())).toBeGreaterThan(250);
    expect(Math.min(...holds({ reversals: 0 }))).toBe(300);
  });

  it('passes on the completion and the error of the loads', () => {
    const completed = jest.fn();
    const failed = jest.fn();
    of(idle).pipe(justInTimeStaffing()).subscribe({ complete: completed });
    concat(
      of(idle),
      throwError(() => 'no load'),
    )
      .pipe(justInTimeStaffing())
      .subscribe({ error: failed });
    expect(completed).toHaveBeenCalledTimes(1);
    expect(failed).toHaveBeenCalledWith('no load');
  });

  it('takes a load that says nothing of failures and startup times', () => {
    const loads = rows.filter(({ name }) => name === 'a burst; at once').map(({ load }) => load);
    const byHand = loads.map((load) => ({ ...load, failed: undefined, startupTime: undefined }));
    const targets = targetsOf(justInTimeStaffing(), loads);
    expect(targetsOf(justInTimeStaffing(), byHand as unknown as Load[])).toEqual(targets);
  });

  it.each([
    [{ wait: 0 }, '`wait` to be a finite number > 0, got 0'],
    [{ wait: -1 }, '`wait` to be a finite number > 0, got -1'],
    [{ wait: Infinity }, '`wait` to be a finite number > 0, got Infinity'],
    [{ wait: '5' }, '`wait` to be a finite number > 0, got "5"'],
    [{ wait: null }, '`wait` to be a finite number > 0, got null'],
    [{ reversals: -0.1 }, '`reversals` to be a finite number >= 0, got -0.1'],
    [{ reversals: NaN }, '`reversals` to be a finite number >= 0, got NaN'],
    [{ reversals: Infinity }, '`reversals` to be a finite number >= 0, got Infinity'],
    [null, '`options` to be an object, got null'],
    [7, '`options` to be an object, got 7'],
  ])('refuses %j', (options, message) => {
    expect(() => justInTimeStaffing(options as never)).toThrow(message);
  });

  it('composes with other operators', () => {
    const half: ScalingPolicy = (loads) =>
      loads.pipe(
        justInTimeStaffing(),
        map((target) => Math.ceil(target / 2)),
      );
    const looks = [{ ...idle, queued: 8, busy: 2, startupTime: 1000 }];
    expect(targetsOf(half, looks)).toEqual([5]);
    expect(whyOf(looks[0]!)).toMatchObject({ target: 10, least: 10, onOrder: 0 });
  });
});
