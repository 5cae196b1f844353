import { formatClock, formatDuration, formatNumber, plural } from '../durations.js';
import type { Trial } from '../search/trial.js';
import type { SweepStep } from '../sweep.js';
import type { Target } from '../targets.js';
import { percentilePlace, type Chart, type Series } from './chart.js';
import type { Span } from './Recorder.js';

/** The charts of a simulation over time: workers, queue, rates and waits. */
export const chartsOverTime = (spans: readonly Span[], targets: readonly Target[]): Chart[] => {
  const x = {
    name: 'time',
    quantity: 'clock',
    values: spans.map(({ start }) => start / 1000),
  } as const;
  const levels = (of: (span: Span) => number): number[] => spans.map(of);
  const perSecond = (of: (span: Span) => number): number[] =>
    spans.map((span) => (span.length > 0 ? rounded((of(span) / span.length) * 1000) : 0));
  const busy = levels((span) => span.busy);
  const up = levels((span) => span.up);
  const queued = levels((span) => span.queued);
  const arrivals = perSecond((span) => span.arrived);
  const longest = spans.map(({ waits }) => (waits.length > 0 ? rounded(greatest(waits)) : null));

  return [
    {
      title: 'Workers',
      summary: `Up to ${peak(up, spans)} are up; up to ${peak(busy, spans)} are busy.`,
      x,
      y: 'count',
      series: [
        { name: 'busy', values: busy, style: 'area', colour: 2 },
        { name: 'up', values: up, style: 'level', colour: 1 },
        { name: 'target', values: levels((span) => span.target), style: 'dashed', colour: 3 },
      ],
      limits: [],
    },
    {
      title: 'Tasks waiting',
      summary: `Up to ${peak(queued, spans)}.`,
      x,
      y: 'count',
      series: [{ name: 'waiting', values: queued, style: 'area', colour: 4 }],
      limits: [],
    },
    {
      title: 'Arrivals and completions',
      note: 'per second',
      summary: `Up to ${peak(arrivals, spans)} arrivals per second.`,
      x,
      y: 'rate',
      series: [
        { name: 'arrivals', values: arrivals, style: 'level', colour: 1 },
        {
          name: 'completions',
          values: perSecond((span) => span.completed),
          style: 'level',
          colour: 3,
        },
      ],
      limits: [],
    },
    {
      title: 'Wait by the time of arrival',
      summary: `Up to ${peak(longest, spans, formatDuration)}.`,
      x,
      y: 'time',
      series: [
        { name: 'longest', values: longest, style: 'bars', colour: 5 },
        {
          name: 'median',
          values: spans.map(({ waits }) => (waits.length > 0 ? rounded(median(waits)) : null)),
          style: 'bars',
          colour: 2,
        },
      ],
      limits: targets
        .filter(({ measure }) => measure === 'max')
        .map(({ limit }) => ({ name: 'target of the longest', value: limit })),
    },
  ];
};

/** A chart with more lines is not readable. */
const MOST_LINES = 20;

/** The longest wait of each share of the tasks. Each priority has a line, except when there are many priorities. */
export const waitChart = (
  waitsByPriority: ReadonlyMap<number, readonly number[]>,
  targets: readonly Target[],
): Chart => {
  const lines: Iterable<readonly [number, readonly number[]]> =
    waitsByPriority.size > MOST_LINES
      ? [[0, [...waitsByPriority.values()].flat()]]
      : waitsByPriority;
  const sorted = [...lines]
    .sort(([a], [b]) => b - a)
    .map(([priority, waits]) => ({ priority, waits: Float64Array.from(waits).sort() }));
  const most = greatest(sorted.map(({ waits }) => waits.length));
  const end = Math.max(1, Math.ceil(Math.log10(most)));
  const places = Array.from({ length: end * 24 + 1 }, (_, index) => index / 24);
  const series = sorted.map(({ priority, waits }, index): Series => ({
    name: sorted.length > 1 ? `priority ${priority}` : 'wait',
    values: places.map((place) => {
      const rank = Math.ceil((1 - 10 ** -place) * waits.length - 1e-9);
      // A hundred tasks do not show the wait of one task in a thousand.
      const isKnown = 10 ** place <= waits.length * 1.0001;
      return isKnown ? rounded(waits[Math.max(0, rank - 1)]!) : null;
    }),
    style: 'line',
    colour: (index % 6) + 1,
  }));
  return {
    title: 'Wait by percentile',
    note: 'the longest wait of that share of the tasks',
    summary: 'The table of waits above has the percentiles in figures.',
    x: { name: 'share of the tasks', quantity: 'percentile', values: places.map(rounded) },
    y: 'time',
    series,
    // A target ends at its own percentile.
    limits: targets
      .filter(({ measure }) => measure !== 'mean')
      .map(({ measure, limit }) => ({
        name: `target: ${measure}`,
        value: limit,
        ...(measure !== 'max' && { until: percentilePlace(Number(measure.slice(1)) / 100) }),
      })),
  };
};

