// Builds dist/esm and dist/cjs, side by side.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

/** @param {string} project */
const compile = async (project) => {
  const compiler = spawn(process.execPath, [tsc, '-p', project], { stdio: 'inherit' });
  const [code] = await once(compiler, 'close');
  if (code !== 0) process.exit(1);
};

await rm('dist', { recursive: true, force: true });
await Promise.all([compile('tsconfig.build.json'), compile('tsconfig.cjs.json')]);
// The package is `"type": "module"`; this folder is not.
await writeFile('dist/cjs/package.json', '{ "type": "commonjs" }\n');
