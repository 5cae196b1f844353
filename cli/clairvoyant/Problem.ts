/** What is to be scheduled. Times are in ms from the first arrival. */
export interface Problem {
  /** The times of arrival, in ascending order; at least one. */
  readonly at: Float64Array;
  readonly duration: Float64Array;
  readonly base: number;
  readonly max: number;
  readonly startup: number;
  readonly startCost: number;
  readonly wait: number;
}

/** Until then at least the base workers are paid: no schedule ends earlier. */
export const earliestEnd = ({ at, duration }: Problem): number =>
  at.reduce((latest, start, i) => Math.max(latest, start + duration[i]!), 0);
