import { Observable, type MonoTypeOperatorFunction, type Subscription } from 'rxjs';
import type { Outbox } from '../events/Outbox.js';
import { TaskManagerStoppedError } from '../events/errors.js';
import { HandlerSubscriber } from '../rx/HandlerSubscriber.js';
import type { Job } from '../tasks/Job.js';
import type { TaskRunner } from '../tasks/TaskRunner.js';
import type { Lifecycle } from './Lifecycle.js';
import type { QueueLimit } from './QueueLimit.js';

/** @internal */
export interface AdmitOptions<R, E> {
  lifecycle: Lifecycle;
  runner: TaskRunner<R, E>;
  outbox: Outbox;
  /** Emits when a task of `runTask` holds its place no more. */
  directLeft$: Observable<unknown>;
  /** Completes when the source may be subscribed to. */
  isUp$: Observable<unknown>;
  /** For how long there is an engine that answers. */
  engine: Subscription;
  /** Is called when a task does not start at once. */
  autoscaler: { onWaiting: () => void };
  /** Says who has to go when one more comes than may wait; `undefined` if any number may. */
  queueLimit: QueueLimit<R, E> | undefined;
  /** The source has failed. */
  onError: (error: unknown) => void;
}

/**
 * Takes tasks in. Those that are to wait for their turn are passed on; those of `runTask` start by themselves. It
 * completes once no more are taken in and no task of `runTask` is under way. Tasks that come later are refused for as
 * long as there is an engine.
 *
 * @internal
 */
export const admit =
  <R, E>(options: AdmitOptions<R, E>): MonoTypeOperatorFunction<Job<R, E>> =>
  (jobs$) =>
    new Observable((output) => {
      const { lifecycle, runner, outbox, queueLimit, autoscaler } = options;
      const { directLeft$, isUp$, engine, onError } = options;
      /** How many tasks of `runTask` are under way. */
      let direct = 0;

      const hasRoom = (job: Job<R, E>, queueLimit: QueueLimit<R, E>): boolean => {
        // One that is cancelled already takes no place.
        const waits = !job.direct && !job.options.signal?.aborted;
        const victim = waits ? queueLimit.victimOf(job) : undefined;
        if (victim) runner.refuse(victim, job, queueLimit.limit);
        return victim !== job;
      };
      const take = (job: Job<R, E>): void => {
        if (job.direct) direct++;
        if (runner.accept(job)) output.next(job);
        if (job.state !== 'waiting') return;
        queueLimit?.note(job);
        autoscaler.onWaiting();
      };
      const accept = (job: Job<R, E>): void => {
        if (!lifecycle.takesTasks) return job.refuse(new TaskManagerStoppedError());
        if (!queueLimit || hasRoom(job, queueLimit)) take(job);
        outbox.flush();
      };
      const stop = (): void => {
        lifecycle.apply('stop');
        outbox.flush();
      };
      const completeOnceStopped = (): void => {
        if (lifecycle.state === 'stopping' && direct === 0) output.complete();
      };

      const arrivals = new HandlerSubscriber<Job<R, E>>(output, {
        next: accept,
        error: onError,
        complete: stop,
      });
      engine.add(arrivals);
      output.add(lifecycle.state$.subscribe(completeOnceStopped));
      output.add(
        directLeft$.subscribe(() => {
          direct--;
          completeOnceStopped();
        }),
      );
      engine.add(isUp$.subscribe({ complete: () => jobs$.subscribe(arrivals) }));
    });
