import { formatDuration, formatNumber, plural } from '../durations.js';
import { UsageError } from '../errors.js';
import { trialsChart } from '../html/charts.js';
import { html } from '../html/html.js';
import { figure, page, table, type Section } from '../html/page.js';
import { peakConcurrency } from '../peakConcurrency.js';
import { describePolicy } from '../policies.js';
import { recommend, type Recommendation, type SearchOptions } from '../recommend.js';
import { simulateSettings } from '../settings.js';
import type { GivenSettings } from '../settings.js';
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
  const { base = 1, startup, interval, rateWindow } = given;
  const max = given.max ?? Math.max(base, peakConcurrency(trace.tasks));
  if (base > max) throw new UsageError(`--base ${base} is more than --max ${max}: lower --base`);
  let count = 0;
  const search: SearchOptions = {
    targets,
    fixed: { startup, interval, rateWindow },
    base,
    max,
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
  const lines = [verdictOf(found, search), searched(search, found, given.max === undefined)];
  return {
    isMet: best !== undefined,
    json: {
      trace: describeTrace(subject),
      runs: trials.length,
      cutShort: found.isCutShort,
      ...(best
        ? { best: jsonOf(best, targets), typescript: config }
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
    `, base from ${formatNumber(base)}, max up to ${formatNumber(max)}`,
    isPeak ? ' (the most that this trace can use)' : '',
    searchRateWindow ? ', the rate window' : '',
    best ? '. The settings fit this trace; try other traces too.' : '.',
    best && byPolicy.some((trial) => trial.distance > 1)
      ? ' The search gave up a policy that would cost more than the best.'
      : '',
  ].join('');
