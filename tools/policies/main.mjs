// Measures what the scaling policies cost, and writes that into the guides: each table between the marks
// `<!-- costs 0 2s -->` and `<!-- end -->`, for these startup times, and a picture. It takes some minutes.
//
//   node --import tsx tools/policies/main.mjs [--trace AzureLLMInferenceTrace_code.csv]
//   node --import tsx tools/policies/main.mjs --csv bursts > bursts.csv
//
// Without the trace, whose file is not here, its rows stay as they are: tools/replay/readTrace.mjs says where to get it.
// With `--csv` it only prints a workload, as a trace for `rx-tasker`.
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { compare } from '../../cli/compare/compare.js';
import { pictureOf } from '../../cli/compare/picture.js';
import { plot } from '../../cli/compare/plot.js';
import { formatDuration, parseDuration } from '../../cli/durations.js';
import { readTrace } from '../replay/readTrace.mjs';
import { measure, policies } from './measure.mjs';
import { workloads } from './workloads.mjs';

/** @typedef {import('rx-tasker/simulation').SimulatedTask} SimulatedTask */

const pages = ['docs/scaling.md', 'docs/scaling-policies.md'];
const picture = 'docs/images/policies-on-bursts.svg';
const drawn = 'bursts';
const tables = /<!-- costs ([\w ]+) -->[\s\S]*?<!-- end -->/g;
const traceName = 'a real trace ¹';

const { values: options } = parseArgs({
  options: { trace: { type: 'string' }, csv: { type: 'string' } },
});

const main = async () => {
  if (options.csv !== undefined) return printTrace(options.csv);
  const trace = options.trace === undefined ? undefined : await readTrace(options.trace);
  for (const page of pages) await writePage(page, trace);
  await writeFile(picture, draw());
};

/** @param {string} name */
const printTrace = (name) => {
  const workload = workloads[name];
  if (!workload) {
    throw new Error(`--csv ${name}: expected one of ${Object.keys(workloads).join(', ')}`);
  }
  console.log('at_ms,duration_ms');
  for (const { at, duration } of workload.tasks) console.log(`${at},${duration}`);
};

/**
 * @param {string} page
 * @param {SimulatedTask[] | undefined} trace
 */
const writePage = async (page, trace) => {
  const before = await readFile(page, 'utf8');
  const after = before.replace(tables, (block, startups) => {
    const rows = [
      ['startup', 'workload', ...policies.map(({ name }) => `\`${name}\``)],
      ['---', '---', ...policies.map(() => '---')],
      ...startups.split(' ').flatMap((/** @type {string} */ text) => {
        const startup = parseDuration(text) ?? NaN;
        return [
          ...(trace ? [rowOf(startup, traceName, trace)] : rowsOfTrace(block, startup)),
          ...Object.entries(workloads).map(([name, { tasks }]) => rowOf(startup, name, tasks)),
        ];
      }),
    ];
    const table = rows.map((row) => `| ${row.join(' | ')} |`).join('\n');
    return `<!-- costs ${startups} -->\n\n${table}\n\n<!-- end -->`;
  });
  const config = await resolveConfig(page);
  await writeFile(page, await format(after, { ...config, filepath: page }));
};

/**
 * The row of the trace in the table that is there.
 *
 * @param {string} block
 * @param {number} startup
 */
const rowsOfTrace = (block, startup) =>
  block
    .split('\n')
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .filter(([first, name]) => first === formatDuration(startup) && name === traceName);

/**
 * @param {number} startup - in ms
 * @param {string} name
 * @param {SimulatedTask[]} tasks
 */
const rowOf = (startup, name, tasks) => {
  console.error(`${name}, startup ${formatDuration(startup)}`);
  const results = measure(tasks, startup);
  return [
    formatDuration(startup),
    name,
    ...results.map(({ cost, p99, reversals, overClairvoyant }) =>
      [
        cost.toFixed(2),
        formatDuration(p99),
        reversals.toFixed(2),
        overClairvoyant?.toFixed(2) ?? '–',
      ].join(' · '),
    ),
  ];
};

const draw = () => {
  const panels = [0, 2000].map((startup) => ({
    title: `${drawn}, startup ${formatDuration(startup)}`,
    picture: pictureOf(
      compare(withPriority(workloads[drawn]?.tasks ?? []), {
        bounds: { base: 2, max: 200 },
        given: { interval: 100, rateWindow: 10_000 },
        startup,
        policy: undefined,
        onStep: () => undefined,
      }),
    ),
  }));
  return plot(`The cost of each policy against the waits, on ${drawn}`, panels);
};

/** @param {SimulatedTask[]} tasks */
const withPriority = (tasks) => tasks.map((task) => ({ ...task, priority: 0 }));

await main();
