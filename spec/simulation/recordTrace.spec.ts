import { map, mergeMap, of, Subject, throwError, timer, type Observable } from 'rxjs';
import {
  fixed,
  runTasks,
  TaskManager,
  type TaskEvent,
  type TaskManagerConfig,
  type TaskRequest,
} from '../../src/index.js';
import { HeapScheduler } from '../../src/simulation/HeapScheduler.js';
import {
  parseTrace,
  recordTrace,
  simulate,
  type SimulatedTask,
  type SimulationConfig,
} from '../../src/simulation/index.js';
import { heapUsed } from '../support/heap.js';
import { poisson } from './workload.js';

const header = 'id,at,duration,priority,fails';

/** A manager in virtual time, and its recording. */
const setUp = (config: Partial<TaskManagerConfig<number>> = {}, time = new HeapScheduler()) => {
  const manager = new TaskManager<number>({
    onCreate: () => 0,
    onDestroy: () => undefined,
    workerCount: 1,
    burstInterval: 0,
    resourcePoolSize: 0,
    scheduler: time,
    ...config,
  });
  const lines: string[] = [];
  let isComplete = false;
  recordTrace(manager).subscribe({
    next: (line) => lines.push(line),
    complete: () => (isComplete = true),
  });
  return {
    time,
    manager,
    lines,
    isComplete: () => isComplete,
    task: (ms: number) => () => timer(ms, time),
    failing: (ms: number, error: unknown) => () =>
      timer(ms, time).pipe(mergeMap(() => throwError(() => error))),
    at: (ms: number, act: () => void): void => {
      time.schedule(() => act(), ms - time.now());
    },
    ignore: (outcome: Observable<unknown>) => outcome.subscribe({ error: () => undefined }),
  };
};

describe('recordTrace', () => {
  it('gives a header, and a line for each task at its end', () => {
    const { time, manager, lines, task, at, isComplete } = setUp({
      workerCount: 2,
      maxWorkerCount: 2,
    });
    expect(lines).toEqual([header]);
    manager.queueTaskAsync(task(100));
    at(10, () => {
      manager.queueTaskAsync(task(20.5), { priority: 7 });
    });
    time.flush(50);
    expect(lines).toEqual([header, '2,10,20.5,7,']);
    time.flush(100);
    expect(lines.slice(2)).toEqual(['1,0,100,0,']);
    expect(isComplete()).toBe(false);
    void manager.stop();
    expect(isComplete()).toBe(true);
  });

  it('counts all attempts of a retried task, with its own priority', () => {
    const { time, manager, lines } = setUp({ checkHealth: () => false });
    manager.queueTaskAsync((_, { attempt }) =>
      timer(10 * (attempt + 1), time).pipe(
        mergeMap(() => (attempt < 2 ? throwError(() => 'broken') : of(attempt))),
      ),
    );
    time.flush();
    expect(lines.slice(1)).toEqual(['1,0,60,0,']);
  });

  it('names the error of a failed task, and the time of an attempt', () => {
    const { time, manager, lines, failing, ignore } = setUp({
      maxRetries: 1,
      checkHealth: (error) => error !== 'broken',
    });
    class Strange extends Error {
      override name = 'Very, "strange"\n';
    }
    ignore(manager.queueTaskAsync(failing(10, new TypeError('no'))));
    ignore(manager.queueTaskAsync(failing(10, 'broken')));
    ignore(manager.queueTaskAsync(failing(10, new Strange())));
    ignore(manager.queueTaskAsync(failing(10, 'text')));
    time.flush();
    expect(lines.slice(1).map((line) => line.split(',').slice(2))).toEqual([
      ['10', '0', 'TypeError'],
      ['10', '0', 'MaxRetriesExceededError'],
      ['10', '0', 'Very_strange_'],
      ['10', '0', 'string'],
    ]);
  });

  it('gives the running time of a cancelled task, and no line for a waiting one', () => {
    const { time, manager, lines, task, at } = setUp();
    const running = manager.submit(task(100)).subscribe();
    const waiting = manager.submit(task(100)).subscribe();
    at(30, () => {
      waiting.unsubscribe();
      running.unsubscribe();
    });
    time.flush();
    expect(lines.slice(1)).toEqual(['1,0,30,0,']);
  });

  it('leaves out direct tasks, and earlier tasks of an unknown start', () => {
    const { time, manager, lines, task } = setUp({ workerCount: 2 });
    manager.queueTaskAsync(task(100), { priority: 1 });
    const cancelled = manager.submit(task(100)).subscribe();
    void manager.runTask(task(10));
    time.flush(50);
    const later: string[] = [];
    recordTrace(manager).subscribe((line) => later.push(line));
    cancelled.unsubscribe();
    time.flush();
    expect(later).toEqual([header, '1,0,100,1,']);
    expect(lines.slice(1)).toEqual(['2,0,50,0,', '1,0,100,1,']);
  });

  it('ends with its source, and records the events of runTasks too', () => {
    const requests = new Subject<TaskRequest<number, unknown>>();
    const events$ = requests.pipe(
      runTasks<number, unknown>({
        onCreate: () => 0,
        onDestroy: () => undefined,
        workerCount: 1,
        scheduler: new HeapScheduler(),
      }),
    );
    const seen: unknown[] = [];
    recordTrace({ events$ }).subscribe({
      next: (line) => seen.push(line),
      error: (error: unknown) => seen.push(error),
    });
    requests.next({ run: () => 1 });
    requests.error('over');
    expect(seen).toEqual([header, '1,0,0,0,', 'over']);
  });

  it('stops recording at an unsubscribe', () => {
    const events$ = new Subject<TaskEvent>();
    const recording = recordTrace({ events$ }).subscribe();
    expect(events$.observed).toBe(true);
    recording.unsubscribe();
    expect(events$.observed).toBe(false);
  });

  it('forgets tasks that have ended', async () => {
    const events$ = new Subject<TaskEvent>();
    let count = 0;
    recordTrace({ events$ }).subscribe(() => count++);
    const times = { queuedAt: 0, startedAt: 1, finishedAt: 2, time: 2 };
    const task = { ...times, label: undefined, priority: 0, attempt: 0, direct: false };
    const before = await heapUsed();
    for (let id = 0; id < 50_000; id++) {
      events$.next({ ...task, type: 'started', id, worker: 1 });
      events$.next({ ...task, type: 'completed', id, result: undefined });
    }
    expect(await heapUsed()).toBeLessThan(before + 2_000_000);
    events$.complete(); // keeps the recording alive until here
    expect(count).toBe(50_001);
  }, 60_000);

  it('refuses an object without events', () => {
    for (const wrong of [undefined, null, {}, { events$: 1 }]) {
      expect(() => recordTrace(wrong as never)).toThrow(
        'Expected `manager` to be an object with `events$`',
      );
    }
  });
});

