// The report in Markdown, and its place in the documentation.
import { readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { isMet, requirements } from './ratios.mjs';
import { median } from './statistics.mjs';

/** @import { Result, Results } from './types.d.ts' */

const page = 'docs/performance.md';
const begin = '<!-- Written by npm run bench -- --write -->';
const end = '<!-- Until here -->';

/** @param {number} value */
const figure = (value) =>
  value >= 100
    ? Math.round(value).toLocaleString('en')
    : value.toLocaleString('en', { maximumSignificantDigits: 3 });

/** The median and, of several rounds, the lowest and the highest. @param {number[]} values */
const spread = (values) => {
  if (values.length === 0) return '–';
  if (values.length === 1) return figure(median(values));
  return `${figure(median(values))} (${figure(Math.min(...values))} to ${figure(Math.max(...values))})`;
};

/** @param {string[]} head @param {string[][]} rows */
const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** @param {Results[]} all */
const ratioTable = async (all) =>
  table(
    ['ratio', 'required', 'measured', 'met'],
    (await requirements(all)).map((each) => {
      const { name, sign, required, measured } = each;
      const note = measured.note === undefined ? '' : `, ${measured.note}`;
      return [
        name,
        `${sign === '>=' ? '≥' : '≤'} ${required.toLocaleString('en')}`,
        spread(measured.values) + note,
        measured.values.length === 0 ? 'not measured' : isMet(each) ? 'yes' : 'no',
      ];
    }),
  );

/** @param {Results} results */
const sectionTable = ({ section, sizes, results }) => {
  const columns = sizes.flatMap((size) => {
    const measured = results.filter((each) => each.size === size);
    const metrics = new Set(measured.flatMap(({ rounds }) => Object.keys(rounds[0] ?? {})));
    return [...metrics].map((metric) => ({ size, metric }));
  });
  /** @param {string | undefined} contender @param {number} size */
  const find = (contender, size) =>
    results.find((each) => each.contender === contender && each.size === size);

  /** @param {string} contender @param {{ size: number, metric: string }} column */
  const cell = (contender, { size, metric }) => {
    const result = find(contender, size);
    if (!result) return '–';
    if (result.tooLong) return 'takes too long';
    const values = valuesOf(result, metric);
    const reference = valuesOf(find(section.reference, size), metric);
    const times = values.map((value, round) => value / (reference[round] ?? NaN));
    const ratio = reference.length > 0 && times.length > 0 ? `${figure(median(times))} × · ` : '';
    return ratio + spread(values);
  };

  return table(
    [
      'contender',
      ...columns.map(({ size, metric }) =>
        [section.column(size), metric].filter((part) => part !== '').join(', '),
      ),
    ],
    [...new Set(results.map(({ contender }) => contender))].map((contender) => [
      `\`${contender}\``,
      ...columns.map((column) => cell(contender, column)),
    ]),
  );
};

/** @param {Result | undefined} result @param {string} metric */
const valuesOf = (result, metric) =>
  (result?.rounds ?? []).flatMap((values) => {
    const value = values[metric];
    return value === undefined ? [] : [value];
  });

/** What is installed, not what was asked for. */
const versions = async () => {
  const { version } = await readJson('package.json');
  const { devDependencies } = await readJson('bench/package.json');
  const peers = Object.keys(devDependencies).map((name) => [name, 'bench/node_modules']);
  const own = ['rxjs', 'piscina', 'esbuild'].map((name) => [name, 'node_modules']);
  const installed = await Promise.all(
    [...own, ...peers].map(async ([name = '', folder = '']) => {
      const installed = await readJson(join(folder, name, 'package.json'));
      return `${name} ${installed.version}`;
    }),
  );
  return [`rx-tasker ${version}`, ...installed].join(', ');
};

/** @param {string} path */
const readJson = async (path) => JSON.parse(await readFile(path, 'utf8'));

/**
 * @param {Results[]} all
 * @param {{ rounds: number, minutes: string, cpu: boolean }} run
 */
export const render = async (all, { rounds, minutes, cpu }) => {
  const [processor] = cpus();
  const parts = [
    await ratioTable(all),
    ...all.map(
      (each) => `### ${each.section.title}\n\n${each.section.about}\n\n${sectionTable(each)}`,
    ),
    '### Where and with what',
    [
      `- ${processor?.model}, ${cpus().length} cores, ${figure(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}`,
      `- Node ${process.version}, V8 ${process.versions.v8}`,
      `- ${await versions()}`,
      `- rounds: ${rounds}, which took ${minutes} minutes; the load average was ${figure(loadavg()[2] ?? 0)} at the end`,
      `- time per task: ${cpu ? 'of the processor, all threads together' : 'of the clock'}`,
    ].join('\n'),
  ];
  return format(parts.join('\n\n'), { parser: 'markdown' });
};

/** @param {string} report */
export const writeReport = async (report) => {
  const text = await readFile(page, 'utf8');
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from === -1 || to < from) throw new Error(`${page} has no ${begin} … ${end}`);
  const written = `${text.slice(0, from)}${begin}\n\n${report}\n${text.slice(to)}`;
  await writeFile(
    page,
    await format(written, { ...(await resolveConfig(page)), parser: 'markdown' }),
  );
  console.error(`written to ${page}`);
};