/** The charts of a sweep: waits and costs. */
export const sweepCharts = (
  name: string,
  steps: readonly (SweepStep & Pick<Trial, 'outcome'>)[],
  isDuration: boolean,
  targets: readonly Target[],
): Chart[] => {
  const x = {
    name,
    quantity: isDuration ? 'time' : 'count',
    values: steps.map(({ value }) => value),
  } as const;
  const waits = (measure: 'mean' | 'p95' | 'p99'): number[] =>
    steps.map(({ outcome }) => rounded(outcome.wait[measure]));
  return [
    {
      title: `Wait by ${name}`,
      summary: 'The table of settings has the figures.',
      x,
      y: 'time',
      series: (['p99', 'p95', 'mean'] as const).map((measure, index) => ({
        name: measure,
        values: waits(measure),
        style: 'marked',
        colour: [5, 3, 2][index]!,
      })),
      limits: targets.map(({ measure, limit }) => ({ name: `target: ${measure}`, value: limit })),
    },
    {
      title: `Cost by ${name}`,
      summary: 'The table of settings has the figures.',
      x,
      y: 'workerSeconds',
      series: [
        {
          name: 'worker seconds',
          values: steps.map(({ outcome }) => rounded(outcome.workerSeconds)),
          style: 'marked',
          colour: 1,
        },
      ],
      limits: [],
    },
  ];
};

/** The chart of a search: the cost and the wait of each trial. */
export const trialsChart = (trials: readonly Trial[], { measure, limit }: Target): Chart => {
  const waitOf = ({ outcome }: Trial): number => outcome.wait[measure];
  // A pool that never catches up would press all other points against the edge.
  const most = Math.max(4 * limit, 2 * Math.min(...trials.map(waitOf)));
  const shown = trials
    .filter((trial) => waitOf(trial) <= most)
    .sort((a, b) => waitOf(a) - waitOf(b));
  const beyond = trials.length - shown.length;
  const cost = (isMet: boolean): (number | null)[] =>
    shown.map(({ outcome, distance }) =>
      distance <= 1 === isMet ? rounded(outcome.workerSeconds) : null,
    );
  return {
    title: 'Settings that were tried',
    note:
      `worker seconds by ${measure} wait` +
      (beyond > 0 ? `; ${beyond} more, beyond ${formatDuration(most)}, are left out` : ''),
    summary: `${plural(shown.length, 'setting')}, each by its ${measure} wait and its worker seconds.`,
    x: { name: `${measure} wait`, quantity: 'time', values: shown.map(waitOf) },
    y: 'workerSeconds',
    series: [
      { name: 'meets the target', values: cost(true), style: 'points', colour: 2 },
      { name: 'does not', values: cost(false), style: 'points', colour: 5 },
    ],
    limits: [],
  };
};

export const greatest = (values: readonly number[]): number =>
  values.reduce((most, value) => (value > most ? value : most), -Infinity);

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length / 2) - 1]!;

const peak = (
  values: readonly (number | null)[],
  spans: readonly Span[],
  format = formatNumber,
): string => {
  const known = values.map((value) => value ?? 0);
  const most = greatest(known);
  return `${format(most)} at ${formatClock(spans[known.indexOf(most)]!.start / 1000)}`;
};

/** Four digits are more than a chart shows. */
const rounded = (value: number): number => Number(value.toPrecision(4));
