import { statsFold, type TaskEvent } from 'rx-tasker';
import { Reversals } from './Reversals.js';
import { Samples } from './Samples.js';
import { Timeline, type Snapshot } from './Timeline.js';
import type { SimulationReport } from './types.js';

/** What a simulation tells of its tasks, its workers and its time. */
export type SimulationMeter = Omit<Meter, 'report'>;

/**
 * Folds the events of a simulation, and the lives of its workers, into the report. What waits and runs is in the stats.
 * `loadFold` has arrivals and ends too, but would take a tenth of the time of a simulation (measured).
 */
export class Meter {
  readonly #stats = statsFold({ workerCount: 1 });
  /** The number of the latest task. Tasks are numbered in the order of arrival. */
  #arrived = 0;
  #failed = 0;
  readonly #waits = new Map<number, Samples>();
  readonly #timeline = new Timeline();
  readonly #read = (): Snapshot => this.#snapshot();
  #busyTime = 0;
  #workload = 0;
  /** All workers that are paid for. */
  #workers = 0;
  /** Of `#workers`, the starting ones that are not given up. */
  #starting = 0;
  /** Of `#workers`, those that the pool gave up while they started. They are released when they are up. */
  #givenUp = 0;
  /** Workers that are about to be released for another reason. */
  #leaving = 0;
  #workersStarted = 0;
  #peakWorkers = 0;
  #workerTime = 0;
  #lastChange = 0;
  #scaleActions = 0;
  readonly #reversals = new Reversals();

  /** The number of tasks that have arrived and not ended. */
  get unfinished(): number {
    const { queued, busy } = this.#levels();
    return queued + busy;
  }

  /** Time moves to `time`. */
  passTo(time: number): void {
    this.#timeline.passTo(time, this.#read);
  }

  apply(event: TaskEvent): void {
    this.#stats.apply(event);
    switch (event.type) {
      case 'arrived':
        this.#arrived = event.id;
        break;
      case 'completed':
        this.#waitsOf(event.priority).add(event.startedAt - event.queuedAt);
        this.#busyTime += event.finishedAt - event.startedAt;
        break;
      case 'failed':
        this.#failed++;
        if (!event.delayed) this.#busyTime += event.finishedAt - event.startedAt;
        break;
      case 'retried':
        this.#busyTime += event.finishedAt - event.startedAt;
        break;
      case 'workerStarted':
        this.#starting--;
        break;
      case 'workerStopped':
        this.#leaving++;
        break;
      case 'scaled':
        this.#scale(event.to - event.from);
        break;
      default:
    }
  }

  /** A task of `duration` arrives. */
  addWork(duration: number): void {
    this.#workload += duration;
  }

  /** A worker is made, and is paid for from now on. */
  startWorker(time: number): void {
    this.#setWorkers(this.#workers + 1, time);
    this.#starting++;
    this.#workersStarted++;
    this.#peakWorkers = Math.max(this.#peakWorkers, this.#workers - this.#givenUp);
  }

  /** A worker is released. */
  stopWorker(time: number): void {
    this.#setWorkers(this.#workers - 1, time);
    if (this.#leaving > 0) this.#leaving--;
    else this.#givenUp--;
  }

  /** The report, after the end of the last task. */
  report(end: number): SimulationReport {
    this.#setWorkers(this.#workers, end);
    const byPriority = [...this.#waits].sort(([a], [b]) => b - a);
    return {
      tasks: this.#arrived,
      duration: end,
      wait: Samples.summariseAll(byPriority.map(([, waits]) => waits)),
      waitByPriority: new Map(byPriority.map(([priority, waits]) => [priority, waits.summarise()])),
      workerSeconds: this.#workerTime / 1000,
      busySeconds: this.#busyTime / 1000,
      costRatio: this.#workload > 0 ? this.#workerTime / this.#workload : 0,
      workersStarted: this.#workersStarted,
      scaleActions: this.#scaleActions,
      reversals: this.#reversals.count,
      peakWorkers: this.#peakWorkers,
      timeline: this.#arrived > 0 ? this.#timeline.finish(end, this.#snapshot()) : [],
    };
  }

  #levels(): { queued: number; busy: number } {
    const { queuedTasks, priorityTasks, delayedTasks, busyWorkers } = this.#stats.read();
    return { queued: queuedTasks + priorityTasks + delayedTasks, busy: busyWorkers };
  }

  #waitsOf(priority: number): Samples {
    let waits = this.#waits.get(priority);
    if (!waits) this.#waits.set(priority, (waits = new Samples()));
    return waits;
  }

  #scale(change: number): void {
    this.#scaleActions++;
    this.#reversals.add(change);
    const { activeWorkers, busyWorkers } = this.#stats.read();
    const idle = activeWorkers - busyWorkers; // these leave first
    const givenUp = Math.min(this.#starting, Math.max(0, -change - idle));
    this.#starting -= givenUp;
    this.#givenUp += givenUp;
  }

  #setWorkers(count: number, time: number): void {
    this.#workerTime += this.#workers * (time - this.#lastChange);
    this.#lastChange = time;
    this.#workers = count;
  }

  #snapshot(): Snapshot {
    const { queued, busy } = this.#levels();
    const arrived = this.#arrived;
    const completed = arrived - queued - busy - this.#failed; // no task is cancelled
    return { workers: this.#workers - this.#givenUp, busy, queued, arrived, completed };
  }
}
