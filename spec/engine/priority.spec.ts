import { NEVER, Subject } from 'rxjs';
import { weighted } from '../../src/lanes/weighted.js';
import { into } from '../support/into.js';
import { Broken, eventsOf, setUp } from './setUp.js';

describe('engine: priority', () => {
  it('serves the highest priority first, and one priority in order of arrival', () => {
    const { manager } = setUp();
    const order: string[] = [];
    const submit = (name: string, priority: number) =>
      manager.submit(() => order.push(name), { priority }).subscribe();
    manager.pause();
    submit('a', 0);
    submit('b', 2);
    submit('c', -1);
    submit('d', 2);
    submit('e', 0.5);
    submit('f', Infinity);
    manager.resume();
    expect(order).toEqual(['f', 'b', 'd', 'e', 'a', 'c']);
  });

  it('never starts a task while one of higher priority waits', () => {
    const { manager, events, time, task } = setUp({ workerCount: 2 });
    for (let i = 0; i < 20; i++) {
      time.at(i * 3, () => {
        manager.submit(task(7), { priority: i % 3 }).subscribe();
        manager.submit(task(5), { priority: (i * 7) % 4 }).subscribe();
      });
    }
    const waiting = new Map<number, number>();
    const overtaken: unknown[] = [];
    manager.events$.subscribe((event) => {
      if (event.type === 'arrived') waiting.set(event.id, event.priority);
      if (event.type !== 'started') return;
      waiting.delete(event.id);
      if ([...waiting.values()].some((priority) => priority > event.priority))
        overtaken.push(event);
    });
    time.advanceTo(1000);
    expect(eventsOf(events, 'completed')).toHaveLength(40);
    expect(overtaken).toEqual([]);
  });

  it('starts a task at once while a worker is idle', () => {
    const { manager } = setUp();
    const log: unknown[] = [];
    manager.submit(() => 'low', { priority: -5 }).subscribe(into(log));
    expect(log).toEqual(['low', '|']);
  });

  it('serves a retried task before all waiting tasks of its priority', () => {
    const { manager } = setUp();
    const order: string[] = [];
    const source = new Subject<never>();
    const submit = (name: string, priority: number) =>
      manager.submit(() => order.push(name), { priority }).subscribe();
    manager
      .submit((_, { attempt }) => (attempt === 0 ? source : order.push('retried')), { priority: 2 })
      .subscribe();
    submit('same', 2);
    submit('higher', 3);
    submit('lower', 1);
    source.error(new Broken());
    expect(order).toEqual(['higher', 'retried', 'same', 'lower']);
  });

  it('serves retried tasks in the order of their failures', () => {
    const { manager } = setUp({ workerCount: 2 });
    const order: string[] = [];
    const sources = { a: new Subject<never>(), b: new Subject<never>() };
    for (const name of ['a', 'b'] as const) {
      manager
        .submit((_, { attempt }) => {
          if (attempt === 0) return sources[name];
          return order.push(name);
        })
        .subscribe();
    }
    manager.submit(() => order.push('waits'), { priority: 1 }).subscribe();
    manager.pause();
    sources.b.error(new Broken());
    sources.a.error(new Broken());
    manager.resume();
    expect(order).toEqual(['b', 'a', 'waits']);
  });

  it('serves a retried task at priority 1 or higher', () => {
    const { manager, events } = setUp();
    const source = new Subject<never>();
    const order: string[] = [];
    manager
      .submit((_, { attempt, priority }) => {
        if (attempt === 0) return source;
        return order.push(`retried at ${priority}`);
      })
      .subscribe();
    manager.submit(() => order.push('normal'), { priority: 0 }).subscribe();
    manager.submit(() => order.push('priority'), { priority: 1 }).subscribe();
    source.error(new Broken());
    expect(order).toEqual(['retried at 1', 'priority', 'normal']);
    expect(eventsOf(events, 'retried')).toEqual([
      expect.objectContaining({ id: 1, attempt: 0, priority: 1 }),
    ]);
  });

  it('shares the workers as the discipline says', () => {
    const { manager } = setUp({ discipline: weighted({ 1: 2, 0: 1 }) });
    const order: number[] = [];
    manager.pause();
    for (let i = 0; i < 6; i++)
      for (const priority of [0, 1])
        manager.submit(() => order.push(priority), { priority }).subscribe();
    manager.resume();
    expect(order.slice(0, 6).sort()).toEqual([0, 0, 1, 1, 1, 1]);
  });

  it('counts waiting tasks by priority', () => {
    const { manager } = setUp();
    manager.submit(() => NEVER).subscribe();
    for (const priority of [-1, 0, 0.1, 3]) manager.submit(() => 1, { priority }).subscribe();
    expect(manager.stats()).toMatchObject({ queuedTasks: 2, priorityTasks: 2, runningTasks: 1 });
  });
});
