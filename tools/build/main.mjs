// Builds dist/esm, dist/cjs and dist/cli, side by side.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, sep } from 'node:path';

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

/** @param {string[]} args */
const node = async (...args) => {
  const program = spawn(process.execPath, args, { stdio: 'inherit' });
  const [code] = await once(program, 'close');
  if (code !== 0) process.exit(1);
};

/**
 * Has entry points import each other by path. The package's own name means nothing where another package.json is
 * nearer than that of the package.
 *
 * @param {string} folder - of the build, with the package.json
 */
const importByPath = async (folder) => {
  const files = await readdir(folder, { recursive: true });
  for (const file of files.filter((name) => /\.(js|d\.ts)$/.test(name))) {
    const path = join(folder, file);
    const code = await readFile(path, 'utf8');
    const root = '../'.repeat(file.split(sep).length - 1) || './';
    // Not in comments: their examples are the user's.
    const changed = code.replace(
      /^(?! *\*)(.*\b(?:from |import |import\(|require\())(["'])rx-tasker(?:\/(\w+))?\2/gm,
      (_, before, quote, entry) =>
        `${before}${quote}${root}${entry ? `${entry}/` : ''}index.js${quote}`,
    );
    if (changed !== code) await writeFile(path, changed);
  }
};

await rm('dist', { recursive: true, force: true });
await Promise.all([
  node(tsc, '-p', 'tsconfig.build.json'),
  node(tsc, '-p', 'tsconfig.cjs.json'),
  node('tools/build/cli.mjs'),
]);
const asCommonJS = [
  '--module',
  'CommonJS',
  '--moduleResolution',
  'Bundler',
  '--outDir',
  'dist/cjs',
];
await Promise.all([
  node(tsc, '-p', 'tsconfig.node.json'),
  node(tsc, '-p', 'tsconfig.node.json', ...asCommonJS),
]);
// The package is `"type": "module"`; this folder is not.
await writeFile('dist/cjs/package.json', '{ "type": "commonjs" }\n');
await importByPath('dist/cjs');
