import { interval, map, NEVER, of, timer } from 'rxjs';
import {
  TaskManager,
  type TaskEvent,
  type TaskFunction,
  type TaskManagerConfig,
  type TaskOptions,
} from '../../src/index.js';
import { heapUsed, slope } from '../support/heap.js';
import { uniform } from '../support/random.js';
import { report } from '../support/soak.js';

const TASKS = Number(process.env.SOAK_TASKS ?? 10_000_000);
const SUBSCRIPTIONS = 1_000_000;
const SAMPLES = 25;
/** During these samples the heap still grows: code is compiled, tables reach their size. */
const WARM_UP_SAMPLES = 5;
const IN_FLIGHT = 500;
/** The greatest rise of the straight line, in bytes. The length of the t-digests varies. */
const GREATEST_RISE = 2_000_000;

const broken = new Error('broken');
const failure = new Error('failure');

/** An AbortSignal of many tasks that counts its listeners. */
const createSharedSignal = () => {
  const { signal } = new AbortController();
  const counts = { added: 0, removed: 0, most: 0 };
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    counts.added++;
    counts.most = Math.max(counts.most, counts.added - counts.removed);
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    counts.removed++;
    remove(...args);
  };
  return { signal, counts };
};

/** The open timers of RxJS, which are intervals. */
const watchTimers = () => {
  const { setInterval, clearInterval } = globalThis;
  const open = new Set<unknown>();
  let opened = 0;
  globalThis.setInterval = ((...args: Parameters<typeof setInterval>) => {
    const timer = setInterval(...args);
    open.add(timer);
    opened++;
    return timer;
  }) as typeof setInterval;
  globalThis.clearInterval = (timer) => {
    open.delete(timer);
    clearInterval(timer);
  };
  const restore = (): void => void Object.assign(globalThis, { setInterval, clearInterval });
  return { open, opened: () => opened, restore };
};

type Task = TaskFunction<object, unknown>;

const levers: Record<string, Pick<TaskManagerConfig<object>, 'workerCount' | 'concurrency'>> = {
  'the default policy': { workerCount: 8 },
  'no base workers and a changing limit': {
    workerCount: 0,
    concurrency: interval(20).pipe(map((i) => [16, 3, Infinity, 0][i % 4]!)),
  },
};

