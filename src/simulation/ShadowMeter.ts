import type { TaskEvent, Why } from 'rx-tasker';
import type { SimulationMeter } from './Meter.js';
import type { RecordedWindow } from './Recording.js';
import { Reversals } from './Reversals.js';
import { Samples } from './Samples.js';
import type { ShadowFigures } from './shadowTypes.js';

/** Measures the simulation of a window. Its times are those of the manager's clock. */
export class ShadowMeter implements SimulationMeter {
  /** The number of tasks that have arrived and not ended. */
  unfinished = 0;
  readonly #window: RecordedWindow;
  readonly #base: number;
  readonly #reversals = new Reversals();
  /** The wait of each task, carried ones first: until it starts, that of a task that does not start. */
  readonly #waits: Float64Array;
  #target: number;
  #why: Why | undefined;
  /** All workers that are paid for. */
  #workers = 0;
  #workersStarted = 0;
  #workerTime = 0;
  #paidUntil: number;

  constructor(window: RecordedWindow, base: number) {
    const { carried, tasks, from, to } = window;
    this.#window = window;
    this.#base = base;
    this.#target = base;
    this.#paidUntil = from;
    this.#waits = new Float64Array(carried.length + tasks.length);
    tasks.forEach(({ queuedAt }, i) => {
      this.#waits[carried.length + i] = to - Math.max(from, queuedAt);
    });
  }

  apply(event: TaskEvent): void {
    switch (event.type) {
      case 'arrived':
        this.unfinished++;
        break;
      case 'started':
        this.#waits[event.id - 1] = event.startedAt - event.queuedAt;
        break;
      case 'completed':
      case 'failed':
        this.unfinished--;
        break;
      case 'scaled':
        this.#target = event.to;
        this.#why = event.why;
        this.#reversals.add(event.to - event.from);
        break;
      default:
    }
  }

  startWorker(time: number): void {
    this.#payUntil(time);
    this.#workers++;
    this.#workersStarted++;
  }

  stopWorker(time: number): void {
    this.#payUntil(time);
    this.#workers--;
  }

  passTo(): void {
    // There is no timeline.
  }

  addWork(): void {
    // All simulations of a window have the same work.
  }

  read(): ShadowFigures {
    const { to, work, carried } = this.#window;
    this.#payUntil(to);
    const waits = new Samples();
    for (const wait of this.#waits.subarray(carried.length)) waits.add(wait);
    return {
      workers: this.#target,
      why: this.#why,
      workerSeconds: this.#workerTime / 1000,
      costRatio: work > 0 ? this.#workerTime / work : 0,
      wait: waits.summarise(),
      workersStarted: this.#workersStarted - this.#base,
      reversals: this.#reversals.count,
    };
  }

  #payUntil(time: number): void {
    if (time <= this.#paidUntil) return;
    this.#workerTime += this.#workers * (time - this.#paidUntil);
    this.#paidUntil = time;
  }
}
