import type { SchedulerLike } from 'rxjs';
import { checkMethods, checkObject, checkWindow } from '../checks/check.js';
import type { Fold } from './fold.js';

/** The options of a fold that has rates. */
export interface TimedFoldOptions {
  /**
   * The window of the rates, in ms, >= 0.1.
   *
   * @default 10_000
   */
  rateWindow?: number | undefined;
  /**
   * Gives the time of a read. It must be the clock of the events: the manager's scheduler.
   *
   * @default the time of the latest event
   */
  scheduler?: Pick<SchedulerLike, 'now'> | undefined;
}

/**
 * Into how many steps the window of a rate is divided.
 *
 * @internal
 */
export const RATE_RESOLUTION = 100;

/**
 * Checks the options, and makes the fold that they are for.
 *
 * @param create - makes a fold that counts its rates from `now()` on
 * @internal
 */
export const timedFold = <S>(
  options: TimedFoldOptions,
  create: (rateWindow: number, now: () => number) => Fold<S>,
): Fold<S> => {
  checkObject('options', options);
  const { rateWindow = 10_000, scheduler } = options;
  checkWindow('rateWindow', rateWindow);
  if (scheduler === undefined) return byEventTime((now) => create(rateWindow, now));
  checkMethods('scheduler', scheduler, ['now']);
  return create(rateWindow, () => scheduler.now());
};

/** A fold whose time is that of the latest event, and begins with the first one. */
const byEventTime = <S>(create: (now: () => number) => Fold<S>): Fold<S> => {
  let time = 0;
  const now = (): number => time;
  let begun: Fold<S> | undefined;
  return {
    apply: (event) => {
      time = event.time;
      begun ??= create(now);
      begun.apply(event);
    },
    read: () => (begun ?? create(now)).read(),
  };
};
