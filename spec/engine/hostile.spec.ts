import { from, Observable } from 'rxjs';
import type { LaneDiscipline, LaneSchedule } from '../../src/lanes/LaneDiscipline.js';
import { strict } from '../../src/lanes/strict.js';
import { InvalidConfigError } from '../../src/checks/InvalidConfigError.js';
import { TaskManagerStoppedError } from '../../src/events/errors.js';
import { runTasks } from '../../src/engine/runTasks.js';
import type { TaskFunction, TaskOptions, TaskRequest } from '../../src/tasks/task.js';
import { TaskManager } from '../../src/manager/TaskManager.js';
import { Deferred } from '../support/Deferred.js';
import { into } from '../support/into.js';
import { unhandledErrors } from '../support/unhandledErrors.js';
import { eventsOf, setUp } from './setUp.js';

describe('engine: mistakes of callers', () => {
  describe('a discipline', () => {
    it.each<[string, LaneDiscipline]>([
      [
        'throws',
        () => {
          throw new Error('no schedule');
        },
      ],
      ['gives no schedule', () => ({}) as never],
    ])('kills the manager and refuses tasks when the discipline %s', (_, discipline) => {
      const log: unknown[] = [];
      let state: unknown;
      const reported = unhandledErrors(() => {
        const { manager } = setUp({ discipline });
        ({ state } = manager.stats());
        manager.queueTaskWithCallback(
          () => 1,
          (error) => log.push(error),
        );
      });
      expect(state).toBe('killed');
      expect(reported).toEqual([expect.any(Error)]);
      expect(log).toEqual([expect.any(TaskManagerStoppedError)]);
      expect(log[0]).toHaveProperty('cause', reported[0]);
    });

    it('is named, with the lane, in the cause of the error of a task', () => {
      const log: unknown[] = [];
      const madeUp: LaneDiscipline = () => ({ ...strict()(), next: () => ({ priority: 7 }) });
      unhandledErrors(() => {
        const { manager, time, task } = setUp({ discipline: madeUp });
        manager.submit(task(10, 'first')).subscribe(into(log));
        manager.submit(task(10)).subscribe(into(log));
        time.advanceTo(10);
      });
      expect(log).toEqual(['first', '|', expect.any(TaskManagerStoppedError)]);
      expect(log[2]).toHaveProperty(
        'cause',
        new InvalidConfigError('madeUp().next()', 7, 'a lane in which something waits'),
      );
    });

    it.each(['open', 'next', 'close'] as const)(
      'ends the manager and every task when its `%s` queues a task',
      (name) => {
        const outcomes: unknown[] = [];
        const note = { error: (error: unknown) => outcomes.push(error) };
        const errors = unhandledErrors(() => {
          let isNested = false;
          const made = (): LaneSchedule => {
            const schedule = strict()();
            return {
              ...schedule,
              [name]: (lane: never) => {
                if (isNested) return schedule[name](lane);
                isNested = true;
                manager.submit(() => 3).subscribe(note);
                return schedule[name](lane);
              },
            };
          };
          const { manager, time, task } = setUp({ discipline: made });
          for (let i = 0; i < 2; i++) manager.submit(task(10)).subscribe(note);
          time.advanceTo(50);
        });
        const pure = 'a schedule that answers without calling back';
        expect(errors).toEqual([new InvalidConfigError('made()', {}, pure)]);
        const stopped = expect.any(TaskManagerStoppedError);
        expect(outcomes).toEqual(
          name === 'open' ? [stopped, stopped, stopped] : [stopped, stopped],
        );
      },
    );
  });

  describe('an options object', () => {
    it('is read at the call: a later change has no effect', () => {
      const { manager, time, task, events } = setUp({ checkHealth: () => false });
      const options: TaskOptions = { once: true };
      let attempts = 0;
      manager.submit(task(10)).subscribe();
      manager
        .submit(() => {
          attempts++;
          throw new Error('broken');
        }, options)
        .subscribe({ error: () => undefined });
      options.once = false;
      time.advanceTo(10_000);
      expect(attempts).toBe(1);
      expect(eventsOf(events, 'retried')).toEqual([]);
    });

    class Inherited {
      get once(): boolean {
        return Boolean(1);
      }
      get label(): string {
        return 'inherited'.trim();
      }
    }
    const noop = (): void => undefined;
    it.each<[string, (manager: TaskManager<number>, task: TaskFunction<number, number>) => void]>([
      ['queueTask', (manager, task) => void manager.queueTask(task, new Inherited()).catch(noop)],
      [
        'queueTaskWithPriority',
        (manager, task) => void manager.queueTaskWithPriority(task, new Inherited()).catch(noop),
      ],
      [
        'queueTaskOnceWithCallback',
        (manager, task) => manager.queueTaskOnceWithCallback(task, noop, new Inherited()),
      ],
      [
        'queueTaskWithPriorityAsync',
        (manager, task) =>
          void manager.queueTaskWithPriorityAsync(task, new Inherited()).subscribe({ error: noop }),
      ],
    ])('works with inherited fields and getters in %s', (_, queue) => {
      const { manager, events } = setUp();
      queue(manager, () => 1);
      expect(eventsOf(events, 'completed')).toEqual([
        expect.objectContaining({ label: 'inherited' }),
      ]);
    });

    it('throws at the call when unreadable, and harms no other task', () => {
      const { manager, time } = setUp();
      const { proxy, revoke } = Proxy.revocable<TaskOptions>({}, {});
      revoke();
      const log: unknown[] = [];
      expect(() => manager.submit(() => 1, proxy)).toThrow(TypeError);
      manager.submit(() => 2).subscribe(into(log));
      expect(log).toEqual([2, '|']);
      void manager.stop();
      time.advanceTo(1);
      expect(manager.stats().state).toBe('stopped');
    });
  });

  describe('a task', () => {
    it('has no this', () => {
      const { manager } = setUp();
      const seen: unknown[] = [];
      manager
        .submit(function (this: unknown) {
          seen.push(this);
        })
        .subscribe();
      expect(seen).toEqual([undefined]);
    });

    it('has its request, an instance of a class, as its this', () => {
      class Doubling implements TaskRequest<number, number> {
        readonly factor = 2;
        get label(): string {
          return 'doubling'.trim();
        }
        run(resource: number): number {
          return this.factor * resource;
        }
      }
      const log: unknown[] = [];
      from([new Doubling()])
        .pipe(runTasks<number, number>({ onCreate: () => 21, onDestroy: noop, workerCount: 1 }))
        .subscribe((event) => {
          if (event.type === 'completed') log.push(event.label, event.result);
        });
      expect(log).toEqual(['doubling', 42]);
    });
    const noop = (): void => undefined;

    it('succeeds with a thenable that calls back at once', () => {
      const { manager } = setUp();
      const log: unknown[] = [];
      const thenable = { then: (resolve: (value: number) => void) => resolve(3) };
      manager.submit(() => thenable as PromiseLike<number>).subscribe(into(log));
      expect(log).toEqual([3, '|']);
    });

    it('fails with the error that the `then` of its thenable throws', () => {
      const { manager } = setUp();
      const log: unknown[] = [];
      const thenable = {
        then: (): never => {
          throw new Error('no then');
        },
      };
      manager.submit(() => thenable as PromiseLike<number>).subscribe(into(log));
      expect(log).toEqual([new Error('no then')]);
      expect(manager.stats().busyWorkers).toBe(0);
    });
  });

  it('keeps the this of a config that is an instance of a class', () => {
    class Config {
      readonly made: number[] = [];
      readonly workerCount = 1;
      readonly resourcePoolSize = 0;
      onCreate(): number {
        return this.made.push(0);
      }
      onDestroy(resource: number): void {
        this.made.push(-resource);
      }
      checkHealth(): boolean {
        return this.made.length > 10;
      }
    }
    const config = new Config();
    const manager = new TaskManager(config);
    const log: unknown[] = [];
    manager
      .submit(
        () => {
          throw new Error('broken');
        },
        { once: true },
      )
      .subscribe(into(log));
    expect(log).toEqual([new Error('broken')]);
    expect(config.made).toEqual([0, -1, 0]);
    void manager.kill();
  });

  it('needs no stack for a chain of synchronous tasks, however many workers idle', () => {
    const { manager } = setUp({ workerCount: 3000, maxWorkerCount: 3000 });
    let ran = 0;
    let deepest = 0;
    let depth = 0;
    const queueNext = (): void => {
      if (ran === 10_000) return;
      depth++;
      deepest = Math.max(deepest, depth);
      manager.queueTaskWithCallback(() => ++ran, queueNext);
      depth--;
    };
    queueNext();
    expect(ran).toBe(10_000);
    expect(deepest).toBeLessThanOrEqual(2);
    void manager.stop();
    expect(manager.stats().state).toBe('stopped');
  });

  describe('checkHealth', () => {
    it('is reported and counts as healthy when returning a Promise, even a failing one', () => {
      const log: unknown[] = [];
      const reported = unhandledErrors(() => {
        const { manager } = setUp({
          checkHealth: (() => Promise.reject(new Error('too late'))) as never,
        });
        manager
          .submit(() => {
            throw new Error('task');
          })
          .subscribe(into(log));
        expect(manager.stats().activeWorkers).toBe(1);
      });
      expect(log).toEqual([new Error('task')]);
      expect(reported).toEqual([expect.any(InvalidConfigError)]);
    });

    it('is given the resource', () => {
      const seen: unknown[] = [];
      const { manager } = setUp({
        checkHealth: (_error, resource) => {
          seen.push(resource);
          return true;
        },
      });
      manager
        .submit(() => {
          throw new Error('task');
        })
        .subscribe({ error: () => undefined });
      expect(seen).toEqual([1]);
    });

    it("replaces the resource without a retry when returning 'replace'", () => {
      const { manager, events, released } = setUp({ checkHealth: () => 'replace' });
      const log: unknown[] = [];
      manager
        .submit(() => {
          throw new Error('broken for good');
        })
        .subscribe(into(log));
      expect(log).toEqual([new Error('broken for good')]);
      expect(eventsOf(events, 'retried')).toEqual([]);
      expect(released).toEqual([1]);
      expect(manager.stats().activeWorkers).toBe(1);
    });

    it('causes an event that names the task and its error', () => {
      const { manager, events } = setUp({ checkHealth: () => 'replace' });
      const error = new Error('broken');
      manager
        .submit(() => {
          throw error;
        })
        .subscribe({ error: () => undefined });
      expect(eventsOf(events, 'workerStopped')).toEqual([
        expect.objectContaining({ worker: 1, reason: 'unhealthy', task: 1, error }),
      ]);
    });

    it.each(['cancelled', 'timed out'])(
      'is asked about the late error of a task that was %s',
      async (how) => {
        const { manager, time, released } = setUp({
          checkHealth: (error) => !(error instanceof RangeError),
        });
        const result = new Deferred<number>();
        const running = manager
          .submit(() => result, how === 'timed out' ? { timeout: 5 } : {})
          .subscribe({ error: () => undefined });
        if (how === 'timed out') time.advanceTo(5);
        else running.unsubscribe();
        expect(released).toEqual([]);
        result.reject(new RangeError('the connection is closed'));
        await Promise.resolve();
        expect(released).toEqual([1]);
        expect(manager.stats()).toMatchObject({ activeWorkers: 1, busyWorkers: 0 });
      },
    );

    it('is asked about the error of a thenable that rejects at its abort', () => {
      const { manager, released } = setUp({ checkHealth: () => false });
      const running = manager
        .submit(
          (_resource, { signal }) =>
            ({
              then: (_resolve: unknown, reject: (error: unknown) => void) =>
                signal.addEventListener('abort', () => reject(new Error('closed'))),
            }) as unknown as PromiseLike<number>,
        )
        .subscribe();
      running.unsubscribe();
      expect(released).toEqual([1]);
    });
  });

  it('says in TaskManagerStoppedError whether the task had started', () => {
    const { manager } = setUp();
    const log: unknown[] = [];
    const note = (name: string) => ({
      error: (error: unknown) => log.push([name, (error as TaskManagerStoppedError).started]),
    });
    manager.submit(() => new Observable(() => undefined)).subscribe(note('running'));
    manager.submit(() => 1).subscribe(note('waiting'));
    void manager.kill();
    manager.submit(() => 1).subscribe(note('refused'));
    expect(log).toEqual([
      ['running', true],
      ['waiting', false],
      ['refused', false],
    ]);
  });
});
