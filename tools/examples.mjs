// Runs examples/*.ts and examples/*/main.ts in turn, against the sources, and stops at the first that fails.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const folder = 'examples';
const timeout = 60_000;
// The main job wants a folder to work on: `npm start -- <folder>`.
const left = ['checksums'];

const examples = (existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [])
  .filter(({ name }) => !left.includes(name))
  .map((entry) => join(folder, entry.name, ...(entry.isDirectory() ? ['main.ts'] : [])))
  .filter((path) => path.endsWith('.ts') && existsSync(path));

for (const path of examples) {
  const started = performance.now();
  const { status, signal, error, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', path],
    { encoding: 'utf8', timeout, killSignal: 'SIGKILL' },
  );
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (status !== 0) {
    console.error(`${stdout}\n${stderr}`);
    console.error(
      `${path} failed after ${seconds} s: ${error?.message ?? signal ?? `code ${status}`}`,
    );
    process.exit(1);
  }
  console.log(`${path}: ${seconds} s`);
}
console.log(`${examples.length} examples ran`);
