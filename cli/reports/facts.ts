import type { Summary } from 'rx-tasker/simulation';
import { formatDuration, formatNumber, plural } from '../durations.js';
import type { Fact } from '../html/page.js';
import { describePolicy } from '../policies.js';
import type { Outcome, Settings } from '../settings.js';
import { describeTargets, meets, type Target } from '../targets.js';
import type { Subject, Tried } from './report.js';

export const waitFacts = ({ mean, p50, p95, p99, max }: Summary): readonly Fact[] => [
  ['mean', formatDuration(mean)],
  ['p50', formatDuration(p50)],
  ['p95', formatDuration(p95)],
  ['p99', formatDuration(p99)],
  ['max', formatDuration(max)],
];

/** The titles and the rows of the table of waits: all tasks, and each priority if there are several. */
export const waitTable = ({
  wait,
  waitByPriority,
}: Outcome): { titles: string[]; rows: string[][] } => {
  const row = (label: string, each: Summary): string[] => [
    label,
    ...waitFacts(each).map(([, value]) => value),
  ];
  const byPriority = waitByPriority.size > 1 ? [...waitByPriority] : [];
  return {
    titles: ['wait', ...waitFacts(wait).map(([name]) => name)],
    rows: [
      row('all tasks', wait),
      ...byPriority.map(([priority, each]) => row(`priority ${priority}`, each)),
    ],
  };
};

/** The costs of a simulation, and its changes. */
export const costFacts = (
  outcome: Outcome,
  { startCost }: Pick<Settings, 'startCost'>,
): readonly Fact[] => [
  ['worker s', formatNumber(Math.round(outcome.workerSeconds))],
  ...(startCost === undefined ? [] : [['cost s', formatNumber(Math.round(outcome.cost))] as const]),
  ['cost ratio', outcome.costRatio.toFixed(2)],
  ['busy', busyShare(outcome)],
  ['peak', formatNumber(outcome.peakWorkers)],
  ['started', formatNumber(outcome.workersStarted)],
  ['scaled', formatNumber(outcome.scaleActions)],
  ['reversed', formatNumber(outcome.reversals)],
];

export const settingsFacts = (settings: Settings): readonly Fact[] => [
  ['base', formatNumber(settings.base)],
  ['max', formatNumber(settings.max)],
  ['policy', describePolicy(settings.policy)],
  ['startup', formatDuration(settings.startup)],
  ...(settings.startCost === undefined
    ? []
    : [['start cost', formatDuration(settings.startCost)] as const]),
  ['interval', formatDuration(settings.interval)],
  ['rate window', formatDuration(settings.rateWindow)],
];

/** The facts on one line. */
export const listed = (facts: readonly Fact[]): string =>
  facts.map(([name, value]) => `${name} ${value}`).join(', ');

/** The replayed trace in words. */
export const describeTrace = ({ file, trace }: Subject): string =>
  `${plural(trace.tasks.length, 'task')} of ${file}: ${trace.columns}`;

/** The meaning of the numbers of a cost. */
export const costLegend =
  'worker s: paid worker-seconds, start-up included; cost s: the same with --start-cost for each start of a burst ' +
  'worker; cost ratio: cost s, or else worker s, over the sum of the durations; ' +
  'busy: the share of worker s with a task; scaled: changes of the number of workers; ' +
  'reversed: changes of direction.';

/** @returns the titles and the rows of a table, one for each of the settings */
export const comparison = (
  name: string,
  rows: readonly (readonly [label: string, Tried])[],
  targets: readonly Target[],
): { titles: string[]; rows: string[][] } => {
  const facts = ({ outcome, settings }: Tried): Fact[] => [
    ...(targets.length > 0 ? [[describeTargets(targets), yesOrNo(outcome, targets)] as const] : []),
    ...waitFacts(outcome.wait),
    ...costFacts(outcome, settings),
  ];
  return {
    titles: [name, ...facts(rows[0]![1]).map(([title]) => title)],
    rows: rows.map(([label, tried]) => [label, ...facts(tried).map(([, value]) => value)]),
  };
};

/** A simulation as JSON. */
export const jsonOf = (
  { settings, outcome }: Tried,
  targets: readonly Target[],
): Readonly<Record<string, unknown>> => ({
  settings,
  ...(targets.length > 0 && { meetsTargets: meets(outcome.wait, targets) }),
  result: {
    ...outcome,
    timeline: undefined, // too long to read with the rest
    waitByPriority: [...outcome.waitByPriority].map(([priority, wait]) => ({ priority, ...wait })),
  },
});

/** A line that says whether the targets are met; no line without targets. */
export const verdict = (outcome: Outcome, targets: readonly Target[]): string[] =>
  targets.length > 0 ? [`${describeTargets(targets)}: ${yesOrNo(outcome, targets)}`] : [];

const yesOrNo = ({ wait }: Outcome, targets: readonly Target[]): string =>
  meets(wait, targets) ? 'met' : 'not met';

/** The share of the paid time in which workers had a task. */
const busyShare = ({ busySeconds, workerSeconds }: Outcome): string =>
  `${(workerSeconds > 0 ? (busySeconds / workerSeconds) * 100 : 0).toFixed(1)} %`;
