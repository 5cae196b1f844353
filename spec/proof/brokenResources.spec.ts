import { Observable, Subject, timer } from 'rxjs';
import { uniform } from '../support/random.js';
import { virtualManager } from '../support/virtualManager.js';
import { VirtualTime } from '../support/VirtualTime.js';

/** One life of a manager. Its resources break at any moment: in tasks, in callbacks, on their own. */
const live = (seed: number) => {
  const random = uniform(seed);
  const chance = (share: number): boolean => random() < share;
  const time = new VirtualTime();
  const open = new Map<number, Subject<number>>();
  const inUse = new Set<number>();
  const counts = { accepted: 0, ended: 0, made: 0, released: 0, left: 0 };
  const violations: string[] = [];
  let breaks = 0;

  const breakOne = (): void => {
    const subject = [...open.values()][Math.floor(random() * open.size)];
    if (!subject) return;
    breaks++;
    subject.error('broken');
  };
  const { manager } = virtualManager(
    {
      workerCount: 1 + Math.floor(random() * 4),
      maxWorkerCount: 6,
      burstInterval: chance(0.5) ? 0 : 20,
      burstTaskThreshold: 1,
      resourcePoolSize: Math.floor(random() * 3),
      checkHealth: (error) => error !== 'bad',
      onCreate: () =>
        new Observable<number>((subscriber) => {
          const id = ++counts.made;
          const subject = new Subject<number>();
          subscriber.add(() => {
            counts.left++;
            open.delete(id);
          });
          const arrive = (): void => {
            open.set(id, subject);
            subscriber.add(subject.subscribe(subscriber));
            subscriber.next(id);
          };
          if (chance(0.5)) arrive();
          else subscriber.add(timer(random() * 10, time).subscribe(arrive));
        }),
      onDestroy: (id) => {
        if (inUse.has(id)) violations.push(`${id} was released in use`);
        counts.released++;
        return chance(0.5) ? undefined : timer(5, time);
      },
    },
    time,
  );
  manager.events$.subscribe(() => {
    if (chance(0.05)) breakOne();
  });

  const task = (id: number): Observable<number> => {
    if (inUse.has(id)) violations.push(`${id} was in two tasks`);
    inUse.add(id);
    if (chance(0.1)) breakOne();
    return new Observable<number>((subscriber) => {
      subscriber.add(() => inUse.delete(id));
      const end = (): void => {
        inUse.delete(id);
        if (chance(0.1)) subscriber.error('bad');
        else subscriber.complete();
      };
      if (chance(0.3)) end();
      else subscriber.add(timer(random() * 10, time).subscribe(end));
    });
  };
  for (let i = 0; i < 30; i++) {
    time.at(random() * 100, () => {
      counts.accepted++;
      const ended = (): number => counts.ended++;
      manager.submit(task).subscribe({ complete: ended, error: ended });
      if (chance(0.3)) breakOne();
    });
  }
  time.at(120, () => void (chance(0.5) ? manager.stop() : manager.kill()));
  time.advanceTo(60_000);
  return { counts, violations, breaks, timers: time.timers, state: manager.stats().state };
};

describe('a resource that breaks at any moment', () => {
  it('lets every task end, and is released once and never in use', () => {
    let breaks = 0;
    for (let seed = 1; seed <= 200; seed++) {
      const { counts, violations, timers, state, ...life } = live(seed);
      const { made, accepted } = counts;
      expect({ seed, violations, timers, counts }).toEqual({
        seed,
        violations: [],
        timers: 0,
        counts: { accepted, ended: accepted, made, released: made, left: made },
      });
      expect(['stopped', 'killed']).toContain(state);
      breaks += life.breaks;
    }
    expect(breaks).toBeGreaterThan(1000);
  });
});
