import type { Outcome, Settings } from '../settings.js';

/** Tried settings. */
export interface Trial {
  readonly settings: Settings;
  readonly outcome: Outcome;
  /** The distance from the targets. At most 1 meets the targets. */
  readonly distance: number;
}

/** Orders trials: what meets the targets by cost, then the rest by distance. */
export const byMerit = (a: Trial, b: Trial): number =>
  Math.max(1, a.distance) - Math.max(1, b.distance) || a.outcome.cost - b.outcome.cost;
