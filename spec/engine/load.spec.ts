import { map, NEVER, timer } from 'rxjs';
import type { Load, TaskManagerConfig } from '../../src/index.js';
import { virtualManager } from '../support/virtualManager.js';
import { VirtualTime } from '../support/VirtualTime.js';

/** A manager whose looks at the load are kept, each 100 ms. */
const setUp = (config: Partial<TaskManagerConfig<number>> = {}, time = new VirtualTime()) => {
  const looks: Load[] = [];
  const virtual = virtualManager(
    {
      scaling: map((load) => {
        looks.push(load);
        return config.workerCount ?? 1;
      }),
      ...config,
    },
    time,
  );
  return { ...virtual, looks };
};
const never = () => NEVER;
const ignore = () => undefined;

describe('the load that a policy is told', () => {
  it('has the age of the task that has waited for longest', () => {
    const { manager, time, looks } = setUp();
    const cancel = new AbortController();
    time.at(10, () => void manager.queueTask(never).catch(ignore));
    time.at(40, () => void manager.queueTask(never, { signal: cancel.signal }).catch(ignore));
    time.at(50, () => void manager.queueTask(never, { priority: 3 }).catch(ignore));
    time.at(70, () => void manager.queueTask(never).catch(ignore));
    time.at(250, () => cancel.abort());
    time.advanceTo(500);
    expect(looks.map(({ time: at, oldestWait }) => at - oldestWait)).toEqual([40, 40, 50, 50]);
    void manager.kill();
  });

  it('has 0 for the longest wait while nothing waits', () => {
    const { manager, time, looks } = setUp();
    void manager.queueTask(never).catch(ignore);
    time.advanceTo(200);
    expect(looks.map(({ oldestWait }) => oldestWait)).toEqual([0, 0]);
    void manager.kill();
  });

  it('counts the wait of a retried task from its arrival', () => {
    const { manager, time, looks } = setUp({
      checkHealth: () => false,
      maxRetries: 5,
      onCreate: () => timer(30, time).pipe(map(() => 1)),
    });
    const fails = () =>
      timer(60, time).pipe(
        map(() => {
          throw new Error('broken');
        }),
      );
    void manager.queueTask(fails).catch(ignore);
    time.advanceTo(110);
    expect(looks).toMatchObject([{ time: 100, queued: 1, oldestWait: 100, busy: 0 }]);
    void manager.kill();
  });

  it('has a wait of 0 when the clock was set back', () => {
    let offset = 0;
    const time = new VirtualTime();
    const now = time.now.bind(time);
    time.now = () => now() - offset;
    const { manager, looks } = setUp({}, time);
    for (let i = 0; i < 2; i++) void manager.queueTask(never).catch(ignore);
    offset = 5000;
    time.advanceTo(100);
    expect(looks).toMatchObject([{ queued: 1, oldestWait: 0 }]);
    void manager.kill();
  });

  it('has the workers that are up, and how long these took to come up', () => {
    const time = new VirtualTime();
    let created = 0;
    const { manager, looks } = setUp(
      { workerCount: 2, onCreate: () => timer(150 * ++created, time).pipe(map(() => created)) },
      time,
    );
    void manager.queueTask(never).catch(ignore);
    time.advanceTo(400);
    expect(looks.map(({ ready, startupTime }) => [ready, startupTime])).toEqual([
      [0, 0],
      [1, 150],
      [2, 225],
      [2, 225],
    ]);
    void manager.kill();
  });

  it('leaves failed creations out of the startup time', () => {
    const time = new VirtualTime();
    let tries = 0;
    const onCreate = () =>
      timer(50, time).pipe(
        map(() => {
          if (++tries < 3) throw new Error('not yet');
          return tries;
        }),
      );
    const { manager, looks } = setUp({ onCreate }, time);
    void manager.queueTask(never).catch(ignore);
    time.advanceTo(60_000);
    expect(looks.at(-1)).toMatchObject({ ready: 1, startupTime: 50 });
    expect(looks[0]).toMatchObject({ ready: 0, startupTime: 0 });
    void manager.kill();
  });

  it('has the sum of the execution times', () => {
    const { manager, time, looks, task } = setUp();
    void manager.queueTask(task(30));
    void manager
      .queueTask(() =>
        timer(50, time).pipe(
          map(() => {
            throw new Error('no');
          }),
        ),
      )
      .catch(ignore);
    void manager.queueTask(never).catch(ignore);
    time.advanceTo(100);
    expect(looks).toMatchObject([{ completed: 1, failed: 1, executionTime: 80 }]);
    void manager.kill();
  });
});
