import { boundsOf, describeMax, type Bounds } from '../bounds.js';
import { foresee } from '../compare/foresee.js';
import { formatDuration, formatNumber, plural } from '../durations.js';
import { trialsChart } from '../html/charts.js';
import { html } from '../html/html.js';
import { figure, page, table, type Section } from '../html/page.js';
import { describePolicy } from '../policies.js';
import { recommend, type Recommendation, type SearchOptions } from '../search/recommend.js';
import type { Trial } from '../search/trial.js';
import { simulateSettings, type GivenSettings } from '../settings.js';
import { textTable } from '../table.js';
import { describeTargets } from '../targets.js';
import { toTypeScript } from '../toTypeScript.js';
import { details } from './details.js';
import { comparison, describeTrace, jsonOf, listed, settingsFacts } from './facts.js';
import type { Report, Subject } from './report.js';

/** The part of a search that the command line sets. */
export interface SearchRequest {
  readonly given: GivenSettings;
  readonly isGiven: { readonly policy: boolean; readonly rateWindow: boolean };
  readonly runs: number;
}

/**
 * Searches for the cheapest settings that meet the targets.
 *
 * @param progress - shows the progress
 */
export const recommendation = (
  subject: Subject,
  { given, isGiven, runs }: SearchRequest,
  progress: (text: string) => void,
): Report => {
  const { file, trace, targets } = subject;
  const { startup, startCost, interval, rateWindow } = given;
  const bounds = boundsOf(given, trace.tasks);
  let count = 0;
  const search: SearchOptions = {
    targets,
    fixed: { startup, ...(startCost !== undefined && { startCost }), interval, rateWindow },
    ...bounds,
    policy: isGiven.policy ? given.policy : undefined,
    searchRateWindow: !isGiven.rateWindow,
    runs,
    simulate: (settings) => {
      progress(`simulation ${++count} of at most ${runs}`);
      return simulateSettings(trace.tasks, settings);
    },
  };
  const found = recommend(search);
  const { best, byPolicy, trials } = found;
  const shown = best ?? trials[0]!;
  const { titles, rows } = comparison(
    'cheapest by policy',
    byPolicy.map((trial) => [shortly(trial.settings), trial] as const),
    targets,
  );
  const config = best && toTypeScript(best.settings);
  const known = best && foreseen(trace.tasks, best, bounds);
  const lines = [
    verdictOf(found, search),
    ...(known ? [known.line] : []),
    searched(search, found, given.max === undefined),
  ];
  return {
    isMet: best !== undefined,
    json: {
      trace: describeTrace(subject),
      runs: trials.length,
      cutShort: found.isCutShort,
      ...(best
        ? { best: jsonOf(best, targets), clairvoyant: known?.cost, typescript: config }
        : { closest: jsonOf(shown, targets) }),
      byPolicy: byPolicy.map((trial) => jsonOf(trial, targets)),
    },
    text: [
      describeTrace(subject),
      '',
      ...lines,
      '',
      textTable(titles, rows),
      ...(config === undefined ? [] : ['', config.trimEnd()]),
    ].join('\n'),
    html: (assets) => {
      const { sections, charts } = details(subject, shown);
      const chart = trialsChart(trials, targets[0]!);
      const comparing: Section = {
        title: 'What was tried',
        parts: [
          table('The cheapest of each policy, or the closest', titles, rows),
          figure(chart),
          ...(config === undefined
            ? []
            : [
                html`<p>The settings to paste:</p>
                  <pre><code>${config}</code></pre>`,
              ]),
        ],
      };
      return page(
        `rx-tasker: settings for ${file}`,
        [`${describeTrace(subject)}.`, ...lines],
        [comparing, ...sections],
        [chart, ...charts],
        assets,
      );
    },
  };
};

const shortly = ({ base, max, policy }: Parameters<typeof settingsFacts>[0]): string =>
  `${base}..${max} ${describePolicy(policy)}`;

const verdictOf = (
  { best, trials, isCutShort }: Recommendation,
  { targets, max }: SearchOptions,
): string => {
  const target = describeTargets(targets);
  if (best) return `The cheapest that meets ${target}: ${listed(settingsFacts(best.settings))}`;
  const closest = trials[0]!;
  const reached = targets
    .map(({ measure }) => `${measure} ${formatDuration(closest.outcome.wait[measure])}`)
    .join(', ');
  return isCutShort
    ? `No tried setting meets ${target}; the best reached ${reached}. Allow more simulations with --runs.`
    : `No setting meets ${target}: even ${plural(max, 'worker')} that always ${max === 1 ? 'runs reaches' : 'run reach'} ${reached}. Raise --max or the target.`;
};

/** What somebody would pay who knows all arrivals and durations, for the same p99 of the waits. */
const foreseen = (
  tasks: Subject['trace']['tasks'],
  { settings, outcome }: Trial,
  bounds: Bounds,
): { cost: number; line: string } | undefined => {
  const { startup, startCost } = settings;
  const { p99 } = outcome.wait;
  const known = foresee(tasks, { ...bounds, startup, startCost }, p99);
  if (!known || outcome.cost <= 0) return undefined;
  const left = Math.max(0, 1 - known.workerSeconds / outcome.cost);
  return {
    cost: known.workerSeconds,
    line:
      `At the same p99 of ${formatDuration(p99)} the clairvoyant, who knows all arrivals and durations, pays ` +
      `${formatNumber(Math.round(known.workerSeconds))} of ${formatNumber(Math.round(outcome.cost))} worker-seconds: ` +
      `${(100 * left).toFixed(1)} % are left.`,
  };
};

const searched = (
  { base, max, policy, searchRateWindow }: SearchOptions,
  { best, byPolicy, trials, isCutShort }: Recommendation,
  isPeak: boolean,
): string =>
  [
    `Searched by ${plural(trials.length, 'simulation')}${isCutShort ? ', all that --runs allows' : ''}: `,
    policy
      ? `${describePolicy(policy)} and its other parameters`
      : 'all policies and their parameters',
    `, base from ${formatNumber(base)}, max up to ${describeMax(max, isPeak)}`,
    searchRateWindow ? ', the rate window' : '',
    best ? '. The settings fit this trace; try other traces too.' : '.',
    best && byPolicy.some((trial) => trial.distance > 1)
      ? ' The search gave up a policy that would cost more than the best.'
      : '',
  ].join('');
