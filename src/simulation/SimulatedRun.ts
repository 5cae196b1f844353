import type { Due, HeapScheduler } from './HeapScheduler.js';
import type { Task } from './readTasks.js';

/**
 * An attempt of a task that does nothing and takes its time. A thenable is the cheapest result that a manager
 * can follow, since it needs no Observable. This thenable is also the action of the scheduler.
 */
export class SimulatedRun implements PromiseLike<void>, Due {
  time = 0;
  order = 0;
  readonly closed = false;
  readonly #task: Task;
  readonly #scheduler: HeapScheduler;
  #resolve: (() => unknown) | null | undefined;
  #reject: ((error: unknown) => unknown) | null | undefined;

  constructor(task: Task, scheduler: HeapScheduler) {
    this.#task = task;
    this.#scheduler = scheduler;
  }

  then<A = void, B = never>(
    resolve?: (() => A | PromiseLike<A>) | null,
    reject?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): PromiseLike<A | B> {
    this.#resolve = resolve;
    this.#reject = reject;
    this.#scheduler.add(this, this.#task.duration);
    return NOTHING_FOLLOWS;
  }

  fire(): void {
    const { fails } = this.#task;
    if (fails === undefined) this.#resolve?.();
    else this.#reject?.(fails);
  }
}

const NOTHING_FOLLOWS: PromiseLike<never> = { then: () => NOTHING_FOLLOWS };
