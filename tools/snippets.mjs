// Type-checks every ```ts block of README.md, docs/ and the doc comments in src/, and runs each as a script of
// its own, which has to end by itself. A fence ```ts no-run is checked only, ```ts no-check is left alone.
// Where lines with `console.log` end in a comment, the comments are what is printed; one that begins with
// "near" is not exact, and the output is not looked at.
import { spawn } from 'node:child_process';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join, relative } from 'node:path';

/**
 * @typedef {{ place: string, file: string, line: number, code: string, runs: boolean }} Snippet
 * @typedef {{ code: number | null, stdout: string, stderr: string }} Outcome
 */

const folder = 'temp/snippets';
const timeout = 20_000;

/**
 * @param {string} source
 * @returns {Promise<Snippet[]>}
 */
const extract = async (source) => {
  const text = await readFile(source, 'utf8');
  const isCode = source.endsWith('.ts');
  /** @type {Snippet[]} */
  const snippets = [];
  /** @type {Snippet | undefined} */
  let open;
  for (const [index, raw] of text.split('\n').entries()) {
    const line = isCode ? raw.replace(/^ *\* ?/, '') : raw;
    if (open) {
      if (line.startsWith('```')) open = undefined;
      else open.code += `${line}\n`;
    } else if (/^```ts\b/.test(line) && (!isCode || /^ *\*/.test(raw))) {
      if (line.includes('no-check')) continue;
      const number = index + 2;
      open = {
        place: `${source}:${number}`,
        file: join(folder, `${source}.${number}.ts`),
        line: number,
        code: '',
        runs: !line.includes('no-run'),
      };
      snippets.push(open);
    }
  }
  return snippets;
};

/**
 * @param {string[]} args
 * @returns {Promise<Outcome>}
 */
const node = (args) =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      timeout,
      killSignal: 'SIGKILL',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (/** @type {Buffer} */ chunk) => (stdout += chunk.toString()));
    child.stderr.on('data', (/** @type {Buffer} */ chunk) => (stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });

/** Of what is printed, spaces and quotes do not count, and a new line counts as a comma. @param {string} text */
const normalise = (text) =>
  text
    .trim()
    .replaceAll('\n', ',')
    .replace(/[\s'"]/g, '');

/**
 * @param {Snippet} snippet
 * @returns {Promise<string | undefined>} what is wrong
 */
const run = async ({ file, code }) => {
  const outcome = await node(['--import', 'tsx', file]);
  if (outcome.code === null) return `does not end within ${timeout / 1000} s\n${outcome.stdout}`;
  if (outcome.code !== 0) return `fails\n${outcome.stderr}`;
  const expected = [...code.matchAll(/console\.log\(.* \/\/ (.*)/g)].map(([, comment]) => comment);
  if (expected.length === 0 || expected.some((comment) => comment?.startsWith('near '))) return;
  if (normalise(expected.join('\n')) === normalise(outcome.stdout)) return;
  return `should print\n${expected.join('\n')}\nand prints\n${outcome.stdout}`;
};

const tree = async (/** @type {string} */ root, /** @type {string} */ extension) =>
  (await readdir(root, { recursive: true }))
    .map((path) => join(root, path))
    .filter((path) => path.endsWith(extension) && !path.startsWith(join('docs', 'api')));

const sources = ['README.md', ...(await tree('docs', '.md')), ...(await tree('src', '.ts'))];
const snippets = (await Promise.all(sources.sort().map(extract))).flat();

await rm(folder, { recursive: true, force: true });
for (const { file, code, line } of snippets) {
  await mkdir(dirname(file), { recursive: true });
  // Empty lines first: what the compiler and the stack traces say of a line holds for the source, too.
  await writeFile(file, '\n'.repeat(line - 1) + code);
}
await writeFile(
  join(folder, 'tsconfig.json'),
  JSON.stringify({
    extends: relative(folder, 'tsconfig.json'),
    compilerOptions: { moduleDetection: 'force' },
    include: ['**/*.ts'],
    exclude: [],
  }),
);

let failures = 0;
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const types = await node([tsc, '-p', folder, '--pretty', 'false']);
if (types.code !== 0) {
  failures++;
  console.error(types.stdout.replaceAll(`${folder}/`, '') + types.stderr);
}

const waiting = snippets.filter(({ runs }) => runs);
const count = waiting.length;
const work = async () => {
  for (let snippet = waiting.shift(); snippet; snippet = waiting.shift()) {
    const problem = await run(snippet);
    if (problem === undefined) continue;
    failures++;
    console.error(`${snippet.place} ${problem}`);
  }
};
await Promise.all(Array.from({ length: availableParallelism() }, work));

console.log(`${snippets.length} snippets checked, ${count} of them run, ${failures} failures`);
if (failures > 0) process.exitCode = 1;
