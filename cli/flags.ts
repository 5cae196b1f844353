/** The commands that replay a trace. */
export const commandNames = ['simulate', 'compare'] as const;

export type CommandName = (typeof commandNames)[number];

/** A flag of the command line. */
export interface Flag {
  /** The form of the value. A flag without a value is a switch. */
  readonly value?: string;
  /** The only command that has the flag. */
  readonly only?: CommandName;
  readonly text: string;
}

/** Every flag. */
export const flags = {
  base: { value: 'N', text: 'workers that always run (compare and --recommend: default 1)' },
  max: {
    value: 'N',
    text: 'base and burst workers together (default 2 x base; compare and --recommend: the most that the trace can use)',
  },
  startup: {
    value: 'TIME',
    text: 'how long a burst worker takes to come up (default 0); compare takes several, as in 0,2s',
  },
  'start-cost': {
    value: 'TIME',
    text: 'the price of a start of a burst worker, as time of a worker (default the startup time)',
  },
  interval: { value: 'TIME', text: 'how often the load is looked at (default 100ms)' },
  'rate-window': { value: 'TIME', text: 'the window of the rates (default 10s)' },
  policy: {
    value: 'POLICY',
    text: 'justInTimeStaffing(wait=2s, reversals=0.08), the default, with a wait of the startup time; squareRootStaffing(horizon=1s, low=1, high=2); adaptiveStaffing(horizon=500ms, low=0.6, high=2, memory=2s, hold=300ms); rateDeficit; backlogThreshold(threshold=20, step=2); fixed(8)',
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
    only: 'simulate',
    text: 'a row for each value of base, max, startup, interval or a parameter of the policy',
  },
  slo: {
    value: 'p99=500ms',
    only: 'simulate',
    text: 'the greatest waits: mean, p50, p95, p99, max; several with commas',
  },
  recommend: {
    only: 'simulate',
    text: 'search for the cheapest settings that meet --slo, within --base and --max',
  },
  runs: {
    value: 'N',
    only: 'simulate',
    text: 'the most simulations that --recommend may take (default 200)',
  },
  plot: { value: 'FILE.svg', only: 'compare', text: 'write the picture of costs and waits' },
  html: { value: 'FILE', text: 'write a report with charts, in one file' },
  json: { text: 'print JSON' },
  help: { text: 'print this help' },
  version: { text: 'print the version' },
} as const satisfies Record<string, Flag>;

export type FlagName = keyof typeof flags;

/** @returns the form of the value of a flag, `undefined` for a switch */
export const valueHint = (name: FlagName): string | undefined => (flags[name] as Flag).value;

/** @returns the only command that has the flag, `undefined` if all have it */
export const onlyCommand = (name: FlagName): CommandName | undefined => (flags[name] as Flag).only;
