import { createLanes, type LaneQueue, type Lanes, type LanesOptions } from './createLanes.js';
import { InvalidConfigError } from '../checks/InvalidConfigError.js';
import { Fifo } from '../collections/Fifo.js';
import type { Lane } from './LaneDiscipline.js';

interface Options<T> extends Omit<LanesOptions<T, unknown>, 'queue'> {
  /** Whether a value goes ahead of those of its priority that came without this. */
  ahead: (value: T) => boolean;
  /** Whether a waiting value is not wanted any more: what `drop` was called for. */
  dropped: (value: T) => boolean;
}

export interface RevocableLanes<T> extends Lanes<T, RevocableQueue<T>> {
  /** Takes out a waiting value that `options.dropped` now holds true for. */
  drop: (value: T) => void;
  /** How many values wait. */
  count: () => number;
  /** The value that came last into an open lane, of those that came without `ahead` if there are any. */
  newest: (lane: Lane) => T | undefined;
  /** All values that wait, those that were dropped perhaps too. */
  values: () => T[];
  /** Takes all values, those that were dropped perhaps too, without telling the schedule. */
  drain: () => T[];
}

/**
 * Lanes of which values can be taken back, and in which some go ahead. Their discipline is asked, and must not call back:
 * that is an error that says so. One that has thrown is not asked again: its error is thrown again.
 */
export const createRevocableLanes = <T>(options: Options<T>): RevocableLanes<T> => {
  const { discipline, priority } = options;
  const lanes = createLanes({ discipline, priority, queue: () => new RevocableQueue(options) });
  const { open, push, take, schedule } = lanes;
  let isAsked = false;
  let thrown: { error: unknown } | undefined;
  /** What came while the schedule could not be asked: it is drained with the others. */
  const stranded: T[] = [];
  let count = 0;

  const ask = <A, B>(question: (about: A) => B, about: A): B => {
    if (thrown) throw thrown.error;
    if (isAsked) {
      const name = `${discipline.name || 'discipline'}()`;
      throw new InvalidConfigError(name, schedule, 'a schedule that answers without calling back');
    }
    isAsked = true;
    try {
      return question(about);
    } catch (error) {
      thrown = { error };
      throw error;
    } finally {
      isAsked = false;
    }
  };

  const drop = (value: T): void => {
    const lane = open.get(priority(value));
    if (!lane) return; // a schedule that threw has left it so
    lane.queue.drop();
    if (lane.queue.size > 0) return;
    open.delete(lane.priority); // first: a schedule that throws must not leave an empty lane to be served
    schedule.close(lane);
  };

  return Object.assign(lanes, {
    count: () => count,
    push: (value: T) => {
      count++;
      if (thrown || isAsked) stranded.push(value);
      ask(push, value);
    },
    take: () => {
      const value = ask(take, undefined);
      count--;
      return value;
    },
    drop: (value: T) => {
      count--;
      ask(drop, value);
    },
    newest: (lane: Lane) => open.get(lane.priority)?.queue.newest(),
    values: () => [...open.values()].flatMap(({ queue }) => queue.values()),
    drain: () => {
      const waiting = [...open.values()].flatMap(({ queue }) => queue.drain());
      open.clear();
      count = 0;
      return [...waiting, ...stranded.splice(0)];
    },
  });
};

class RevocableQueue<T> implements LaneQueue<T> {
  readonly #options: Pick<Options<T>, 'ahead' | 'dropped'>;
  #values = new Fifo<T>();
  #ahead: Fifo<T> | undefined;
  /** How many of the values are gaps. */
  #gaps = 0;

  constructor(options: Pick<Options<T>, 'ahead' | 'dropped'>) {
    this.#options = options;
  }

  get size(): number {
    return this.#values.size + (this.#ahead?.size ?? 0) - this.#gaps;
  }

  push(value: T): void {
    if (this.#options.ahead(value)) (this.#ahead ??= new Fifo()).push(value);
    else this.#values.push(value);
  }

  take(): T {
    let value = this.#takeAny();
    while (this.#gaps > 0 && this.#options.dropped(value)) {
      this.#gaps--;
      value = this.#takeAny();
    }
    return value;
  }

  /** The first value that goes ahead, and the first of the others, if there are any. */
  firsts(): T[] {
    return [this.#ahead, this.#values].flatMap((queue) => {
      while (this.#gaps > 0 && queue?.first !== undefined && this.#options.dropped(queue.first)) {
        queue.take();
        this.#gaps--;
      }
      return queue?.first ?? [];
    });
  }

  newest(): T | undefined {
    for (const queue of [this.#values, this.#ahead]) {
      while (this.#gaps > 0 && queue?.last !== undefined && this.#options.dropped(queue.last)) {
        queue.takeLast();
        this.#gaps--;
      }
      if (queue?.last !== undefined) return queue.last;
    }
    return undefined;
  }

  values(): T[] {
    return [...(this.#ahead?.values() ?? []), ...this.#values.values()];
  }

  drop(): void {
    this.#gaps++;
    // The gaps are closed when they are the larger part: O(1) a drop on average, and memory stays bounded.
    if (this.#gaps <= this.size) return;
    const waiting = this.drain().filter((value) => !this.#options.dropped(value));
    for (const value of waiting) this.push(value);
    this.#gaps = 0;
  }

  drain(): T[] {
    return Array.from({ length: this.size + this.#gaps }, () => this.#takeAny());
  }

  #takeAny(): T {
    return this.#ahead && this.#ahead.size > 0 ? this.#ahead.take() : this.#values.take();
  }
}
