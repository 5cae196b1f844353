import { from, last, type Observable } from 'rxjs';
import { createMetricsCollector, quantiles } from '../../src/index.js';
import { exponential, uniform } from '../support/random.js';
import { report, sized } from '../support/soak.js';

const COUNT = sized(100_000, 1_000_000);
const PS = [0.5, 0.95, 0.99] as const;

/** The greatest distance of the rank of an estimate from the wanted rank. */
const GREATEST_ERROR = 0.002;

const random = uniform(7);
const make = (next: (index: number) => number): Float64Array =>
  Float64Array.from({ length: COUNT }, (_, index) => next(index));

const inputs = {
  uniform: () => make(() => 1000 * random()),
  exponential: () => make(() => exponential(random, 100)),
  // Fast and slow tasks without a middle: 80 % around 10 ms, 20 % around 1000 ms.
  bimodal: () => make(() => (random() < 0.8 ? 5 + 10 * random() : 900 + 200 * random())),
  // Narrow, with 1.5 % far below and 1.5 % far above.
  tailed: () => {
    const tails = [() => 10 ** (-6 + 6 * random()), () => 10 ** (3 + 6 * random())];
    return make(() => (tails[Math.floor(random() / 0.015)] ?? (() => 100 + random() / 2))());
  },
  narrow: () => make(() => 100 + random() / 2),
  'nearly constant': () => make(() => 100 + 1e-9 * random()),
  constant: () => make(() => 42),
  'often zero': () => make(() => (random() < 0.7 ? 0 : exponential(random, 50))),
  'mostly zero': () => make(() => (random() < 0.97 ? 0 : exponential(random, 50))),
  'five different': () => make(() => Math.floor(5 * random())),
  rounded: () => make(() => Math.round(exponential(random, 10))),
  ascending: () => make((index) => index),
  descending: () => make((index) => COUNT - index),
};

/** The distance of `p` from the ranks of `value`, which go from its least to its greatest equal. */
const rankError = (sorted: Float64Array, value: number, p: number): number => {
  const below = countWhile(sorted, (each) => each < value) / sorted.length;
  const upTo = countWhile(sorted, (each) => each <= value) / sorted.length;
  return Math.max(0, below - p, p - upTo);
};

const countWhile = (sorted: Float64Array, test: (value: number) => boolean): number => {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (test(sorted[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
};

const ofQuantiles = (values: Float64Array): readonly number[] => {
  let result: readonly number[] = [];
  const values$: Observable<number> = from(values);
  values$.pipe(quantiles(PS, { every: 10_000 }), last()).subscribe((each) => (result = each));
  return result;
};

const ofCollector = (values: Float64Array): readonly number[] => {
  const collector = createMetricsCollector({ rateWindow: 1000, scheduler: { now: () => 0 } });
  for (const value of values) {
    collector.recordCompletion({ queuedAt: 0, startedAt: value, finishedAt: 2 * value });
  }
  const metrics = collector.metrics();
  expect(metrics.totalTasksCompleted).toBe(COUNT);
  expect(metrics.averageExecutionTime).toBeCloseTo(
    values.reduce((sum, each) => sum + each) / COUNT,
    5,
  );
  expect(metrics.minExecutionTime).toBe(values.reduce((a, b) => Math.min(a, b)));
  expect(metrics.maxExecutionTime).toBe(values.reduce((a, b) => Math.max(a, b)));
  // The waits have the same values.
  expect(metrics.p95WaitTime).toBe(metrics.p95ExecutionTime);
  expect(metrics.p99WaitTime).toBe(metrics.p99ExecutionTime);
  return [metrics.p50ExecutionTime, metrics.p95ExecutionTime, metrics.p99ExecutionTime];
};

const estimates: Record<string, (values: Float64Array) => readonly number[]> = {
  'quantiles()': ofQuantiles,
  'createMetricsCollector()': ofCollector,
};

const percent = (error: number | undefined): number => Number((100 * (error ?? NaN)).toFixed(4));

const table: object[] = [];

describe.each(Object.keys(estimates))('a percentile of %s', (name) => {
  it.each(Object.keys(inputs) as (keyof typeof inputs)[])(
    'is within 0.2 %% of its rank for %s values',
    (input) => {
      const values = inputs[input]();
      const found = estimates[name]!(values);
      const sorted = values.toSorted();
      const errors = PS.map((p, index) => rankError(sorted, found[index]!, p));
      const [p50, p95, p99] = errors;
      table.push({
        of: name,
        input,
        'p50 %': percent(p50),
        'p95 %': percent(p95),
        'p99 %': percent(p99),
      });
      expect(Math.max(...errors)).toBeLessThan(GREATEST_ERROR);
    },
  );
});

afterAll(() => report(`Percentiles of ${COUNT} values: errors of the ranks`, table));
