import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { map, takeWhile, timer, type Observable } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { mergeMapLanes } from '../src/operators/mergeMapLanes.js';

/** `-----x|` */
const task = (x: string) =>
  timer(5, 1).pipe(
    takeWhile((tick) => tick === 0),
    map(() => x),
  );
const upperCaseFirst = (x: string) => (x === x.toUpperCase() ? 1 : 0);

/** What marbles/<name>.txt exercises: from its input streams, from the top down, to its output. */
const operators: Record<string, (...inputs: Observable<any>[]) => Observable<unknown>> = {
  mergeMapLanes: (tasks) =>
    tasks.pipe(mergeMapLanes(task, { concurrency: 1, priority: upperCaseFirst })),
};

/** The marbles of a block and what they stand for: `x := label`, or themselves; numbers are numbers. */
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

  it('should have a file for each operator and an operator for each file', () => {
    expect(names.sort()).toEqual(Object.keys(operators).sort());
  });

  it.each(names)('should draw what %s does', (name) => {
    const { inputs, output } = parse(readFileSync(join(folder, `${name}.txt`), 'utf8'));
    const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
    scheduler.run(({ hot, expectObservable }) => {
      const streams = inputs.map((input) => hot(...input));
      expectObservable(operators[name]!(...streams)).toBe(...output);
    });
  });
});
