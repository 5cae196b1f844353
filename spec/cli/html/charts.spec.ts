import { chartsOverTime, sweepCharts, trialsChart, waitChart } from '../../../cli/html/charts.js';
import { percentilePlace } from '../../../cli/html/chart.js';
import type { Span } from '../../../cli/html/Recorder.js';
import { parseTargets } from '../../../cli/targets.js';
import { completeSettings, simulateSettings } from '../../../cli/settings.js';
import { parsePolicy } from '../../../cli/policies.js';

const span = (start: number, rest: Partial<Span> = {}): Span => ({
  ...{
    start,
    length: 1000,
    target: 1,
    up: 1,
    busy: 0,
    queued: 0,
    arrived: 0,
    completed: 0,
    waits: [],
  },
  ...rest,
});

const trial = (base: number, target = 'p99=1s') => {
  const tasks = Array.from({ length: 20 }, () => ({ at: 0, duration: 1000, priority: 0 }));
  const settings = completeSettings({
    ...{ base, max: base, startup: 0, interval: 100, rateWindow: 10_000 },
    policy: parsePolicy('rateDeficit'),
  });
  const outcome = simulateSettings(tasks, settings);
  return { settings, outcome, distance: outcome.wait.p99 / parseTargets(target)[0]!.limit };
};

describe('chartsOverTime', () => {
  const spans = [
    span(0, { target: 3, up: 2, busy: 2, queued: 4, arrived: 5, waits: [0, 10, 20, 30.0004] }),
    span(1000, { length: 500, completed: 5 }),
  ];

  it('shows levels, rates and waits by span', () => {
    const charts = chartsOverTime(spans, []);
    const seriesOf = (title: string) =>
      charts
        .find((chart) => chart.title === title)!
        .series.map(({ name, values }) => [name, values] as const);
    expect(charts.every(({ x }) => x.values.join() === '0,1')).toBe(true);
    expect(seriesOf('Workers')).toEqual([
      ['busy', [2, 0]],
      ['up', [2, 1]],
      ['target', [3, 1]],
    ]);
    expect(seriesOf('Tasks waiting')).toEqual([['waiting', [4, 0]]]);
    expect(seriesOf('Arrivals and completions')).toEqual([
      ['arrivals', [5, 0]],
      ['completions', [0, 10]],
    ]);
    expect(seriesOf('Wait by the time of arrival')).toEqual([
      ['longest', [30, null]],
      ['median', [10, null]],
    ]);
  });

  it('says in words what the chart shows', () => {
    expect(chartsOverTime(spans, []).map(({ summary }) => summary)).toEqual([
      'Up to 2 at 0:00 are up; up to 2 at 0:00 are busy.',
      'Up to 4 at 0:00.',
      'Up to 5 at 0:00 arrivals per second.',
      'Up to 30 ms at 0:00.',
    ]);
  });

  it('draws a target of the longest wait, and no other', () => {
    const limits = chartsOverTime(spans, parseTargets('max=2s,p99=1s')).flatMap(
      (each) => each.limits,
    );
    expect(limits).toEqual([{ name: 'target of the longest', value: 2000 }]);
  });

  it('has a rate of 0 in a span without a length', () => {
    const [, , rates] = chartsOverTime([span(0, { length: 0, arrived: 1, completed: 1 })], []);
    expect(rates!.series.map(({ values }) => values)).toEqual([[0], [0]]);
  });
});

describe('waitChart', () => {
  const waits = Array.from({ length: 1000 }, (_, index) => 1000 - index);
  const at = (share: number, chart = waitChart(new Map([[0, waits]]), [])): number | null =>
    chart.series[0]!.values[
      chart.x.values.findIndex((place) => Math.abs(place - percentilePlace(share)) < 0.001)
    ]!;

  it('gives the exact wait of a percentile', () => {
    expect(at(0)).toBe(1);
    expect(at(0.9)).toBe(900);
    expect(at(0.99)).toBe(990);
    expect(at(0.999)).toBe(999);
  });

  it('has no value at a percentile with too few tasks', () => {
    const chart = waitChart(
      new Map([
        [0, waits],
        [5, [1, 2, 3]],
      ]),
      [],
    );
    const [urgent, others] = chart.series;
    expect([urgent!.name, others!.name]).toEqual(['priority 5', 'priority 0']);
    expect(urgent!.values.filter((value) => value !== null)).toHaveLength(12);
    expect(others!.values.every((value) => value !== null)).toBe(true);
  });

  it('draws one line for all tasks when there are too many priorities', () => {
    const many = new Map(Array.from({ length: 130_000 }, (_, index) => [index, [index + 1]]));
    const chart = waitChart(many, []);
    expect(chart.series.map(({ name }) => name)).toEqual(['wait']);
    expect(at(0.9, chart)).toBe(117_000);
  });

  it('draws each target up to its percentile', () => {
    const { limits } = waitChart(new Map([[0, waits]]), parseTargets('p99=1s,max=2s,mean=1ms'));
    expect(limits).toEqual([
      { name: 'target: p99', value: 1000, until: expect.closeTo(2, 9) },
      { name: 'target: max', value: 2000 },
    ]);
  });
});

describe('sweepCharts', () => {
  it('shows waits and costs by value', () => {
    const steps = [1, 2].map((value) => ({ ...trial(value), label: String(value), value }));
    const [waits, costs] = sweepCharts('base', steps, false, parseTargets('p99=1s'));
    expect(waits!.x).toEqual({ name: 'base', quantity: 'count', values: [1, 2] });
    expect(waits!.series[0]).toMatchObject({ name: 'p99', values: [19_000, 9000] });
    expect(waits!.limits).toEqual([{ name: 'target: p99', value: 1000 }]);
    expect(costs!.series[0]!.values).toEqual(steps.map(({ outcome }) => outcome.workerSeconds));
  });
});

describe('trialsChart', () => {
  it('groups trials by the target, shortest wait first, without far trials', () => {
    const trials = [trial(1), trial(10), trial(5), trial(20)];
    const chart = trialsChart(trials, parseTargets('p99=1s')[0]!);
    expect(chart.x.values).toEqual([0, 1000, 3000]);
    expect(chart.series.map(({ values }) => values)).toEqual([
      [20, 20, null],
      [null, null, 20],
    ]);
    expect(chart.note).toBe('worker seconds by p99 wait; 1 more, beyond 4 s, are left out');
  });
});
