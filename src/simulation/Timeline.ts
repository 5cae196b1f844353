/** The state of the pool at a moment of a simulation. */
export interface TimelinePoint {
  /** In ms since the first arrival. */
  readonly time: number;
  /** Workers that are starting or up, and workers that end a task before they leave. */
  readonly workers: number;
  /** Workers that have a task. */
  readonly busy: number;
  /** Tasks that wait, as `Load.queued`. */
  readonly queued: number;
  /** Arrivals per second since the previous point, or since the start. */
  readonly arrivalRate: number;
  /** Completions per second since the previous point. A failed task does not count. */
  readonly completionRate: number;
}

/** A point without its rates, which need the previous point. Arrivals and completions count from the start. */
export interface Snapshot {
  readonly workers: number;
  readonly busy: number;
  readonly queued: number;
  readonly arrived: number;
  readonly completed: number;
}

/** The greatest number of points. With more points, every other one is dropped. */
const GREATEST_LENGTH = 1000;

/**
 * Snapshots at equal distances. The distance is a power of two, in ms. It doubles whenever the number of
 * snapshots reaches its bound.
 */
export class Timeline {
  #every = 1;
  #next = 1;
  #snapshots: (Snapshot & { time: number })[] = [];

  /** Time moves to `time`. Until then, the state is the one that `read` returns. */
  passTo(time: number, read: () => Snapshot): void {
    if (time <= this.#next) return;
    const snapshot = read();
    while (this.#next < time) this.#add(this.#next, snapshot);
  }

  /** All points. The last point is at `end`. */
  finish(end: number, last: Snapshot): readonly TimelinePoint[] {
    this.passTo(end, () => last);
    let before = { time: 0, arrived: 0, completed: 0 };
    return [...this.#snapshots, { ...last, time: end }].map((each) => {
      const { time, workers, busy, queued, arrived, completed } = each;
      const perSecond = (count: number): number =>
        time > before.time ? (count / (time - before.time)) * 1000 : 0;
      const arrivalRate = perSecond(arrived - before.arrived);
      const completionRate = perSecond(completed - before.completed);
      before = each;
      return { time, workers, busy, queued, arrivalRate, completionRate };
    });
  }

  #add(time: number, snapshot: Snapshot): void {
    this.#snapshots.push({ ...snapshot, time });
    if (this.#snapshots.length >= GREATEST_LENGTH) {
      this.#every *= 2;
      this.#snapshots = this.#snapshots.filter((each) => each.time % this.#every === 0);
    }
    this.#next = (Math.floor(time / this.#every) + 1) * this.#every;
  }
}
