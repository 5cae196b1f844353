import { delay, map, NEVER, pipe } from 'rxjs';
import {
  explain,
  InvalidConfigError,
  stabilise,
  whyOf,
  type Scaled,
  type ScalingPolicy,
  type Why,
} from '../../src/index.js';
import { virtualManager } from '../support/virtualManager.js';
import { VirtualTime } from '../support/VirtualTime.js';
import { justInTimeLoad } from './justInTimeLoad.js';

/** What the manager tells of its changes under a policy, while three tasks wait or run. */
const changesUnder = (
  scaling: ScalingPolicy,
  time = new VirtualTime(),
): Pick<Scaled, 'to' | 'why'>[] => {
  const { manager, events } = virtualManager({ maxWorkerCount: 4, scaling }, time);
  for (let i = 0; i < 3; i++) void manager.queueTask(() => NEVER).catch(() => undefined);
  time.advanceTo(1000);
  void manager.kill();
  return events.flatMap((event) =>
    event.type === 'scaled' ? [{ to: event.to, why: event.why }] : [],
  );
};

const onePerTask: ScalingPolicy = map((load) => {
  explain(load, { reason: 'a worker for each task', tasks: load.queued + load.busy });
  return load.queued + load.busy;
});
const why: Why = { reason: 'a worker for each task', tasks: 3 };

describe('explain', () => {
  it('has the reason in the event of the change', () => {
    expect(changesUnder(onePerTask)).toEqual([{ to: 3, why }]);
  });

  it('has the reason when operators follow the policy', () => {
    const time = new VirtualTime();
    const steady = pipe(
      onePerTask,
      map((target) => target - 1),
      stabilise({ down: 500, scheduler: time }),
    );
    expect(changesUnder(steady, time)).toEqual([{ to: 2, why }]);
    const later = new VirtualTime();
    expect(changesUnder(pipe(onePerTask, delay(50, later)), later)).toEqual([{ to: 3, why }]);
  });

  it('leaves the event without a reason under a policy that says none', () => {
    expect(changesUnder(map(() => 2))).toEqual([{ to: 2, why: undefined }]);
  });

  it('keeps what was said last of a load', () => {
    const load = { ...justInTimeLoad };
    expect(whyOf(load)).toBeUndefined();
    explain(load, { reason: 'first' });
    explain(load, { reason: 'second', fact: true });
    expect(whyOf(load)).toEqual({ reason: 'second', fact: true });
    expect(whyOf({ ...load })).toBeUndefined();
  });

  it.each([
    ['load', undefined, { reason: '' }, '`load` to be an object, got undefined'],
    ['why', justInTimeLoad, 'because', '`why` to be an object, got "because"'],
    ['why.reason', justInTimeLoad, {}, '`why.reason` to be a string, got undefined'],
  ])('refuses a wrong `%s`', (field, load, given, message) => {
    const act = () => explain(load as never, given as never);
    expect(act).toThrow(InvalidConfigError);
    expect(act).toThrow(message);
    expect(act).toThrow(expect.objectContaining({ field }));
  });
});
