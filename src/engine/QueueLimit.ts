import { InvalidConfigError } from '../checks/InvalidConfigError.js';
import { Fifo } from '../collections/Fifo.js';
import type { RevocableLanes } from '../lanes/createRevocableLanes.js';
import type { Lane } from '../lanes/LaneDiscipline.js';
import { reportUnhandledError } from '../rx/reportUnhandledError.js';
import type { Job } from '../tasks/Job.js';
import type { Overflow } from '../tasks/overflow.js';
import { showWaiting, type WaitingTask } from '../tasks/waiting.js';

/** @internal */
export interface QueueLimitOptions<R, E> {
  /** How many tasks may wait. */
  limit: number;
  overflow: Overflow;
  lanes: RevocableLanes<Job<R, E>>;
  /** The open lane of the lowest priority. */
  lowest: () => Lane | undefined;
  now: () => number;
}

/** So many tasks that wait no more are not worth sorting out. */
const FEW = 64;

/**
 * Holds the number of tasks that wait to a limit. Each is O(1) on average, and O(log lanes) with the lanes.
 *
 * @internal
 */
export class QueueLimit<R, E> {
  readonly #options: QueueLimitOptions<R, E>;
  /** The tasks that had to wait, in the order of their arrival; some of them wait no more. */
  #arrived = new Fifo<Job<R, E>>();
  /** Whether `overflow` is being asked: what it queues is refused. */
  #isAsking = false;

  constructor(options: QueueLimitOptions<R, E>) {
    this.#options = options;
  }

  /** How many tasks may wait. */
  get limit(): number {
    return this.#options.limit;
  }

  /** Whether one more task may come: it may wait, or starts at once. */
  get hasRoom(): boolean {
    const { limit, lanes } = this.#options;
    return lanes.count() < limit || lanes.isFree();
  }

  /** The task that is to go, the incoming one or one that waits, so that no more wait than may; `undefined` if none. */
  victimOf(incoming: Job<R, E>): Job<R, E> | undefined {
    if (this.hasRoom) return undefined;
    incoming.queuedAt = this.#options.now();
    return this.limit === 0 || this.#isAsking ? incoming : this.#ask(incoming);
  }

  /** A task has arrived, and waits. */
  note(job: Job<R, E>): void {
    const { count } = this.#options.lanes;
    if (this.#arrived.size > FEW + 2 * count()) {
      const waiting = this.#arrived.values().filter(isFirst);
      this.#arrived = new Fifo();
      for (const each of waiting) this.#arrived.push(each);
    }
    this.#arrived.push(job);
  }

  #ask(incoming: Job<R, E>): Job<R, E> {
    const { overflow, lanes } = this.#options;
    const shown = new Map<WaitingTask, Job<R, E>>();
    const show = (job: Job<R, E>): WaitingTask => {
      const task = showWaiting(job);
      shown.set(task, job);
      return task;
    };
    const values = (): Job<R, E>[] => lanes.values().filter(({ state }) => state === 'waiting');
    this.#isAsking = true;
    try {
      const victim = overflow(show(incoming), {
        count: lanes.count(),
        oldest: () => optional(show, this.#oldest()),
        newestOfLowest: () => optional(show, optional(lanes.newest, this.#options.lowest())),
        [Symbol.iterator]: () => values().map(show)[Symbol.iterator](),
      });
      const job = shown.get(victim);
      if (job?.state === 'waiting' || job === incoming) return job;
      throw new InvalidConfigError('overflow()', victim, 'the incoming task, or one that waits');
    } catch (error) {
      reportUnhandledError(error); // and the limit holds
      return incoming;
    } finally {
      this.#isAsking = false;
    }
  }

  #oldest(): Job<R, E> | undefined {
    while (this.#arrived.first && !isFirst(this.#arrived.first)) this.#arrived.take();
    return this.#arrived.first;
  }
}

/** Whether the task waits, and for its first attempt. */
const isFirst = <R, E>({ state, hasStarted }: Job<R, E>): boolean =>
  state === 'waiting' && !hasStarted;

const optional = <A, B>(map: (value: A) => B, value: A | undefined): B | undefined =>
  value === undefined ? undefined : map(value);
