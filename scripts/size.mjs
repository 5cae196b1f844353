// Bundles the built library, as a user would, minified and gzipped, without rxjs, and compares with the budget and the goal.
// What some imports weigh alone, what all of it weighs, and what of that is tdigest.
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** What is aimed at, in bytes, and what must not be exceeded until that is reached: the one place for both. */
export const goal = { mergeMapLanes: 1_500, core: 10_000 };
const budget = { mergeMapLanes: 1_500, core: 14_850 };

/**
 * @param {string} names - what is imported
 * @param {string[]} [external] - packages that are left out, besides rxjs
 * @returns {Promise<number>} bytes
 */
const sizeOf = async (names, external = []) => {
  const { outputFiles } = await build({
    stdin: {
      contents: `export ${names} from './dist/esm/index.js';`,
      resolveDir: fileURLToPath(new URL('..', import.meta.url)),
    },
    bundle: true,
    minify: true,
    format: 'esm',
    external: ['rxjs', ...external],
    write: false,
    logLevel: 'error',
  });
  return gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length;
};

export const measureSizes = async () => {
  const withTdigest = await sizeOf('*');
  const core = await sizeOf('*', ['tdigest']);
  return {
    mergeMapLanes: await sizeOf('{ mergeMapLanes }'),
    runTasks: await sizeOf('{ runTasks }', ['tdigest']),
    taskManager: await sizeOf('{ TaskManager }', ['tdigest']),
    core,
    tdigest: withTdigest - core,
  };
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const sizes = await measureSizes();
  /** @param {'mergeMapLanes' | 'core'} what */
  const limits = (what) => `${sizes[what]} bytes, at most ${budget[what]}, to be ${goal[what]}`;
  console.log(`mergeMapLanes ${limits('mergeMapLanes')}`);
  console.log(`runTasks without tdigest ${sizes.runTasks} bytes`);
  console.log(`TaskManager without tdigest ${sizes.taskManager} bytes`);
  console.log(`all without tdigest ${limits('core')}`);
  console.log(`tdigest adds ${sizes.tdigest} bytes`);
  if (sizes.mergeMapLanes > budget.mergeMapLanes || sizes.core > budget.core) process.exitCode = 1;
}
