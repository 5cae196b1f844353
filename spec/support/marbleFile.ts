import * as rxjs from 'rxjs';
import { filter, isObservable, map, type Observable, type OperatorFunction } from 'rxjs';
import type { RunHelpers } from 'rxjs/testing';
import * as tasker from 'rx-tasker';
import * as operators from 'rx-tasker/operators';

/** A block of marbles: its values are what its letters stand for. */
interface Stream {
  readonly marbles: string;
  readonly values: Record<string, string | number>;
  readonly title: string;
}

/** A `>` line, and the `name := code` lines below it. */
interface Step {
  readonly code: string;
  readonly definitions: readonly (readonly [name: string, code: string])[];
}

/** What a file in `marbles/` says: CONTRIBUTING.md has its format. */
export interface MarbleFile {
  readonly inputs: readonly Stream[];
  readonly program: readonly Step[];
  readonly output: Stream;
}

/** @throws SyntaxError if the text is not inputs, then at least one step, then one output */
export const parseMarbleFile = (text: string): MarbleFile => {
  const blocks = text
    .replace(/^%.*\n/gm, '')
    .trim()
    .split(/\n{2,}/);
  const first = blocks.findIndex((block) => block.startsWith('>'));
  const streams = blocks.filter((block) => !block.startsWith('>')).map(parseStream);
  if (first === -1 || first !== streams.length - 1 || blocks.at(-1)!.startsWith('>')) {
    throw new SyntaxError('Expected inputs, then `>` lines, then one output');
  }
  const program = blocks.slice(first, -1).map(parseStep);
  return { inputs: streams.slice(0, -1), program, output: streams.at(-1)! };
};

const parseStream = (block: string): Stream => {
  const [marbles = '', ...lines] = block.split('\n');
  if (/[^\w|#()-]/.test(marbles)) throw new SyntaxError(`Not one character a frame: ${marbles}`);
  const values = Object.fromEntries([...marbles.matchAll(/\w/g)].map(([x]) => [x, valueOf(x)]));
  const title = /^title = (.*)$/m.exec(block)?.[1] ?? '';
  for (const [x, is] of definitionsOf(lines.filter((line) => line !== `title = ${title}`))) {
    if (!(x in values)) throw new SyntaxError(`There is no ${x} in ${marbles}`);
    values[x] = valueOf(is);
  }
  return { marbles, values, title };
};

const valueOf = (text: string): string | number =>
  Number.isNaN(Number(text)) ? text : Number(text);

const parseStep = (block: string): Step => {
  const [line = '', ...lines] = block.split('\n');
  return { code: line.slice(1).trim(), definitions: definitionsOf(lines) };
};

const definitionsOf = (lines: readonly string[]) =>
  lines.map((line) => {
    const [, name, is] = /^(\w+) := (.+)$/.exec(line) ?? [];
    if (!name || !is) throw new SyntaxError(`Neither a title nor a definition: ${line}`);
    return [name, is] as const;
  });

/**
 * Runs the program in virtual time: the steps in turn, each a pipeline's operator or, the first, an Observable.
 *
 * @throws whatever the program throws
 */
export const runMarbleFile = (
  { inputs, program }: MarbleFile,
  { hot, cold }: RunHelpers,
): Observable<unknown> => {
  const streams = inputs.map(({ marbles, values }) => hot(marbles, values));
  const scope: Record<string, unknown> = {
    ...rxjs,
    ...operators,
    ...tasker,
    resources,
    draw,
    cold,
  };
  for (const [index, { title }] of inputs.entries()) {
    if (/^\w+$/.test(title)) scope[title] = streams[index];
  }
  let output: Observable<unknown> = streams[0] ?? rxjs.EMPTY;
  for (const { code, definitions } of program) {
    for (const [name, definition] of definitions) scope[name] = evaluate(definition, scope);
    const step = evaluate(code, scope) as Observable<unknown> | OperatorFunction<unknown, unknown>;
    output = isObservable(step) ? step : step(output);
  }
  return output;
};

/** Dashes, letters and groups, and then `|` or `#`, in a group or not. */
const MARBLES = /(?<![\w)\]'"-])-[-\w]*(?:\(\w+\)[-\w]*)*(?:[|#]|\(\w*[|#]\))/g;

/** A letter of marbles in code is the variable of that name, if there is one. */
const evaluate = (expression: string, scope: Record<string, unknown>): unknown => {
  const script = expression.replace(MARBLES, (marbles) => {
    const letters = new Set(marbles.match(/\w/g));
    const values = [...letters].map((x) => `${x}: typeof ${x} === 'undefined' ? '${x}' : ${x}`);
    return `cold('${marbles}', { ${values.join(', ')} })`;
  });
  const words = new Set(script.match(/\w+/g));
  const used = Object.entries(scope).filter(([name]) => words.has(name));
  const code = `'use strict'; return (${script});`;
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the files are code of this repository
  const run = new Function(...used.map(([name]) => name), code) as (...is: unknown[]) => unknown;
  return run(...used.map(([, is]) => is));
};

/** A resource that is there at once, and released at once. */
const resources = { onCreate: () => 'resource', onDestroy: () => undefined };

/** Events of some types as text: a symbol, and the label of the task, or the number of the worker or of workers. */
const draw = (symbols: Partial<Record<tasker.TaskEvent['type'], string>>) =>
  rxjs.pipe(
    filter((event: tasker.TaskEvent) => event.type in symbols),
    map((event) => `${symbols[event.type]}${subjectOf(event)}`),
  );

const subjectOf = (event: tasker.TaskEvent): string | number => {
  if ('attempt' in event) return event.label ?? event.id;
  if ('worker' in event) return event.worker;
  return event.type === 'scaled' ? event.to : '';
};
