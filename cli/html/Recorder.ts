import { statsFold, type Fold, type TaskEvent, type TaskStats } from 'rx-tasker';

/** The events within a span of time. Each level is the highest within the span. */
export interface Span {
  /** The start and the length of the span, in ms. */
  readonly start: number;
  readonly length: number;
  /** How many workers there are to be. */
  target: number;
  /** Workers that are up. */
  up: number;
  /** Workers that have a task. */
  busy: number;
  /** Tasks that wait. */
  queued: number;
  arrived: number;
  completed: number;
  /** The waits of the tasks that arrived within the span, in ms. */
  readonly waits: number[];
}

/** Folds the events of a simulation into spans of equal length. A chart of these spans misses no maximum. */
export class Recorder {
  readonly spans: Span[];
  readonly #length: number;
  readonly #stats: Fold<TaskStats>;
  #target: number;
  #current: Span;
  #index = 0;
  #time = 0;

  /**
   * @param duration - the length of the whole simulation, in ms
   * @param most - the greatest number of spans
   * @param base - the number of workers at the start
   */
  constructor(duration: number, most: number, base: number) {
    this.#length = niceLength(duration / most);
    const count = Math.max(1, Math.ceil(duration / this.#length));
    this.spans = Array.from({ length: count }, (_, index) => {
      const start = index * this.#length;
      const length = Math.min(this.#length, duration - start);
      const levels = { target: 0, up: 0, busy: 0, queued: 0 };
      return { start, length, ...levels, arrived: 0, completed: 0, waits: [] };
    });
    this.#stats = statsFold({ workerCount: base });
    this.#target = base;
    this.#current = this.spans[0]!;
  }

  apply(event: TaskEvent): void {
    if (event.time > this.#time) this.#passTo(event.time);
    this.#stats.apply(event);
    switch (event.type) {
      case 'arrived':
        this.#current.arrived++;
        break;
      case 'completed':
        this.#current.completed++;
        this.#spanAt(event.queuedAt).waits.push(event.startedAt - event.queuedAt);
        break;
      case 'scaled':
        this.#target = event.to;
        break;
      default:
    }
  }

  /** Ends the last span. Levels stay until the end. */
  finish(): readonly Span[] {
    this.#passTo(Infinity);
    return this.spans;
  }

  /** Records levels that have lasted for a time. So a task that starts at its arrival does not count as waiting. */
  #passTo(time: number): void {
    this.#time = time;
    this.#raise();
    for (const last = this.#indexOf(time); this.#index < last;) {
      this.#current = this.spans[++this.#index]!;
      if (this.#current.start < time) this.#raise();
    }
  }

  #raise(): void {
    const span = this.#current;
    const { activeWorkers, busyWorkers, queuedTasks, priorityTasks } = this.#stats.read();
    span.target = Math.max(span.target, this.#target);
    span.up = Math.max(span.up, activeWorkers);
    span.busy = Math.max(span.busy, busyWorkers);
    span.queued = Math.max(span.queued, queuedTasks + priorityTasks);
  }

  #spanAt(time: number): Span {
    return this.spans[this.#indexOf(time)]!;
  }

  #indexOf(time: number): number {
    return Math.min(Math.floor(time / this.#length), this.spans.length - 1);
  }
}

/** The next length that is easy to read: 1, 2 or 5 times a power of ten in ms, or a part of a minute or an hour. */
const niceLength = (least: number): number => {
  const seconds = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 86_400];
  const lengths = [1, 2, 5, 10, 20, 50, 100, 200, 500, ...seconds.map((each) => each * 1000)];
  return lengths.find((each) => each >= least) ?? Math.ceil(least / 86_400_000) * 86_400_000;
};
