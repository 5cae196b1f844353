// The script of the report. It draws the charts from the data in the page, in the colours of the page's style.
import uPlot from 'uplot';
import { formatClock, formatDuration, formatNumber } from '../durations.js';
import { formatPercentile, type Chart, type Quantity, type Series } from './chart.js';

const charts = JSON.parse(document.getElementById('charts')!.textContent) as readonly Chart[];
const places = [...document.querySelectorAll<HTMLElement>('.chart')];
let drawn: uPlot[] = [];

const formats: Readonly<Record<Quantity, (value: number) => string>> = {
  count: formatNumber,
  rate: (value) => `${formatNumber(value)}/s`,
  time: formatDuration,
  clock: formatClock,
  percentile: formatPercentile,
  ratio: (value) => value.toFixed(2),
  workerSeconds: (value) => `${formatNumber(Math.round(value))} s`,
};

const height = 220;

const draw = (): void => {
  for (const each of drawn) each.destroy();
  drawn = places.map((place, index) => drawChart(place, charts[index]!));
};

const drawChart = (place: HTMLElement, { x, y, least = 0, series, limits }: Chart): uPlot => {
  const limitSeries = limits.map(({ name, value }): uPlot.Series => ({
    label: name,
    stroke: colourOf('limit'),
    dash: [6, 4],
    width: 1.5,
    points: { show: false },
    value: () => formats[y](value),
  }));
  const options: uPlot.Options = {
    width: place.clientWidth,
    height,
    cursor: {
      y: false,
      ...(x.quantity === 'clock' ? { sync: { key: 'time' } } : { drag: { x: false } }),
    },
    scales: {
      x: { time: false, ...scaleOf(x) },
      y: {
        range: (_, __, most) => [least, most > least ? most + (most - least) * 0.05 : least + 1],
      },
    },
    axes: [
      {
        ...axisStyle(),
        ...(x.quantity === 'clock' && { incrs: clockSteps }),
        ...(x.quantity === 'percentile' && { incrs: [1] }),
        space: 80,
        // A logarithmic axis gives null for a line without a text.
        values: (_, places: readonly (number | null)[]) =>
          places.map((place) => (place === null ? '' : formats[x.quantity](place))),
      },
      {
        ...axisStyle(),
        size: 78,
        values: (_, places) => places.map(formats[y]),
      },
    ],
    series: [
      { label: x.name, value: (_, value) => format(x.quantity, value) },
      ...series.map((each) => drawnSeries(each, y)),
      ...limitSeries,
    ],
  };
  const data = [
    x.values,
    ...series.map(({ values }) => values),
    ...limits.map(({ value, until = Infinity }) =>
      x.values.map((place) => (place <= until ? value : null)),
    ),
  ];
  return new uPlot(options, data as uPlot.AlignedData, place);
};

const drawnSeries = ({ name, style, colour }: Series, quantity: Quantity): uPlot.Series => {
  const stroke = colourOf(`series-${colour}`);
  return {
    label: name,
    stroke,
    width: style === 'points' ? 0 : 1.5,
    // A chart has all places of its series, and a series may have no value at the places of others.
    spanGaps: style === 'line' || style === 'dashed',
    ...(style === 'dashed' && { dash: [5, 3] }),
    ...((style === 'area' || style === 'bars') && { fill: `${stroke}33` }),
    ...(['level', 'dashed', 'area'].includes(style) && {
      paths: uPlot.paths.stepped!({ align: 1 }),
    }),
    ...(style === 'bars' && { paths: uPlot.paths.bars!({ align: 1, size: [1] }) }),
    ...(style === 'points' && { paths: () => null }),
    points:
      style === 'points' || style === 'marked'
        ? { show: true, size: style === 'points' ? 7 : 5, fill: stroke }
        : { show: false },
    value: (_, value) => format(quantity, value),
  };
};

const format = (quantity: Quantity, value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : formats[quantity](value);

const axisStyle = (): uPlot.Axis => ({
  stroke: colourOf('muted'),
  font: '12px system-ui, sans-serif',
  grid: { stroke: colourOf('grid'), width: 1 },
  ticks: { stroke: colourOf('grid'), width: 1 },
});

// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- the types' enum is not in uPlot's code
const LOGARITHMIC: uPlot.Scale.Distr = 3;

const scaleOf = ({ quantity, scale }: Chart['x']): uPlot.Scale => {
  if (scale === 'log')
    return { distr: LOGARITHMIC, range: (_, least, most) => [least / 1.1, most * 1.1] };
  return quantity === 'clock' ? {} : { range: padded };
};

const padded = (_: uPlot, least: number, most: number): [number, number] => {
  const margin = (most - least) * 0.02 || 1;
  return [least - margin, most + margin];
};

const clockSteps = [
  ...[1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200],
  ...[1, 2, 7, 14, 28].map((days) => days * 86_400),
];

const colourOf = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

draw();
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
new ResizeObserver(() => {
  drawn.forEach((each, index) => {
    each.setSize({ width: places[index]!.clientWidth, height });
  });
}).observe(document.body);
