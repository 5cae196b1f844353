// Bundles the command line tool into one file, `rx-tasker.js`, in dist/cli or the folder that is named. The
// library is in it, and so are csv-parse and uPlot, which are no dependencies of the package: their licences
// go beside it. rxjs and the library's dependencies stay outside.
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

const folder = process.argv[2] ?? 'dist/cli';
const { version, dependencies, peerDependencies } = JSON.parse(
  await readFile('package.json', 'utf8'),
);

/** @param {string} name */
const licenceOf = async (name) =>
  (await readFile(join('node_modules', name, 'LICENSE'), 'utf8')).trim();

const common = /** @type {const} */ ({
  bundle: true,
  write: false,
  metafile: true,
  logLevel: 'warning',
});

// What the report runs in the browser.
const charts = await build({
  ...common,
  entryPoints: ['cli/html/browser.ts'],
  format: 'iife',
  target: 'es2022',
  minify: true,
  // Each report is a copy of it.
  banner: { js: `/*\nuPlot\n\n${await licenceOf('uplot')}\n*/` },
});
const style = await readFile('node_modules/uplot/dist/uPlot.min.css', 'utf8');

const tool = await build({
  ...common,
  entryPoints: ['cli/main.ts'],
  format: 'esm',
  platform: 'node',
  target: 'node20',
  external: Object.keys({ ...dependencies, ...peerDependencies }),
  banner: { js: '#!/usr/bin/env node' },
  define: {
    VERSION: JSON.stringify(version),
    CHARTS_SCRIPT: JSON.stringify(charts.outputFiles[0]?.text),
    CHARTS_STYLE: JSON.stringify(style),
  },
});

const packages = new Set(
  [charts, tool]
    .flatMap(({ metafile }) => Object.keys(metafile.inputs))
    .flatMap((path) => /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []),
);
const licences = await Promise.all(
  [...packages].sort().map(async (name) => `${name}\n\n${await licenceOf(name)}\n`),
);

await mkdir(folder, { recursive: true });
const file = join(folder, 'rx-tasker.js');
await writeFile(file, tool.outputFiles[0]?.contents ?? '');
await chmod(file, 0o755);
await writeFile(join(folder, 'LICENSES.txt'), licences.join('\n---\n\n'));
