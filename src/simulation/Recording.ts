import type { TaskEvent, TaskStats } from 'rx-tasker';
import { LivePool, type PoolTotals } from './LivePool.js';
import { Samples } from './Samples.js';
import { ShadowTask, type EventOfTask } from './ShadowTask.js';
import type { ShadowFigures } from './shadowTypes.js';

/** The part of a recording between two moments at which a window may begin. */
interface Segment {
  /** What the pool had come to when the segment began. */
  readonly begin: PoolTotals;
  /** The tasks that arrived in it, in this order. */
  readonly tasks: ShadowTask[];
}

/** What is known of a window of live traffic when it ends. */
export interface RecordedWindow {
  readonly from: number;
  readonly to: number;
  readonly isCut: boolean;
  /** Tasks that arrived before the window and had not ended when it began: first those that ran. */
  readonly carried: readonly ShadowTask[];
  /** Tasks that arrived in the window, in this order. */
  readonly tasks: readonly ShadowTask[];
  /** As `busySeconds`, in ms. */
  readonly work: number;
  readonly startup: number;
  /** The base workers, if an event has told them. */
  readonly base: number | undefined;
  readonly actual: ShadowFigures;
}

/** The options of a recording: see `ShadowOptions`. */
export interface RecordingOptions {
  readonly every: number;
  readonly window: number;
  readonly maxTasks: number;
  readonly startup: number | undefined;
}

/** Into how many segments `maxTasks` is divided. */
const SEGMENTS = 50;

/**
 * What live traffic of the last hour was.
 *
 * ```
 * carried │ segment │ segment │ … │ segment in which tasks arrive
 *         from                     └ a report, or maxTasks / 50 tasks after the one before
 * ```
 *
 * A window begins with a segment. So what the pool has come to need be kept for the beginnings of segments only, and
 * the oldest tasks leave together.
 */
export class Recording {
  readonly #options: RecordingOptions;
  readonly #now: () => number;
  readonly #pool: LivePool;
  /** The tasks that wait or run. */
  readonly #open = new Map<number, ShadowTask>();
  #carried: ShadowTask[] = [];
  readonly #segments: Segment[] = [];
  /** The number of tasks in `#segments`. */
  #count = 0;
  /** The segment before which there were too many tasks. */
  #cutBefore: Segment | undefined;
  /** By how much the manager's clock is ahead of `#now`, as of the latest event. */
  #ahead = 0;
  #latest: number;

  constructor(options: RecordingOptions, seed: TaskStats, base: number, now: () => number) {
    this.#options = options;
    this.#now = now;
    this.#latest = now();
    this.#pool = new LivePool(seed, base, this.#latest, options.startup);
    this.#begin(this.#latest);
  }

  apply(event: TaskEvent): void {
    this.#latest = Math.max(this.#latest, event.time);
    this.#ahead = event.time - this.#now();
    this.#pool.apply(event);
    if (!('queuedAt' in event) || event.direct) return;
    const task = this.#open.get(event.id) ?? this.#admit(event);
    if (task.apply(event)) this.#open.delete(event.id);
  }

  /** The window that ends now. The next one may begin now. */
  takeWindow(): RecordedWindow {
    const { every, window } = this.#options;
    const to = Math.max(this.#latest, this.#now() + this.#ahead);
    while (this.#segments.length > 1 && this.#first.begin.time < to - window - every / 2) {
      this.#dropFirst();
    }
    this.#carry();
    const read = this.#read(to);
    this.#begin(to);
    return read;
  }

  get #first(): Segment {
    return this.#segments[0]!;
  }

  #begin(time: number): void {
    this.#segments.push({ begin: this.#pool.totals(time), tasks: [] });
  }

  #admit(event: EventOfTask): ShadowTask {
    const task = new ShadowTask(event);
    this.#open.set(event.id, task);
    if (event.type !== 'arrived') {
      this.#carried.push(task); // it arrived before the recording
      return task;
    }
    const { maxTasks } = this.#options;
    if (this.#segments.at(-1)!.tasks.length >= maxTasks / SEGMENTS) this.#begin(event.time);
    this.#segments.at(-1)!.tasks.push(task);
    this.#count++;
    while (this.#count > maxTasks) {
      this.#dropFirst();
      this.#cutBefore = this.#first;
    }
    return task;
  }

  #dropFirst(): void {
    const { tasks } = this.#segments.shift()!;
    this.#count -= tasks.length;
    for (const task of tasks) this.#carried.push(task);
    this.#carry();
  }

  /** Forgets the tasks that had ended when the window began. */
  #carry(): void {
    const { time } = this.#first.begin;
    this.#carried = this.#carried.filter((task) => !task.hadEnded(time));
  }

  #read(to: number): RecordedWindow {
    const { begin } = this.#first;
    const end = this.#pool.totals(to);
    const ran = this.#carried.filter((task) => task.hadStarted(begin.time));
    const waited = this.#carried.filter((task) => !task.hadStarted(begin.time));
    const carried = [...ran, ...waited];
    const tasks = this.#segments.flatMap((segment) =>
      segment.tasks.filter((task) => !task.leftNoTrace),
    );
    let work = 0;
    for (const task of carried) {
      const done = task.workUntil(to);
      work += done - task.workBefore(begin.time, done);
    }
    const waits = new Samples();
    for (const task of tasks) {
      work += task.workUntil(to);
      waits.add(task.waitUntil(to));
    }
    const workerTime = end.workerTime - begin.workerTime;
    return {
      from: begin.time,
      to,
      isCut: this.#first === this.#cutBefore,
      carried,
      tasks,
      work,
      startup: this.#pool.startup,
      base: this.#pool.base,
      actual: {
        workers: this.#pool.target,
        why: this.#pool.why,
        workerSeconds: workerTime / 1000,
        costRatio: work > 0 ? workerTime / work : 0,
        wait: waits.summarise(),
        workersStarted: end.workersStarted - begin.workersStarted,
        reversals: end.reversals - begin.reversals,
      },
    };
  }
}
