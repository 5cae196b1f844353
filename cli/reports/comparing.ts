import { boundsOf, describeMax, type Bounds } from '../bounds.js';
import { compare, type Compared, type Comparison } from '../compare/compare.js';
import { pictureOf } from '../compare/picture.js';
import { plot } from '../compare/plot.js';
import { formatDuration, formatNumber } from '../durations.js';
import { frontierChart } from '../html/frontierChart.js';
import { html } from '../html/html.js';
import { figure, page, table, type Section } from '../html/page.js';
import type { CompareCommand } from '../options.js';
import { describePolicy } from '../policies.js';
import { textTable } from '../table.js';
import { describeTrace, jsonOf, listed } from './facts.js';
import type { Report, Subject } from './report.js';

/** The part of a comparison that the command line sets. */
export type ComparisonRequest = Pick<CompareCommand, 'given' | 'startups' | 'policy'>;

/**
 * Replays a trace with every policy, for each startup time.
 *
 * @param progress - shows the progress
 */
export const comparing = (
  subject: Subject,
  { given, startups, policy }: ComparisonRequest,
  progress: (text: string) => void,
): Report => {
  const { file, trace } = subject;
  const bounds = boundsOf(given, trace.tasks);
  const comparisons = startups.map((startup, index) =>
    compare(trace.tasks, {
      ...{ given, bounds, startup, policy },
      onStep: (step, steps) =>
        progress(`step ${index * steps + step} of ${startups.length * steps}`),
    }),
  );
  const intro = [describeTrace(subject), settingsLine(given, bounds)];
  const pictures = comparisons.map((each) => ({
    title: `Startup ${formatDuration(each.startup)}`,
    picture: pictureOf(each),
  }));
  return {
    isMet: true,
    json: {
      trace: describeTrace(subject),
      ...bounds,
      comparisons: comparisons.map(({ startup, results, curve }) => ({
        startup,
        clairvoyant: curve,
        policies: results.map(({ isPlain, isOnFrontier, overClairvoyant, ...tried }) => ({
          policy: describePolicy(tried.settings.policy),
          ...{ isPlain, isOnFrontier, overClairvoyant },
          ...jsonOf(tried, []),
        })),
      })),
    },
    text: [
      ...intro,
      ...comparisons.map((each) => textOf(each, policy === undefined)),
      ...LEGEND,
    ].join('\n'),
    svg: () => plot(`${file}: the cost of each policy against the waits`, pictures),
    html: (assets) => {
      const charts = pictures.map(({ picture }, index) => frontierChart(startups[index]!, picture));
      const sections = comparisons.map((comparison, index): Section => {
        const [policies, clairvoyant] = [policyTable(comparison.results), curveTable(comparison)];
        return {
          title: pictures[index]!.title,
          parts: [
            figure(charts[index]!),
            table('Every policy, the cheapest first', policies.titles, policies.rows),
            table('The clairvoyant', clairvoyant.titles, clairvoyant.rows),
          ],
        };
      });
      const last: Section = {
        title: 'The columns',
        parts: LEGEND.map((line) => html`<p>${line}</p>`),
      };
      return page(
        `rx-tasker: policies for ${file}`,
        intro.map((line) => `${line}.`),
        [...sections, last],
        charts,
        assets,
      );
    },
  };
};

const settingsLine = (
  { startCost, interval, rateWindow, ...given }: CompareCommand['given'],
  { base, max }: Bounds,
): string =>
  listed([
    ['base', formatNumber(base)],
    ['max', describeMax(max, given.max === undefined)],
    ...(startCost === undefined ? [] : [['start cost', formatDuration(startCost)] as const]),
    ['interval', formatDuration(interval)],
    ['rate window', formatDuration(rateWindow)],
  ]);

/** @param isShort - whether only what matters most is shown: the frontier, and policies with their defaults */
const textOf = (comparison: Comparison, isShort: boolean): string => {
  const shown = comparison.results.filter(
    ({ isOnFrontier, isPlain }) => !isShort || isOnFrontier || isPlain,
  );
  const [policies, clairvoyant] = [policyTable(shown), curveTable(comparison)];
  return [
    '',
    `Startup ${formatDuration(comparison.startup)}`,
    '',
    textTable(policies.titles, policies.rows),
    '',
    textTable(clairvoyant.titles, clairvoyant.rows),
    '',
  ].join('\n');
};

interface Table {
  readonly titles: string[];
  readonly rows: string[][];
}

const policyTable = (results: readonly Compared[]): Table => ({
  titles: [
    ...['policy', 'cost ratio', 'p99', 'mean', 'over clairvoyant', 'beaten'],
    ...['peak', 'started', 'reversals a task'],
  ],
  rows: results.map(({ settings, outcome, isOnFrontier, overClairvoyant }) => [
    describePolicy(settings.policy),
    outcome.costRatio.toFixed(2),
    formatDuration(outcome.wait.p99),
    formatDuration(outcome.wait.mean),
    overClairvoyant === undefined ? '–' : overClairvoyant.toFixed(2),
    isOnFrontier ? 'no' : 'yes',
    formatNumber(outcome.peakWorkers),
    formatNumber(outcome.workersStarted),
    (outcome.reversals / outcome.tasks).toFixed(3),
  ]),
});

const curveTable = ({ curve }: Comparison): Table => ({
  titles: ['clairvoyant', 'cost ratio', 'worker s', 'peak', 'started'],
  rows: curve.map(({ wait, costRatio, workerSeconds, peakWorkers, workersStarted }) => [
    `waits <= ${formatDuration(wait)}`,
    costRatio.toFixed(2),
    formatNumber(Math.round(workerSeconds)),
    formatNumber(peakWorkers),
    formatNumber(workersStarted),
  ]),
});

const LEGEND = [
  'cost ratio: paid worker-seconds over the sum of the durations; p99, mean: of the waits',
  'over clairvoyant: the cost, over the cost of one who knows all arrivals and durations, and lets no task wait longer',
  'beaten: another policy is as good in cost and p99, and better in one',
];