describe('parseTrace', () => {
  it('reads a recorded trace, in the order of arrival', () => {
    const lines = [header, '3,10,5.25,-1,TypeError', '2,10,7,0,', '', '1,9.5,1e-7,2,'];
    expect(parseTrace(lines)).toEqual([
      { at: 9.5, duration: 1e-7, priority: 2, fails: undefined },
      { at: 10, duration: 7, priority: 0, fails: undefined },
      { at: 10, duration: 5.25, priority: -1, fails: 'TypeError' },
    ]);
    expect(parseTrace([])).toEqual([]);
  });

  it.each([
    ['lines[0]', ['a,b'], 'to be the header id,at,duration,priority,fails, got "a,b"'],
    ['lines[2]', [header, '1,1,1,1,', '2,2,2,2'], 'got "2,2,2,2"'],
    [
      'lines[1]',
      [header, '1,,1,1,'],
      'to be a line with numbers for id, at, duration, priority, and fails',
    ],
    ['lines[1]', [header, '1,1,x,1,'], 'got "1,1,x,1,"'],
  ])('refuses %s of %j', (field, lines, message) => {
    expect(() => parseTrace(lines)).toThrow(message);
    expect(() => parseTrace(lines)).toThrow(expect.objectContaining({ field }) as Error);
  });
});

describe('a recorded trace, simulated', () => {
  /** Runs tasks on a real manager in virtual time, simulates its recording, and returns both results. */
  const roundTrip = (
    tasks: Iterable<SimulatedTask>,
    config: SimulationConfig,
    { startup = 0, beforeFirst = 0 } = {},
  ) => {
    const time = new HeapScheduler();
    const onCreate = () => timer(startup, time).pipe(map(() => 0));
    const { manager, lines } = setUp({ burstInterval: 100, ...config, onCreate }, time);
    const waits: number[] = [];
    manager.events$.subscribe((event) => {
      if (event.type === 'completed') waits.push(event.startedAt - event.queuedAt);
    });
    for (const { at, duration, priority } of tasks) {
      time.schedule(() => {
        manager.queueTaskAsync(() => timer(duration, time), { priority });
      }, at + beforeFirst);
    }
    time.flush();
    void manager.stop();
    waits.sort((a, b) => a - b);
    const mean = waits.reduce((sum, wait) => sum + wait) / waits.length;
    const real = {
      waits: waits.length,
      mean,
      p99: waits[Math.ceil(0.99 * waits.length) - 1]!,
      max: waits.at(-1)!,
    };
    return { real, simulated: simulate({ tasks: parseTrace(lines), config, startup }) };
  };
  const tasks = () => poisson({ count: 3000, rate: 0.02, mean: 300, priorities: 3 });

  it.each([
    ['the default policy', { workerCount: 2, maxWorkerCount: 7 }, {}],
    ['a start-up', { workerCount: 2, maxWorkerCount: 7 }, { startup: 250 }],
    ['a fixed number', { workerCount: 7, scaling: fixed(7) }, { beforeFirst: 12.3 }],
  ])('has the waits of the manager, with %s', (_, config, times) => {
    const { real, simulated } = roundTrip(tasks(), config, times);
    expect(simulated.tasks).toBe(real.waits);
    expect(real.mean).toBeGreaterThan(10);
    expect(simulated.wait.mean).toBeCloseTo(real.mean, 6);
    expect(simulated.wait.p99).toBeCloseTo(real.p99, 6);
    expect(simulated.wait.max).toBeCloseTo(real.max, 6);
  });
});
