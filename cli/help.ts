interface Flag {
  /** The form of the value. A flag without a value is a switch. */
  readonly value?: string;
  readonly text: string;
}

/** Every flag. */
export const flags = {
  base: { value: 'N', text: 'workers that always run' },
  max: { value: 'N', text: 'base and burst workers together (default 2 x base)' },
  startup: { value: 'TIME', text: 'how long a burst worker takes to come up (default 0)' },
  interval: { value: 'TIME', text: 'how often the load is looked at (default 100ms)' },
  'rate-window': { value: 'TIME', text: 'the window of the rates (default 10s)' },
  policy: {
    value: 'POLICY',
    text: 'squareRootStaffing(horizon=1s, low=1, high=2), the default; adaptiveStaffing(horizon=500ms, low=0.6, high=2, memory=2s, hold=300ms); rateDeficit; backlogThreshold(threshold=20, step=2); fixed(8)',
  },

  at: { value: 'COLUMN', text: 'the arrival: a date and time, a time since 1970 or an offset' },
  'at-unit': { value: 'UNIT', text: 'of an arrival that is a number: ns, us, ms, s, m or h' },
  duration: {
    value: 'COLUMN',
    text: 'the duration, or a sum as in "0.3*ContextTokens + 30*GeneratedTokens"',
  },
  'duration-unit': { value: 'UNIT', text: 'of the duration (default ms, or as in duration_s)' },
  priority: { value: 'COLUMN', text: 'the priority; higher is served first' },
  sort: { text: 'rows may come in any order' },

  sweep: {
    value: 'NAME=A..B[:STEP]',
    text: 'a row for each value of base, max, startup, interval or a parameter of the policy',
  },
  slo: {
    value: 'p99=500ms',
    text: 'the greatest waits: mean, p50, p95, p99, max; several with commas',
  },
  recommend: {
    text: 'search for the cheapest settings that meet --slo, within --base and --max',
  },
  runs: { value: 'N', text: 'the most simulations that --recommend may take (default 200)' },
  html: { value: 'FILE', text: 'write a report with charts, in one file' },
  json: { text: 'print JSON' },
  help: { text: 'print this help' },
  version: { text: 'print the version' },
} as const satisfies Record<string, Flag>;

export type FlagName = keyof typeof flags;

/** @returns the form of the value of a flag, `undefined` for a switch */
export const valueHint = (name: FlagName): string | undefined => (flags[name] as Flag).value;

const groups: readonly (readonly [title: string, first: FlagName])[] = [
  ['Settings', 'base'],
  ['Columns of the trace, by default found by the header', 'at'],
  ['What to do', 'sweep'],
];

export const help = (): string => {
  const lines = Object.entries<Flag>(flags).flatMap(([name, { value, text }]) => {
    const title = groups.find(([, first]) => first === name)?.[0];
    const left = `  --${name}${value === undefined ? '' : ` ${value}`}`;
    return [...(title ? ['', `${title}:`] : []), ...besides(left, text)];
  });
  return `Usage: rx-tasker simulate TRACE.csv --base N [flags]

Replays a trace of tasks against the settings of a task manager, in virtual time.
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
