// Measures the built library next to others and prints a report: npm run bench -- [SECTION …] [OPTION …]
//
//   SECTION       operator, manager, scaling, latency, memory, events, work; all by default
//   --rounds N    how often each contender is measured
//   --cpu         the time of the processor instead of that of the clock: for a machine with other things to do
//   --write       puts the report into docs/performance.md as well; only with all sections
//   --smoke       tiny sizes and one round: whether it runs; the figures mean nothing
//
// Each measurement has a process of its own, and the contenders take turns in every round, so that what
// disturbs the machine disturbs all of them.
import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { render, writeReport } from './report.mjs';
import { median } from './statistics.mjs';

/** @import { Case, Result, Results, Section, Values } from './types.d.ts' */

const sections = ['operator', 'manager', 'scaling', 'latency', 'memory', 'events', 'work'];

/** How long one process may take, in ms. */
const timeLimit = 20_000;

/** @param {string} problem */
const quit = (problem) => {
  console.error(problem);
  process.exit(2);
};

const prepare = () => {
  if (!existsSync('dist/esm/index.js')) quit('There is no dist/esm: npm run build');
  if (existsSync('bench/node_modules')) return;
  const install = ['ci', '--prefix', 'bench', '--no-audit', '--no-fund', '--loglevel', 'error'];
  if (spawnSync('npm', install, { stdio: ['ignore', 2, 2] }).status !== 0) {
    quit('npm ci --prefix bench failed');
  }
};

/**
 * @param {string} section
 * @param {Case} what
 * @param {number} limit
 * @returns {Promise<Values | undefined>} nothing if it took too long
 */
const measure = async (section, what, limit) => {
  const child = fork(new URL('./process.mjs', import.meta.url), [section, JSON.stringify(what)], {
    execArgv: ['--expose-gc'],
    timeout: limit,
    killSignal: 'SIGKILL',
  });
  /** @type {Values | undefined} */
  let values;
  child.once('message', (message) => (values = /** @type {Values} */ (message)));
  const [code, signal] = await once(child, 'close');
  if (values) return values;
  if (signal === 'SIGKILL') return undefined;
  throw new Error(`${section}, ${what.contender}, ${what.size}: ${signal ?? `code ${code}`}`);
};

/**
 * @param {string} name
 * @param {number} rounds
 * @param {boolean} smoke
 * @param {boolean} cpu
 * @returns {Promise<Results>}
 */
const runSection = async (name, rounds, smoke, cpu) => {
  /** @type {{ section: Section }} */
  const { section } = await import(new URL(`./work/${name}.mjs`, import.meta.url).href);
  const cases = section.cases(smoke);
  const sizes = [...new Set(cases.map(({ size }) => size))].sort((a, b) => a - b);
  /** @type {Result[]} */
  const results = [];

  for (const size of sizes) {
    /** @type {Result[]} */
    const group = cases
      .filter((each) => each.size === size)
      .map((each) => ({ ...each, rounds: [], tooLong: false }));
    results.push(...group);
    for (let round = 0; round < rounds; round++) {
      for (const result of group) {
        const { contender, heavy = false, limit = timeLimit } = result;
        const isHopeless = results.some((each) => each.contender === contender && each.tooLong);
        if (isHopeless) result.tooLong = true;
        if (isHopeless || (heavy && round > 0)) continue;
        const what = { contender, size, smoke, cpu, heavy };
        const values = await measure(name, what, limit);
        if (values) result.rounds.push(values);
        else result.tooLong = true;
      }
    }
    for (const result of group) console.error(`${name}, ${describe(result, section)}`);
  }
  return { name, section, sizes, results };
};

/** @param {Result} result @param {Section} section */
const describe = ({ contender, size, rounds, tooLong }, section) => {
  const metrics = Object.keys(rounds[0] ?? {});
  const values = metrics.map(
    (metric) => `${median(rounds.map((each) => each[metric] ?? NaN)).toPrecision(3)} ${metric}`,
  );
  const outcome = tooLong ? 'takes too long' : values.join(', ');
  return [contender, section.column(size), outcome].filter((part) => part !== '').join(', ');
};

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    cpu: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    smoke: { type: 'boolean', default: false },
  },
});
const { cpu, smoke, write } = options;
const chosen = positionals.length > 0 ? positionals : sections;
const unknown = chosen.find((each) => !sections.includes(each));
if (unknown !== undefined) quit(`${unknown} is none of ${sections.join(', ')}`);
const rounds = smoke ? 1 : Number(options.rounds);
if (!(Number.isInteger(rounds) && rounds > 0)) quit('--rounds is a number of rounds');
if (write && (smoke || cpu || positionals.length > 0)) quit('--write takes a whole run');

prepare();
const started = performance.now();
/** @type {Results[]} */
const all = [];
for (const name of sections)
  if (chosen.includes(name)) all.push(await runSection(name, rounds, smoke, cpu));
const minutes = ((performance.now() - started) / 60_000).toFixed(1);

const report = await render(all, { rounds, minutes, cpu });
if (smoke) console.log(`${all.flatMap(({ results }) => results).length} measurements ran`);
else console.log(report);
if (write) await writeReport(report);
