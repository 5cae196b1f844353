import type { TaskEvent } from 'rx-tasker';

/** What happened within a span of time. Levels are the highest that there were within it. */
export interface Span {
  /** When it begins, and how long it is, in ms. */
  readonly start: number;
  readonly length: number;
  /** Workers that the policy asked for. */
  asked: number;
  /** Workers that are up. */
  up: number;
  /** Workers that have a task. */
  busy: number;
  /** Tasks that wait. */
  queued: number;
  arrived: number;
  ended: number;
  /** Of the tasks that arrived within it, in ms. */
  readonly waits: number[];
}

type Levels = Pick<Span, 'asked' | 'up' | 'busy' | 'queued'>;

const noLevels: Levels = { asked: 0, up: 0, busy: 0, queued: 0 };

/** The fold of a simulation's events into spans of equal length, so that a chart of them leaves out no maximum. */
export class Recorder {
  readonly spans: Span[];
  readonly #length: number;
  readonly #levels: Levels;
  #current: Span;
  #index = 0;
  #time = 0;

  /**
   * @param duration - of the whole simulation, in ms
   * @param most - how many spans there may be
   * @param base - how many workers there are to begin with
   */
  constructor(duration: number, most: number, base: number) {
    this.#length = niceLength(duration / most);
    const count = Math.max(1, Math.ceil(duration / this.#length));
    this.spans = Array.from({ length: count }, (_, index) => {
      const start = index * this.#length;
      const length = Math.min(this.#length, duration - start);
      return { start, length, ...noLevels, arrived: 0, ended: 0, waits: [] };
    });
    this.#levels = { ...noLevels, asked: base };
    this.#current = this.spans[0]!;
  }

  apply(event: TaskEvent): void {
    if (event.time > this.#time) this.#passTo(event.time);
    const levels = this.#levels;
    switch (event.type) {
      case 'arrived':
        levels.queued++;
        this.#current.arrived++;
        break;
      case 'started':
        levels.queued--;
        levels.busy++;
        break;
      case 'completed':
        levels.busy--;
        this.#current.ended++;
        this.#spanAt(event.queuedAt).waits.push(event.startedAt - event.queuedAt);
        break;
      case 'workerStarted':
        levels.up++;
        break;
      case 'workerStopped':
        levels.up--;
        break;
      case 'scaled':
        levels.asked = event.to;
        break;
      default:
    }
  }

  /** Levels stay as they are until the end. */
  finish(): readonly Span[] {
    this.#passTo(Infinity);
    return this.spans;
  }

  /** Levels are taken when they have stood for a while: a task that starts as it arrives has not waited. */
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
    const { asked, up, busy, queued } = this.#levels;
    if (asked > span.asked) span.asked = asked;
    if (up > span.up) span.up = up;
    if (busy > span.busy) span.busy = busy;
    if (queued > span.queued) span.queued = queued;
  }

  #spanAt(time: number): Span {
    return this.spans[this.#indexOf(time)]!;
  }

  #indexOf(time: number): number {
    return Math.min(Math.floor(time / this.#length), this.spans.length - 1);
  }
}

/** The next length that is easy to read: 1, 2 or 5 times a power of ten of ms, or part of a minute or an hour. */
const niceLength = (least: number): number => {
  const seconds = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 86_400];
  const lengths = [1, 2, 5, 10, 20, 50, 100, 200, 500, ...seconds.map((each) => each * 1000)];
  return lengths.find((each) => each >= least) ?? Math.ceil(least / 86_400_000) * 86_400_000;
};
