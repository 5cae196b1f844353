// Builds dist/esm, dist/cjs and dist/cli, side by side.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

/** @param {string[]} args */
const node = async (...args) => {
  const program = spawn(process.execPath, args, { stdio: 'inherit' });
  const [code] = await once(program, 'close');
  if (code !== 0) process.exit(1);
};

await rm('dist', { recursive: true, force: true });
await Promise.all([
  node(tsc, '-p', 'tsconfig.build.json'),
  node(tsc, '-p', 'tsconfig.cjs.json'),
  node('scripts/build-cli.mjs'),
]);
// The package is `"type": "module"`; this folder is not. Its entry points import each other by the package's name.
const exports = { '.': './index.js', './*': './*/index.js' };
await writeFile(
  'dist/cjs/package.json',
  JSON.stringify({ name: 'rx-tasker', type: 'commonjs', exports }),
);
