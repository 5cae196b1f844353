import { endsOf, type GivenLoad } from './ends.js';

/**
 * The number of workers that lets all tasks start within `horizon` ms: those that wait, and those that will
 * arrive within that time.
 *
 * @param arrivalRate - tasks per second
 * @internal
 */
export const offeredLoad = (load: GivenLoad, arrivalRate: number, horizon: number): number => {
  const { meanExecutionTime, queued, busy } = load;
  const inSystem = busy + queued;
  if (endsOf(load) === 0) return inSystem;
  const arriving = (arrivalRate * horizon) / 1000;
  return ((inSystem + arriving) * meanExecutionTime) / (meanExecutionTime + horizon);
};

/** @internal */
export const withMargin = (offered: number, factor: number): number =>
  Math.ceil(offered + factor * Math.sqrt(offered));
