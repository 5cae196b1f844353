import type { Job } from './Job.js';

/**
 * Jobs in the order in which they came, with O(1) removal. It is linked through the jobs themselves: a Map or Set
 * of all that waits would have an entry for each, and be copied whenever it grows.
 *
 * @internal
 */
export class JobList<R, E> implements Iterable<Job<R, E>> {
  #first: Job<R, E> | undefined;
  #last: Job<R, E> | undefined;

  get isEmpty(): boolean {
    return this.#first === undefined;
  }

  add(job: Job<R, E>): void {
    job.previous = this.#last;
    if (this.#last) this.#last.next = job;
    else this.#first = job;
    this.#last = job;
  }

  /** The job must be in the list. */
  remove(job: Job<R, E>): void {
    const { previous, next } = job;
    if (previous) previous.next = next;
    else this.#first = next;
    if (next) next.previous = previous;
    else this.#last = previous;
    job.previous = undefined;
    job.next = undefined;
  }

  *[Symbol.iterator](): Iterator<Job<R, E>> {
    for (let job = this.#first; job; job = job.next) yield job;
  }
}
