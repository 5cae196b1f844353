import type { Load } from './Load.js';

/**
 * The number of workers that lets all tasks start within `horizon` ms: those that wait, and those that will
 * arrive within that time.
 *
 * @param arrivalRate - tasks per second
 * @internal
 */
export const offeredLoad = (
  { meanExecutionTime, completed, queued, busy }: Load,
  arrivalRate: number,
  horizon: number,
): number => {
  const inSystem = busy + queued;
  if (completed === 0) return inSystem;
  const arriving = (arrivalRate * horizon) / 1000;
  return ((inSystem + arriving) * meanExecutionTime) / (meanExecutionTime + horizon);
};

/** @internal */
export const withMargin = (offered: number, factor: number): number =>
  Math.ceil(offered + factor * Math.sqrt(offered));
