import type { Observer } from 'rxjs';
import type { TaskEvent } from '../events/events.js';
import { Outbox } from '../events/Outbox.js';
import { LoadMeter } from '../folds/LoadMeter.js';
import { logEvent } from '../folds/logger.js';
import type { StatsFold } from '../folds/stats.js';
import type { Settings } from './config.js';

/**
 * How the engine tells of what it has decided.
 *
 * @internal
 */
export interface Telling<E> {
  readonly outbox: Outbox;
  readonly stats: StatsFold;
  readonly load: LoadMeter;
  /** Adds an event to what is to be told. */
  readonly emit: (event: TaskEvent<E>) => void;
}

/**
 * Every step ─▶ events ─▶ folds: stats, load, metrics, log ─▶ output. The folds are right at every event that is told,
 * and hold what was told so far.
 *
 * @internal
 */
export const createTelling = <E>(
  settings: Pick<Settings<never>, 'metrics' | 'logger' | 'rateWindow' | 'scheduler'>,
  stats: StatsFold,
  output: Observer<TaskEvent<E>>,
): Telling<E> => {
  const { metrics, logger, rateWindow, scheduler } = settings;
  const outbox = new Outbox();
  const load = new LoadMeter(stats, rateWindow, scheduler.now());
  const tell = (event: TaskEvent<E>): void => {
    stats.apply(event);
    load.apply(event);
    metrics.apply(event);
    if (logger) logEvent(logger, event);
    output.next(event);
  };
  return { outbox, stats, load, emit: (event) => outbox.add(tell, event) };
};
