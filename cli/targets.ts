import type { Summary } from 'rx-tasker/simulation';
import { formatDuration, parseDuration } from './durations.js';
import { UsageError } from './errors.js';

const measures = ['mean', 'p50', 'p95', 'p99', 'max'] as const;

/** The limit of a measure of the waits, in ms. */
export interface Target {
  readonly measure: (typeof measures)[number];
  readonly limit: number;
}

/**
 * @param text - as in `p99=500ms` or `p50=20ms,max=2s`
 * @throws UsageError
 */
export const parseTargets = (text: string): readonly Target[] =>
  text.split(',').map((part) => {
    const [name, value, ...rest] = part.split('=').map((side) => side.trim());
    const measure = measures.find((each) => each === name?.toLowerCase());
    const limit = parseDuration(value ?? '');
    if (measure && limit !== undefined && rest.length === 0) return { measure, limit };
    throw new UsageError(
      `--slo ${text}: expected a measure of the waits (${measures.join(', ')}) and a limit, as in p99=500ms`,
    );
  });

export const describeTargets = (targets: readonly Target[]): string =>
  targets.map(({ measure, limit }) => `${measure} <= ${formatDuration(limit)}`).join(' and ');

/** The distance of waits from the targets: at most 1 if all are met, 2 if the worst is twice its limit. */
export const distance = (wait: Summary, targets: readonly Target[]): number =>
  // 0/0 meets a limit of 0.
  Math.max(0, ...targets.map(({ measure, limit }) => wait[measure] / limit || 0));

export const meets = (wait: Summary, targets: readonly Target[]): boolean =>
  distance(wait, targets) <= 1;
