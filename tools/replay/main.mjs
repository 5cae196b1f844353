// Replays the trace that spec/vectors/replay.json names, and compares with what an independent simulator of the same
// pool and policy found on it. Fails if a figure is further away than it may be.
//
//   node --import tsx tools/replay/main.mjs AzureLLMInferenceTrace_code.csv
//
// readTrace.mjs says where to get the file.
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { squareRootStaffing } from 'rx-tasker';
import { simulate } from 'rx-tasker/simulation';
import { readTrace } from './readTrace.mjs';

/**
 * @typedef {{
 *   startup: number, meanWait: number, p99Wait: number, paid: number, workersStarted: number,
 *   scaleActions: number, reversals: number, peakWorkers: number,
 * }} Figures - times in seconds
 */

/** What a figure may differ by, in proportion or in all; where there is none it is only told. */
const tolerances = {
  meanWait: { share: 0.15, difference: 0.2 },
  p99Wait: { share: 0.15, difference: 0.2 },
  paid: { share: 0.03, difference: 0 },
  workersStarted: { share: 0.1, difference: 0 },
  scaleActions: undefined,
  reversals: undefined,
  peakWorkers: undefined,
};

const { positionals } = parseArgs({ allowPositionals: true });
const [path] = positionals;
if (path === undefined) {
  console.error('Which file? It should be AzureLLMInferenceTrace_code.csv');
  process.exit(1);
}
const tasks = await readTrace(path);
/** @type {Figures[]} */
const vectors = JSON.parse(
  await readFile(new URL('../../spec/vectors/replay.json', import.meta.url), 'utf8'),
);

for (const expected of vectors) {
  const { wait, workerSeconds, ...report } = simulate({
    tasks,
    config: {
      workerCount: 2,
      maxWorkerCount: 200,
      burstInterval: 100,
      scaling: squareRootStaffing(),
    },
    startup: expected.startup * 1000,
  });
  const actual = {
    ...report,
    meanWait: wait.mean / 1000,
    p99Wait: wait.p99 / 1000,
    paid: workerSeconds,
  };
  console.log(
    `\nStart-up ${expected.startup} s, ${report.tasks} tasks, ${report.busySeconds.toFixed(4)} s of work`,
  );
  console.log('| figure | expected | simulated | difference |\n| --- | ---: | ---: | ---: |');
  for (const figure of /** @type {(keyof typeof tolerances)[]} */ (Object.keys(tolerances))) {
    const [is, should, tolerance] = [actual[figure], expected[figure], tolerances[figure]];
    const share = (is - should) / should;
    const isClose =
      !tolerance ||
      Math.abs(share) <= tolerance.share ||
      Math.abs(is - should) <= tolerance.difference;
    if (!isClose) process.exitCode = 1;
    const cells = [
      figure,
      should,
      Number(is.toPrecision(6)),
      `${(100 * share).toFixed(2)} %${isClose ? '' : ' (too far)'}`,
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
}
