import type { Comparison } from '../../../cli/compare/compare.js';
import { parsePolicy } from '../../../cli/policies.js';

type Row = readonly [policy: string, cost: number, p99: number, isOnFrontier: boolean];

/** A comparison with these results, and a curve of the clairvoyant at 0, 1 s and 30 s. */
export const comparisonOf = (rows: readonly Row[]): Comparison => ({
  startup: 0,
  results: rows.map(([policy, cost, p99, isOnFrontier]) => ({
    settings: {
      ...{ base: 1, max: 9, startup: 0, interval: 100, rateWindow: 10_000 },
      policy: parsePolicy(policy),
    },
    outcome: {
      ...{ tasks: 1, duration: 1, waitByPriority: new Map(), busySeconds: 1, workerSeconds: cost },
      ...{ workersStarted: 1, scaleActions: 0, reversals: 0, peakWorkers: 1 },
      ...{ cost, costRatio: cost, wait: { mean: p99, p50: p99, p95: p99, p99, max: p99 } },
    },
    isPlain: policy === 'squareRootStaffing',
    isOnFrontier,
    overClairvoyant: undefined,
  })),
  curve: [
    [0, 1.4],
    [1000, 1.2],
    [30_000, 1.1],
  ].map(([wait, costRatio]) => ({
    ...{ wait: wait!, costRatio: costRatio!, workerSeconds: costRatio!, leastSeconds: costRatio! },
    ...{ workersStarted: 1, peakWorkers: 1 },
  })),
});
