// Draws the tables of the engine in docs/engine.md, from the data that the engine runs by. With `--check` it writes
// nothing, and fails if the page differs: `node --import tsx tools/tables.mjs`.
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { lifecycle } from '../src/engine/Lifecycle.js';
import { transitions } from '../src/tasks/transitions.js';

/**
 * @typedef {Readonly<Record<string, Readonly<Partial<Record<string, string>>>>>} Table - by state and input, the next
 * state
 */

const page = 'docs/engine.md';

/**
 * A column for each state and a row for each input.
 *
 * @param {Table} table
 * @param {string[]} inputs
 */
const drawTable = (table, inputs) => {
  const states = Object.keys(table);
  const cell = (/** @type {string} */ state, /** @type {string} */ input) => {
    const next = table[state]?.[input];
    return next === state ? '·' : (next ?? '');
  };
  const rows = [
    ['', ...states.map((state) => `**${state}**`)],
    ['-', ...states.map(() => '-')],
    ...inputs.map((input) => [`\`${input}\``, ...states.map((state) => cell(state, input))]),
  ];
  return rows.map((row) => `| ${row.join(' | ')} |`).join('\n');
};

/**
 * An arrow from each state to each other one that may follow, with the inputs that lead there.
 *
 * @param {Table} table
 */
const drawPicture = (table) => {
  const arrows = Object.entries(table).flatMap(([state, row]) =>
    [...new Set(Object.values(row))]
      .filter((next) => next !== state)
      .map((next) => {
        const inputs = Object.keys(row).filter((input) => row[input] === next);
        return `  ${state} --> ${next}: ${inputs.join(', ')}`;
      }),
  );
  return ['```mermaid', 'stateDiagram-v2', '  direction LR', ...arrows, '```'].join('\n');
};

/**
 * The list in the comment of a declaration, and the names that it explains: exactly these.
 *
 * @param {string} path
 * @param {string} declaration
 * @param {string[]} expected
 */
const readList = async (path, declaration, expected) => {
  const source = await readFile(path, 'utf8');
  const comment = source
    .slice(0, source.indexOf(`export ${declaration}`))
    .split('/**')
    .at(-1);
  const lines = comment?.match(/^ \* (?:- | {2}).*/gm) ?? [];
  const list = lines.map((line) => line.slice(' * '.length)).join('\n');
  const names = [...list.matchAll(/(?<=^- |; |`, )`(\w+)`(?=[,:])/gm)].map(([, name = '']) => name);
  if (names.toSorted().join() === expected.toSorted().join()) return { list, names };
  throw new Error(`${path} explains ${names.join()} at ${declaration}, not ${expected.join()}`);
};

/**
 * @param {Table} table
 * @param {[path: string, declaration: string]} states - where they are explained
 * @param {[path: string, declaration: string]} inputs - where they are explained
 */
const draw = async (table, states, inputs) => {
  const allInputs = new Set(Object.values(table).flatMap((row) => Object.keys(row)));
  const { list: stateList } = await readList(...states, Object.keys(table));
  const { list: inputList, names } = await readList(...inputs, [...allInputs]);
  const parts = [
    drawPicture(table),
    'The picture leaves out what changes nothing. The states:',
    stateList,
    drawTable(table, names),
    'The inputs:',
    inputList,
  ];
  return parts.join('\n\n');
};

const blocks = {
  task: await draw(
    transitions,
    ['src/tasks/transitions.ts', 'type TaskState'],
    ['src/tasks/transitions.ts', 'type TaskInput'],
  ),
  manager: await draw(
    lifecycle,
    ['src/engine/Lifecycle.ts', 'const lifecycle'],
    ['src/engine/Lifecycle.ts', 'type LifecycleInput'],
  ),
};

const { values: options } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const before = await readFile(page, 'utf8');
let after = before;
for (const [name, block] of Object.entries(blocks)) {
  const [begin, end] = [`<!-- ${name} -->`, '<!-- end -->'];
  const from = after.indexOf(begin) + begin.length;
  const to = after.indexOf(end, from);
  if (from < begin.length || to < 0) throw new Error(`${page} has no place for '${name}'`);
  after = `${after.slice(0, from)}\n\n${block}\n\n${after.slice(to)}`;
}
after = await format(after, { ...(await resolveConfig(page)), filepath: page });

if (after === before) {
  console.log(`${page} is as the data`);
} else if (options.check) {
  console.error(`${page} differs from the data; run \`node --import tsx tools/tables.mjs\``);
  process.exitCode = 1;
} else {
  await writeFile(page, after);
  console.log(`${page} is drawn anew`);
}
