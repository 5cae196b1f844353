/** The state of the pool at a moment of a simulation. */
export interface TimelinePoint {
  /** In ms since the first arrival. */
  readonly time: number;
  /** Workers that start, are up, or have a task to end before they leave. */
  readonly workers: number;
  /** Workers that have a task. */
  readonly busy: number;
  /** Tasks that wait. */
  readonly queued: number;
  /** Tasks per second that arrived since the point before, or since the start. */
  readonly arrivalRate: number;
  /** Tasks per second that ended since the point before, failed ones included. */
  readonly completionRate: number;
}

/** What of a point is known without its neighbour. Arrivals and ends are counted from the start. */
export interface Snapshot {
  readonly workers: number;
  readonly busy: number;
  readonly queued: number;
  readonly arrived: number;
  readonly ended: number;
}

/** How many points there may be; when there are more, every other one is given up. */
const GREATEST_LENGTH = 1000;

/**
 * Snapshots at equal distances, which double as often as it takes for their number to stay below a bound: the
 * distance is a power of two, in ms.
 */
export class Timeline {
  #every = 1;
  #next = 1;
  #snapshots: (Snapshot & { time: number })[] = [];

  /** Time goes on to `time`, and until then it was as `read` says. */
  passTo(time: number, read: () => Snapshot): void {
    if (time <= this.#next) return;
    const snapshot = read();
    while (this.#next < time) this.#add(this.#next, snapshot);
  }

  /** All points, the last one of them at `end`. */
  finish(end: number, last: Snapshot): readonly TimelinePoint[] {
    this.passTo(end, () => last);
    let before = { time: 0, arrived: 0, ended: 0 };
    return [...this.#snapshots, { ...last, time: end }].map((each) => {
      const { time, workers, busy, queued, arrived, ended } = each;
      const perSecond = (count: number): number =>
        time > before.time ? (count / (time - before.time)) * 1000 : 0;
      const arrivalRate = perSecond(arrived - before.arrived);
      const completionRate = perSecond(ended - before.ended);
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
