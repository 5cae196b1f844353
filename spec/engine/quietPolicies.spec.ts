import { BehaviorSubject, distinctUntilChanged, map, NEVER } from 'rxjs';
import { fixed, strict, wantEagerLooks } from '../../src/index.js';
import { eventsOf, raise, setUp } from './setUp.js';

describe('engine: policies that emit changes alone', () => {
  it('lowers the target at the next look after an eager one that may not', () => {
    const { manager, time, task, events } = setUp({
      burstInterval: 100,
      maxWorkerCount: 10,
      scaling: (loads) => {
        wantEagerLooks(loads);
        return loads.pipe(
          map(({ time }) => (time === 0 ? 3 : 2)),
          distinctUntilChanged(),
        );
      },
    });
    for (let i = 0; i < 9; i++) manager.submit(task(90)).subscribe();
    time.advanceTo(20);
    for (let i = 0; i < 9; i++) manager.submit(task(90)).subscribe();
    time.advanceTo(99);
    expect(eventsOf(events, 'scaled').map(({ to }) => to)).toEqual([3]);
    time.advanceTo(100);
    expect(eventsOf(events, 'scaled').map(({ to }) => to)).toEqual([3, 2]);
  });

  it('gives what a policy that has completed wants once the limit allows that', () => {
    const limits = new BehaviorSubject(2);
    const { manager, time, task } = setUp({
      burstInterval: 100,
      maxWorkerCount: 10,
      scaling: fixed(5),
      concurrency: limits,
    });
    for (let i = 0; i < 100; i++) manager.submit(task(30)).subscribe();
    time.advanceTo(150);
    expect(manager.stats()).toMatchObject({ activeWorkers: 2 });
    limits.next(20);
    time.advanceTo(250);
    expect(manager.stats()).toMatchObject({ activeWorkers: 5 });
  });

  it('asks for no workers once a limit has led to the end', () => {
    const limits = new BehaviorSubject(0);
    const { manager, events } = setUp({
      onDestroy: () => NEVER,
      burstInterval: 100,
      scaling: fixed(1),
      concurrency: limits,
      discipline: () => ({ ...strict()(), next: () => raise('why') }),
    });
    manager.submit(() => 1).subscribe({ error: () => undefined });
    limits.next(1);
    expect(manager.stats().state).toBe('killed');
    expect(eventsOf(events, 'scaled')).toEqual([]);
  });
});