describe.each(Object.keys(levers))('endurance of %s', (name) => {
  it(`keeps nothing of ${TASKS} tasks of all kinds, with random faults`, async () => {
    const timers = watchTimers();
    const random = uniform(1);
    const { signal, counts } = createSharedSignal();
    const stopSignal = createSharedSignal();
    const held = new Set<object>();
    let created = 0;
    let released = 0;
    const manager = new TaskManager<object>({
      onCreate: () => {
        if (random() < 0.1) throw broken;
        const resource = { id: ++created };
        held.add(resource);
        return random() < 0.5 ? resource : Promise.resolve(resource);
      },
      onDestroy: (resource) => {
        released++;
        if (!held.delete(resource)) throw new Error('released twice');
        if (random() < 0.1) throw broken;
        return random() < 0.5 ? undefined : Promise.resolve();
      },
      maxWorkerCount: 16,
      ...levers[name]!,
      resourcePoolSize: 4,
      checkHealth: (error) => error !== broken,
      abortGrace: 20,
      signal: stopSignal.signal,
    });
    const events = new Map<TaskEvent['type'], number>();
    manager.events$.subscribe(({ type }) => events.set(type, (events.get(type) ?? 0) + 1));

    const kinds = new Map<string, number>();
    let sent = 0;
    let answered = 0;
    const onAnswer = (): void => {
      answered++;
      pump();
    };
    const queue = (task: Task, options?: TaskOptions): void =>
      manager.queueTaskWithCallback(task, onAnswer, options);
    const submit: { [kind: string]: { weight: number; act: () => void } } = {
      value: { weight: 300, act: () => queue(() => 1) },
      'value, with a shared signal': { weight: 100, act: () => queue(() => 1, { signal }) },
      'value, by priority': {
        weight: 100,
        act: () => queue(() => 1, { priority: Math.floor(5 * random()) - 1 }),
      },
      Promise: { weight: 150, act: () => queue(() => Promise.resolve(1)) },
      'Promise, answered by a Promise': {
        weight: 50,
        act: () => void manager.queueTask(async () => 1, { signal }).then(onAnswer, onAnswer),
      },
      Observable: { weight: 100, act: () => queue(() => of(1, 2, 3)) },
      'Observable with a timer': { weight: 2, act: () => queue(() => timer(1)) },
      'failing healthy': { weight: 50, act: () => queue(() => Promise.reject(failure)) },
      'failing unhealthy': {
        weight: 1,
        act: () =>
          queue((_, { attempt }) => {
            if (attempt < 5 * random()) throw broken;
          }),
      },
      'cancelled in the queue or running': {
        weight: 50,
        act: () => {
          manager
            .submit(() => NEVER)
            .subscribe()
            .unsubscribe();
          onAnswer();
        },
      },
      'cancelled by its signal': {
        weight: 50,
        act: () => {
          const controller = new AbortController();
          queue((_, context) => (random() < 0.5 && context.signal.aborted ? 1 : NEVER), {
            signal: controller.signal,
          });
          void Promise.resolve().then(() => controller.abort());
        },
      },
      'timed out': { weight: 1, act: () => queue(() => NEVER, { timeout: 1 }) },
      'timed out, ignoring its abort': {
        weight: 0.1,
        act: () => queue(() => new Promise(() => undefined), { timeout: 1 }),
      },
      runTask: {
        weight: 49,
        act: () =>
          void manager.runTask(() => Promise.resolve(1), { signal }).then(onAnswer, onAnswer),
      },
    };
    const total = Object.values(submit).reduce((sum, { weight }) => sum + weight, 0);
    const sendOne = (): void => {
      let left = random() * total;
      for (const [kind, { weight, act }] of Object.entries(submit)) {
        left -= weight;
        if (left >= 0) continue;
        kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
        return act();
      }
    };

    let pumping = false;
    let limit = 0;
    let onLimit: (() => void) | undefined;
    // Synchronous tasks answer within the call. So a turn ends after a while to let timers run.
    const pump = (): void => {
      if (pumping) return;
      pumping = true;
      let turn = 0;
      while (sent < limit && sent - answered < IN_FLIGHT && turn++ < 1000) {
        sent++;
        sendOne();
      }
      pumping = false;
      if (turn > 1000) setImmediate(pump);
      if (answered === limit) onLimit?.();
    };

    const points: { x: number; y: number }[] = [];
    for (let sample = 1; sample <= SAMPLES; sample++) {
      limit = Math.round((TASKS * sample) / SAMPLES);
      await new Promise<void>((resolve) => {
        onLimit = resolve;
        pump();
      });
      onLimit = undefined;
      if (sample > WARM_UP_SAMPLES) points.push({ x: sent / 1e6, y: await heapUsed() });
    }
    const growth = slope(points);
    report(`${TASKS} tasks, ${name}`, [
      ...[...kinds].map(([what, count]) => ({ what, count })),
      ...[...events].map(([what, count]) => ({ what: `event: ${what}`, count })),
      { what: 'resources made', count: created },
      { what: 'listeners added to the shared signal', count: counts.added },
      { what: 'most listeners at a time', count: counts.most },
      { what: 'heap at first, bytes', count: points[0]!.y },
      { what: 'heap at last, bytes', count: points.at(-1)!.y },
      { what: 'slope of the heap, bytes per million tasks', count: Math.round(growth) },
    ]);
    await manager.stop();
    timers.restore();

    expect(answered).toBe(TASKS);
    const count = (type: TaskEvent['type']): number => events.get(type) ?? 0;
    expect(count('arrived')).toBe(TASKS);
    expect(count('completed') + count('failed') + count('cancelled')).toBe(TASKS);
    expect(held.size).toBe(0);
    expect(released).toBe(created);
    expect(counts.added).toBeGreaterThan(0);
    expect(counts.most).toBe(1);
    expect(counts.removed).toBe(counts.added);
    expect(stopSignal.counts).toEqual({ added: 1, removed: 1, most: 1 });
    expect(timers.opened()).toBeGreaterThan(0);
    expect(timers.open.size).toBe(0);
    expect((growth * TASKS) / 1e6).toBeLessThan(GREATEST_RISE);
  });
});

describe('endurance', () => {
  it(`keeps nothing of ${SUBSCRIPTIONS} subscriptions to stats$`, async () => {
    const manager = new TaskManager({ onCreate: () => 1, onDestroy: () => 0, workerCount: 1 });
    const points: { x: number; y: number }[] = [];
    let seen = 0;
    for (let sample = 1; sample <= SAMPLES; sample++) {
      for (let i = 0; i < SUBSCRIPTIONS / SAMPLES; i++) {
        const subscription = manager.stats$.subscribe(() => seen++);
        if (i % 1000 === 0) manager.queueTask(() => 1).catch(() => undefined);
        subscription.unsubscribe();
      }
      if (sample > WARM_UP_SAMPLES) {
        points.push({ x: (SUBSCRIPTIONS * sample) / SAMPLES / 1e6, y: await heapUsed() });
      }
    }
    const growth = slope(points);
    report(`${SUBSCRIPTIONS} subscriptions to stats$`, [
      { what: 'slope of the heap, bytes per million', count: Math.round(growth) },
      { what: 'values seen', count: seen },
    ]);
    await manager.stop();
    expect(seen).toBeGreaterThan(SUBSCRIPTIONS);
    expect((growth * SUBSCRIPTIONS) / 1e6).toBeLessThan(GREATEST_RISE);
  });
});
