import { flags, type Flag, type FlagName } from './flags.js';

const groups: readonly (readonly [title: string, first: FlagName])[] = [
  ['Settings', 'base'],
  ['Columns of the trace, by default found by the header', 'at'],
  ['What to do; (s) is for simulate, (c) for compare', 'sweep'],
];

export const help = (): string => {
  const lines = Object.entries<Flag>(flags).flatMap(([name, { value, only, text }]) => {
    const title = groups.find(([, first]) => first === name)?.[0];
    const left = `  --${name}${value === undefined ? '' : ` ${value}`}`;
    return [
      ...(title ? ['', `${title}:`] : []),
      ...besides(left, only ? `(${only[0]!}) ${text}` : text),
    ];
  });
  return `Usage: rx-tasker simulate TRACE.csv --base N [flags]
       rx-tasker compare TRACE.csv [flags]

Replays a trace of tasks in virtual time. simulate does it with the settings of a task manager.
compare does it with every policy, each with a range of its parameters, and with pools of fixed
size. It sets them beside a clairvoyant, who knows all arrivals and durations in advance.
${lines.join('\n')}

Exit codes: 0 done; 1 a file cannot be read or written, or is not a trace; 2 the command line
is wrong; 3 no setting that was tried meets --slo.
`;
};

const indent = 26;

/** An explanation of up to 70 characters a line, beside a term, or below a long term. */
const besides = (left: string, text: string): string[] => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line.length + word.length > 70) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += `${word} `;
  }
  lines.push(line.trimEnd());
  const isLong = left.length >= indent;
  return [
    ...(isLong ? [left] : []),
    ...lines.map((each, index) => `${(index === 0 && !isLong ? left : '').padEnd(indent)}${each}`),
  ];
};
