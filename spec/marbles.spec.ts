import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filter, map, takeUntil, takeWhile, timer, type Observable } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { queueOn } from '../src/manager/queueOn.js';
import { runTasks } from '../src/engine/runTasks.js';
import { TaskManager } from '../src/manager/TaskManager.js';
import { mergeMapLanes } from '../src/operators/mergeMapLanes.js';
import { quantiles } from '../src/operators/quantiles.js';
import { rate } from '../src/operators/rate.js';
import { stabilise } from '../src/operators/stabilise.js';
import { usingResource } from '../src/operators/usingResource.js';
import { weighted } from '../src/lanes/weighted.js';

/** A task that emits its value after `frames` frames and completes one frame later. */
const taking = (frames: number) => (x: string) =>
  timer(frames, 1).pipe(
    takeWhile((tick) => tick === 0),
    map(() => x),
  );
const upperCaseFirst = (x: string) => (x === x.toUpperCase() ? 1 : 0);

const symbols: Record<string, string> = { arrived: '+', started: '>', completed: '=' };

const oneWorker = {
  onCreate: () => 'resource',
  onDestroy: () => undefined,
  workerCount: 1,
  maxWorkerCount: 1,
};

/** The program of marbles/<name>.txt: from its input streams, from the top down, to its output. */
const operators: Record<string, (...inputs: Observable<any>[]) => Observable<unknown>> = {
  mergeMapLanes: (tasks) =>
    tasks.pipe(mergeMapLanes(taking(5), { concurrency: 1, priority: upperCaseFirst })),
  mergeMapLanesConcurrency: (tasks, concurrency) =>
    tasks.pipe(mergeMapLanes(taking(5), { concurrency })),
  mergeMapLanesWeighted: (tasks) =>
    tasks.pipe(
      mergeMapLanes(taking(2), {
        concurrency: 1,
        priority: upperCaseFirst,
        discipline: weighted({ 1: 2 }),
      }),
    ),
  quantiles: (times) =>
    times.pipe(
      quantiles([0.5]),
      map(([median]) => median),
    ),
  queueOn: (names) => names.pipe(queueOn(new TaskManager(oneWorker), (x) => () => taking(5)(x))),
  rate: (requests) => requests.pipe(rate({ window: 10, every: 5 })),
  runTasks: (names) =>
    names.pipe(
      map((label: string) => ({ label, run: () => taking(8)(label) })),
      runTasks(oneWorker),
      filter((event) => 'attempt' in event),
      map(({ type, label }) => `${symbols[type]}${label}`),
    ),
  stabilise: (targets) => targets.pipe(stabilise({ down: 6 })),
  stabiliseUp: (targets) => targets.pipe(stabilise({ down: 6, up: 4 })),
  usingResource: (creation, done) =>
    usingResource(
      () => creation,
      () => undefined,
    ).pipe(takeUntil(done)),
};

/** The marbles of a block, and their values: by `x := label`, otherwise the marble itself. Numbers are numbers. */
const parseStream = (block: string) => {
  const [marbles = '', ...settings] = block.split('\n');
  if (/[^\w|#()-]/.test(marbles)) throw new SyntaxError(`Not one character a frame: ${marbles}`);
  const values: Record<string, string | number> = {};
  const define = (x: string, is: string) =>
    (values[x] = Number.isNaN(Number(is)) ? is : Number(is));
  for (const x of marbles.match(/\w/g) ?? []) define(x, x);
  for (const [, x, is] of settings.join('\n').matchAll(/^(\w)\s*:=\s*(.+)$/gm)) define(x!, is!);
  return [marbles, values] as const;
};

/** `%` starts a comment, a blank line ends a block, `>` stands between the inputs and the output. */
const parse = (text: string) => {
  const lines = text.split('\n').filter((line) => !line.startsWith('%'));
  const blocks = lines
    .join('\n')
    .trim()
    .split(/\n{2,}/);
  const streams = blocks.filter((block) => !/^[>[]/.test(block)).map(parseStream);
  if (!blocks.at(-2)?.startsWith('>')) throw new SyntaxError('Expected inputs, `>` and one output');
  return { inputs: streams.slice(0, -1), output: streams.at(-1)! };
};

describe('marbles', () => {
  const folder = join(__dirname, '../marbles');
  const names = readdirSync(folder).flatMap((file) => /^(.*)\.txt$/.exec(file)?.[1] ?? []);

  it('has a file for each operator and an operator for each file', () => {
    expect(names.sort()).toEqual(Object.keys(operators).sort());
  });

  it.each(names)('draws what %s does', (name) => {
    const { inputs, output } = parse(readFileSync(join(folder, `${name}.txt`), 'utf8'));
    const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
    scheduler.run(({ hot, expectObservable }) => {
      const streams = inputs.map((input) => hot(...input));
      expectObservable(operators[name]!(...streams)).toBe(...output);
    });
  });
});
