// What a scaling policy costs and what it saves: replays a trace with every policy, a sweep of their parameters and
// fixed numbers of workers, and prints which of them are not beaten by another one in both cost and wait.
//
//   node --import tsx tools/compare-policies/main.mjs [TRACE.csv] [--startup 0,2] [--workload NAME] [--plot FILE.svg]
//
// Without a trace the workloads of workloads.mjs stand in. tools/replay/readTrace.mjs says what a trace may be.
import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { simulate } from 'rx-tasker/simulation';
import { readTrace } from '../replay/readTrace.mjs';
import { candidates } from './candidates.mjs';
import { plot } from './plot.mjs';
import { workloads } from './workloads.mjs';

/** @typedef {import('./candidates.mjs').Candidate} Candidate */
/** @typedef {import('rx-tasker/simulation').SimulatedTask} SimulatedTask */
/**
 * @typedef {Candidate & {
 *   cost: number, wait: number, meanWait: number, started: number, reversals: number, peak: number,
 * }} Result - cost in proportion to the work, waits in seconds
 */

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    startup: { type: 'string', default: '0,2' },
    workload: { type: 'string' },
    plot: { type: 'string' },
  },
});

/** @returns {Promise<Record<string, { about: string, tasks: SimulatedTask[] }>>} */
const chooseWorkloads = async () => {
  const [path] = positionals;
  if (path !== undefined)
    return { [basename(path)]: { about: path, tasks: await readTrace(path) } };
  const { workload } = options;
  if (workload === undefined) return workloads;
  const chosen = workloads[workload];
  if (chosen) return { [workload]: chosen };
  throw new Error(
    `Expected \`--workload\` to be one of ${Object.keys(workloads).join(', ')}, got ${workload}`,
  );
};

/**
 * @param {SimulatedTask[]} tasks
 * @param {number} startup - in seconds
 * @returns {Result[]}
 */
const compare = (tasks, startup) =>
  candidates.map((candidate) => {
    const { costRatio, wait, workersStarted, reversals, peakWorkers } = simulate({
      tasks,
      config: { workerCount: 2, maxWorkerCount: 200, scaling: candidate.policy() },
      startup: startup * 1000,
    });
    return {
      ...candidate,
      cost: costRatio,
      wait: wait.p99 / 1000,
      meanWait: wait.mean / 1000,
      started: workersStarted,
      reversals,
      peak: peakWorkers,
    };
  });

/** Those that no other one beats in cost and wait. @param {Result[]} results */
const frontierOf = (results) =>
  results
    .filter((one) => !results.some((other) => isBetter(other, one)))
    .sort((a, b) => a.cost - b.cost);

/** @param {Result} a @param {Result} b */
const isBetter = (a, b) =>
  a.cost <= b.cost && a.wait <= b.wait && (a.cost < b.cost || a.wait < b.wait);

/** @param {string[]} cells */
const row = (cells) => `| ${cells.join(' | ')} |`;

/** @param {Result[]} results @param {Result[]} frontier */
const tableOf = (results, frontier) => [
  row(['policy', 'cost', 'p99 wait, s', 'mean wait, s', 'workers made', 'reversals', 'most']),
  row(['---', ...Array(6).fill('---:')]),
  ...results
    .filter((each) => frontier.includes(each) || each.isPlain)
    .sort((a, b) => a.cost - b.cost)
    .map((each) =>
      row([
        each.name + (frontier.includes(each) ? '' : ' (beaten)'),
        each.cost.toFixed(3),
        each.wait.toFixed(3),
        each.meanWait.toFixed(4),
        String(each.started),
        String(each.reversals),
        String(each.peak),
      ]),
    ),
];

const panels = [];
for (const [name, { about, tasks }] of Object.entries(await chooseWorkloads())) {
  for (const startup of options.startup.split(',').map(Number)) {
    const results = compare(tasks, startup);
    const frontier = frontierOf(results);
    const title = `${name}, start-up ${startup} s`;
    console.log(`\n### ${title}\n\n${about}; ${tasks.length} tasks\n`);
    console.log(tableOf(results, frontier).join('\n'));
    panels.push({ title, results, frontier });
  }
}
if (options.plot !== undefined) await writeFile(options.plot, plot(panels));
