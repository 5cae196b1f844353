// Bundles the built library, as a user would, minified and gzipped, without rxjs, and compares with the budget.
// What some imports weigh alone, and what all of it weighs.
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/**
 * What each may weigh at most, in bytes: the one place for it. With the tdigest package, which is not there any more,
 * runTasks weighed 14,470 and TaskManager 15,967.
 */
export const budget = { mergeMapLanes: 1_850, runTasks: 18_600, taskManager: 20_600 };

/**
 * @param {string} names - what is imported
 * @returns {Promise<number>} bytes
 */
const sizeOf = async (names) => {
  const { outputFiles } = await build({
    stdin: {
      contents: `export ${names} from './dist/esm/index.js';`,
      resolveDir: fileURLToPath(new URL('..', import.meta.url)),
    },
    bundle: true,
    minify: true,
    format: 'esm',
    external: ['rxjs'],
    write: false,
    logLevel: 'error',
  });
  return gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length;
};

export const measureSizes = async () => ({
  mergeMapLanes: await sizeOf('{ mergeMapLanes }'),
  runTasks: await sizeOf('{ runTasks }'),
  taskManager: await sizeOf('{ TaskManager }'),
  all: await sizeOf('*'),
});

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const sizes = await measureSizes();
  /** @param {keyof typeof budget} what */
  const limits = (what) => `${sizes[what]} bytes, at most ${budget[what]}`;
  console.log(`mergeMapLanes ${limits('mergeMapLanes')}`);
  console.log(`runTasks ${limits('runTasks')}`);
  console.log(`TaskManager ${limits('taskManager')}`);
  console.log(`all ${sizes.all} bytes`);
  const names = /** @type {(keyof typeof budget)[]} */ (Object.keys(budget));
  if (names.some((name) => sizes[name] > budget[name])) process.exitCode = 1;
}
