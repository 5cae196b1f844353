import { from } from 'rxjs';
import {
  adaptiveStaffing,
  backlogThreshold,
  fixed,
  rateDeficit,
  squareRootStaffing,
  type Load,
  type ScalingPolicy,
} from '../../src/index.js';

/** A load whose tasks end at a rate, of which a share fails. */
const load = (failing: number, given: Partial<Load> = {}): Load => ({
  time: 0,
  arrivalRate: 8,
  completionRate: 8 * (1 - failing),
  throughput: 8,
  meanExecutionTime: 500,
  executionTime: 50_000,
  completed: 100 * (1 - failing),
  failed: 100 * failing,
  queued: 0,
  oldestWait: 0,
  busy: 4,
  ready: 4,
  startupTime: 0,
  current: 4,
  base: 2,
  max: 50,
  ...given,
});

/** Tasks that end, arrive and wait, in looks every 100 ms. */
const looks = (failing: number): Load[] =>
  Array.from({ length: 40 }, (_, i) => {
    const ended = 10 * Math.max(0, i - 3);
    const counts = { completed: ended * (1 - failing), failed: ended * failing };
    const changing = { queued: i % 7, busy: 3 + (i % 3), current: 5 + (i % 4) };
    return load(failing, { time: 100 * i, arrivalRate: i, ...counts, ...changing });
  });

const targetsOf = (policy: ScalingPolicy, loads: readonly Load[]): number[] => {
  const targets: number[] = [];
  from(loads)
    .pipe(policy)
    .subscribe((target) => targets.push(target));
  return targets;
};

const policies: [string, () => ScalingPolicy][] = [
  ['adaptiveStaffing', () => adaptiveStaffing()],
  ['backlogThreshold', () => backlogThreshold({ threshold: 3 })],
  ['fixed', () => fixed(3)],
  ['rateDeficit', () => rateDeficit()],
  ['squareRootStaffing', () => squareRootStaffing()],
];

describe.each(policies)('%s', (_name, create) => {
  it('takes a failed task for one that has ended', () => {
    const targets = targetsOf(create(), looks(0));
    expect(targetsOf(create(), looks(0.5))).toEqual(targets);
    expect(targetsOf(create(), looks(1))).toEqual(targets);
  });

  it('takes a load that says nothing of failures', () => {
    const byHand = looks(0).map((each) => ({ ...each, failed: undefined, throughput: undefined }));
    expect(targetsOf(create(), byHand as unknown as Load[])).toEqual(targetsOf(create(), looks(0)));
  });
});
