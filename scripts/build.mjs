// Builds dist/esm and dist/cjs, side by side.
import { spawn } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

/** @param {string} project */
const compile = (project) =>
  new Promise((resolve, reject) => {
    spawn(process.execPath, [tsc, '-p', project], { stdio: 'inherit' })
      .on('error', reject)
      .on('close', (code) => {
        if (code === 0) resolve(undefined);
        else reject(new Error(`tsc -p ${project} ended with code ${String(code)}`));
      });
  });

await rm('dist', { recursive: true, force: true });
await Promise.all([compile('tsconfig.build.json'), compile('tsconfig.cjs.json')]);
// The package is `"type": "module"`; this folder is not.
await mkdir('dist/cjs', { recursive: true });
await writeFile('dist/cjs/package.json', '{ "type": "commonjs" }\n');
