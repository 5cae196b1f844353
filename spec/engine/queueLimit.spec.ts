import fc from 'fast-check';
import { NEVER } from 'rxjs';
import {
  dropLowest,
  dropOldest,
  InvalidConfigError,
  QueueFullError,
  rejectNew,
  TaskCancelledError,
  weighted,
  type Overflow,
  type WaitingTask,
} from '../../src/index.js';
import { unhandledErrors } from '../support/unhandledErrors.js';
import { Broken, eventsOf, setUp } from './setUp.js';

/** A manager with one worker, which is busy, and what became of the tasks that came after. */
const busyManager = (config: Parameters<typeof setUp>[0]) => {
  const virtual = setUp(config);
  const { manager } = virtual;
  manager.submit(() => NEVER, { label: 'busy' }).subscribe();
  const refused: string[] = [];
  const errors: unknown[] = [];
  const come = (label: string, priority = 0): void => {
    manager
      .submit(() => NEVER, { label, priority })
      .subscribe({
        error: (error: unknown) => {
          refused.push(label);
          errors.push(error);
        },
      });
  };
  return { ...virtual, come, refused, errors };
};

describe('engine: queueLimit', () => {
  it('refuses the task that comes when as many wait as may, without an arrival', () => {
    const { manager, come, refused, errors, events } = busyManager({ queueLimit: 2 });
    for (const label of ['a', 'b', 'c']) come(label);
    expect(refused).toEqual(['c']);
    expect(errors[0]).toBeInstanceOf(QueueFullError);
    expect(errors[0]).toMatchObject({ limit: 2, priority: 0, victimPriority: 0 });
    expect(eventsOf(events, 'arrived').map(({ label }) => label)).toEqual(['busy', 'a', 'b']);
    expect(eventsOf(events, 'rejected')).toEqual([
      { type: 'rejected', time: 0, label: 'c', priority: 0, error: errors[0] },
    ]);
    expect(manager.stats().queuedTasks).toBe(2);
    expect(manager.metrics()).toMatchObject({ totalTasksArrived: 3, totalTasksRejected: 1 });
  });

  it('has nothing wait with a limit of 0, and runs what finds a worker', () => {
    const { manager, task } = setUp({ queueLimit: 0, workerCount: 2, maxWorkerCount: 2 });
    const errors: unknown[] = [];
    const error = (each: unknown): void => void errors.push(each);
    for (let i = 0; i < 3; i++) manager.submit(task(10)).subscribe({ error });
    expect(manager.stats()).toMatchObject({ busyWorkers: 2, queuedTasks: 0 });
    expect(errors).toEqual([expect.any(QueueFullError)]);
  });

  it('counts neither what runs, nor a runTask, nor a task that is tried again', () => {
    const { manager, time, come, refused } = busyManager({ queueLimit: 1, resourcePoolSize: 1 });
    come('a');
    manager.runTask(() => NEVER).catch(() => undefined);
    expect(refused).toEqual([]);
    const other = setUp({ queueLimit: 1 });
    let attempts = 0;
    const outcomes: unknown[] = [];
    const tried = other.manager.submit(() => {
      if (attempts++ === 0) throw new Broken();
      return [1];
    });
    other.manager.pause();
    tried.subscribe({ complete: () => outcomes.push('tried') });
    other.manager.resume();
    other.time.advanceTo(1000);
    time.advanceTo(1);
    expect(outcomes).toEqual(['tried']);
  });

  it('has room again when a waiting task has started or was cancelled', () => {
    const { manager, time, task } = setUp({ queueLimit: 1 });
    manager.submit(task(10)).subscribe();
    const waiting = manager.submit(task(10)).subscribe();
    waiting.unsubscribe();
    manager.submit(task(10)).subscribe();
    time.advanceTo(10);
    manager.submit(task(10)).subscribe();
    time.advanceTo(100);
    expect(manager.metrics()).toMatchObject({ totalTasksCompleted: 3, totalTasksRejected: 0 });
  });

  it.each<[string, Overflow, string[]]>([
    ['rejectNew refuses the new one', rejectNew, ['d', 'e']],
    ['dropOldest drops what has waited for the longest', dropOldest, ['a', 'b']],
    ['dropLowest drops the newest of the lowest priority', dropLowest, ['b', 'e']],
  ])('%s', (_title, overflow, expected) => {
    const { come, refused, events } = busyManager({ queueLimit: 3, overflow });
    come('a', 1);
    come('b', 0);
    come('c', 2);
    come('d', 1);
    come('e', 0);
    expect(refused).toEqual(expected);
    const dropped = eventsOf(events, 'cancelled');
    for (const { error, running } of dropped) {
      expect([error, running]).toEqual([expect.any(QueueFullError), false]);
    }
  });

  it('shows the incoming task and all that wait to its own rule', () => {
    const seen: [WaitingTask, WaitingTask[], number][] = [];
    const overflow: Overflow = (incoming, waiting) => {
      seen.push([incoming, [...waiting], waiting.count]);
      return [...waiting].find(({ label }) => label === 'a') ?? incoming;
    };
    const { come, refused, time } = busyManager({ queueLimit: 2, overflow });
    come('a');
    come('b', 3);
    time.advanceTo(7);
    come('c');
    come('d');
    expect(refused).toEqual(['a', 'd']);
    const [incoming, waiting, count] = seen[0]!;
    expect(incoming).toMatchObject({ id: 0, label: 'c', queuedAt: 7, attempt: 0 });
    expect(waiting.map(({ id, label, priority }) => [id, label, priority])).toEqual(
      expect.arrayContaining([
        [2, 'a', 0],
        [3, 'b', 3],
      ]),
    );
    expect([waiting.length, count]).toEqual([2, 2]);
  });

  it.each<[string, Overflow]>([
    [
      'throws',
      () => {
        throw new Error('wrong');
      },
    ],
    ['names no task that waits', (incoming) => ({ ...incoming })],
    ['names nothing', () => undefined as never],
  ])('refuses the new one, and reports, when the rule %s', (_title, overflow) => {
    const errors = unhandledErrors(() => {
      const { come, refused } = busyManager({ queueLimit: 1, overflow });
      come('a');
      come('b');
      expect(refused).toEqual(['b']);
    });
    expect(errors).toHaveLength(1);
  });

  it('drops nothing for a task whose signal is aborted already', () => {
    const { manager, come, refused, events } = busyManager({ queueLimit: 1, overflow: dropOldest });
    come('a');
    const error = jest.fn();
    manager.submit(() => NEVER, { signal: AbortSignal.abort() }).subscribe({ error });
    expect(error).toHaveBeenCalledWith(expect.any(TaskCancelledError));
    expect(refused).toEqual([]);
    expect(eventsOf(events, 'rejected')).toEqual([]);
  });

  it('refuses what the rule itself queues', () => {
    let again = (): void => undefined;
    const overflow: Overflow = (incoming) => {
      again();
      return incoming;
    };
    const { come, refused } = busyManager({ queueLimit: 1, overflow });
    again = () => come('nested');
    come('a');
    come('b');
    expect(refused).toEqual(['nested', 'b']);
  });

  it('names the discipline that makes no schedule', () => {
    const broken = (): never => ({}) as never;
    const errors = unhandledErrors(() => {
      const { manager } = setUp({ queueLimit: 1, discipline: broken });
      expect(manager.stats().state).toBe('killed');
    });
    expect(errors).toEqual([expect.any(InvalidConfigError)]);
  });

  it.each([-1, 1.5, NaN, '3'])('takes no limit of %p', (queueLimit) => {
    expect(() => setUp({ queueLimit: queueLimit as number })).toThrow('queueLimit');
    expect(() => setUp({ overflow: 3 as never })).toThrow('overflow');
  });

  it('never has more wait than may, and drops as a model does', () => {
    const rules = { rejectNew, dropOldest, dropLowest };
    const step = fc.record({
      do: fc.constantFrom('come', 'come', 'come', 'cancel', 'end'),
      priority: fc.integer({ min: -1, max: 2 }),
      which: fc.nat(20),
    });
    const property = fc.property(
      fc.constantFrom(...(Object.keys(rules) as (keyof typeof rules)[])),
      fc.nat(4),
      fc.boolean(),
      fc.array(step, { maxLength: 60 }),
      (name, queueLimit, isWeighted, steps) => {
        const discipline = isWeighted ? weighted({ 0: 1, 1: 2, 2: 3 }) : undefined;
        const { manager, time, task } = setUp({ queueLimit, overflow: rules[name], discipline });
        manager.pause();
        /** What waits by the model, in the order of arrival. */
        let model: { id: number; priority: number }[] = [];
        const subscriptions = new Map<number, () => void>();
        const refused: number[] = [];
        const modelled: number[] = [];
        steps.forEach(({ do: act, priority, which }, id) => {
          if (act === 'come') {
            subscriptions.set(id, () => undefined);
            const incoming = { id, priority };
            if (model.length < queueLimit) model.push(incoming);
            else {
              const lowest = Math.min(priority, ...model.map((each) => each.priority));
              const victim = {
                rejectNew: incoming,
                dropOldest: model[0] ?? incoming,
                dropLowest: [...model, incoming].findLast((each) => each.priority === lowest)!,
              }[name];
              modelled.push(victim.id);
              model = [...model, incoming].filter((each) => each !== victim);
            }
            const subscription = manager
              .submit(task(1), { priority })
              .subscribe({ error: () => refused.push(id) });
            subscriptions.set(id, () => subscription.unsubscribe());
          } else if (act === 'cancel') {
            const chosen = model[which];
            if (chosen) subscriptions.get(chosen.id)?.();
            model = model.filter((each) => each !== chosen);
          } else {
            manager.resume(); // everything runs
            time.advanceTo(time.now() + 100);
            manager.pause();
            model = [];
          }
          const { queuedTasks, priorityTasks } = manager.stats();
          expect(queuedTasks + priorityTasks).toBe(model.length);
        });
        expect(refused).toEqual(modelled);
        void manager.kill();
      },
    );
    fc.assert(property, { numRuns: 300 });
  });
});
