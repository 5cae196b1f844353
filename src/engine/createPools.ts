import { Resources } from '../pool/Resources.js';
import { WorkerPool } from '../pool/WorkerPool.js';
import type { Settings } from './config.js';
import type { Telling } from './createTelling.js';

/** @internal */
export interface Pools<R> {
  readonly resources: Resources<R>;
  /** The workers that serve the lanes. */
  readonly workers: WorkerPool<R>;
  /** The resources for `runTask`. */
  readonly spares: WorkerPool<R>;
}

/**
 * The workers and the resources for `runTask`, with the events of both.
 *
 * @internal
 */
export const createPools = <R>(
  settings: Settings<R>,
  { outbox, emit }: Pick<Telling<never>, 'outbox' | 'emit'>,
): Pools<R> => {
  const { scheduler } = settings;
  const resources = new Resources<R>({
    ...settings,
    onFailed: (operation, error) => {
      emit({ type: 'resourceFailed', time: scheduler.now(), operation, error });
      outbox.flush();
    },
  });
  const workers = new WorkerPool<R>({
    resources,
    scheduler,
    outbox,
    onStarted: ({ id }) => emit({ type: 'workerStarted', time: scheduler.now(), worker: id }),
    onStopped: ({ id, broken }, reason) =>
      emit({ type: 'workerStopped', time: scheduler.now(), worker: id, reason, ...broken }),
  });
  const spares: WorkerPool<R> = new WorkerPool<R>({
    resources,
    scheduler,
    outbox,
    onCount: () => {
      const { up: ready, available } = spares;
      emit({ type: 'resources', time: scheduler.now(), ready, available });
    },
  });
  return { resources, workers, spares };
};
