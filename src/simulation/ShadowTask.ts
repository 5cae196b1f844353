import type { TaskEvent, TaskEventBase } from 'rx-tasker';
import { errorName } from './errorName.js';
import { timeOnWorkers, type Begun } from './timeOnWorkers.js';

/** An event of a task. */
export type EventOfTask = Extract<TaskEvent, TaskEventBase>;

/** What `shadow` remembers of a task of a live manager. Times are in ms by the manager's clock. */
export class ShadowTask implements Begun {
  startedAt = 0;
  spent = 0;
  /** The name of the error that it failed with. */
  fails: string | undefined;
  readonly priority: number;
  readonly queuedAt: number;
  #state: 'waits' | 'runs' | 'ended' | 'leftNoTrace' = 'waits';
  /** Its time in the lanes, up to `#waitsSince`. */
  #waited = 0;
  /** When it came into its lane, if it waits. */
  #waitsSince: number;
  #firstStart = Infinity;
  #endedAt = Infinity;

  constructor({ queuedAt, priority }: EventOfTask) {
    this.priority = priority;
    this.queuedAt = queuedAt;
    this.#waitsSince = queuedAt;
  }

  get hasEnded(): boolean {
    return this.#state === 'ended';
  }

  /** Whether it was cancelled before it ran. */
  get leftNoTrace(): boolean {
    return this.#state === 'leftNoTrace';
  }

  /** Whether it had started at a moment. */
  hadStarted(time: number): boolean {
    return this.#firstStart < time;
  }

  /** Whether it had ended at a moment. */
  hadEnded(time: number): boolean {
    return this.#endedAt <= time || this.leftNoTrace;
  }

  /** Returns whether the task has ended. */
  apply(event: EventOfTask): boolean {
    switch (event.type) {
      case 'arrived':
        return false;
      case 'started':
        this.#state = 'runs';
        this.startedAt = event.startedAt;
        this.#waited += event.startedAt - this.#waitsSince;
        this.#firstStart = Math.min(this.#firstStart, event.startedAt);
        return false;
      case 'retried':
        this.#worked(event);
        this.#state = 'waits';
        this.#waitsSince = event.time;
        return false;
      case 'requeued':
        this.#waitsSince = event.time; // the delay was no wait for a worker
        return false;
      case 'failed':
        this.fails = errorName(event.error);
        break;
      default:
    }
    this.#worked(event);
    this.#state = this.#firstStart === Infinity ? 'leftNoTrace' : 'ended';
    this.#endedAt = event.time;
    return true;
  }

  #worked(event: Exclude<EventOfTask, { type: 'arrived' | 'started' | 'requeued' }>): void {
    if (event.type !== 'cancelled') this.#firstStart = Math.min(this.#firstStart, event.startedAt);
    this.spent = timeOnWorkers(event, this.#firstStart === Infinity ? undefined : this);
  }

  /** Its time in the lanes until a moment that is not before its latest event. */
  waitUntil(time: number): number {
    return this.#state === 'waits' ? this.#waited + time - this.#waitsSince : this.#waited;
  }

  /** Its time on workers until a moment that is not before its latest event. */
  workUntil(time: number): number {
    return this.#state === 'runs' ? this.spent + time - this.startedAt : this.spent;
  }

  /** How much of `work` was done before a moment. Its attempts count as if there were no wait between them. */
  workBefore(time: number, work: number): number {
    return Math.min(work, Math.max(0, time - this.#firstStart));
  }
}
