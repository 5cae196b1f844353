// What the files of the benchmark hand to each other.

export type Task = () => Promise<unknown>;

/** Something that runs tasks, so many at a time as it was told when it was made. */
export interface Contender {
  /** Runs that many tasks, every other one with priority where there is such a thing, and waits for all. */
  run(count: number, task: Task): Promise<unknown>;
  /** Takes one task. */
  submit?: (this: void, task: Task, priority: number) => PromiseLike<unknown>;
}

export type CreateContender = (concurrency: number) => Contender | Promise<Contender>;

export interface Case {
  contender: string;
  size: number;
  smoke: boolean;
  /** Whether the processor's time is measured instead of the clock's. */
  cpu?: boolean;
  /** It takes long: once is enough. */
  heavy?: boolean;
  /** How long it may take, in ms, if not as long as all. */
  limit?: number;
}

/** What was measured, by the name of the metric, which says the unit. */
export type Values = Record<string, number>;

export interface Section {
  title: string;
  /** What is measured, in Markdown. */
  about: string;
  /** Whom the others are compared with. */
  reference?: string;
  /** The heading above what was measured at a size. */
  column(size: number): string;
  cases(smoke: boolean): Case[];
  measure(what: Case): Promise<Values>;
}

export interface Result extends Case {
  rounds: Values[];
  tooLong: boolean;
}

export interface Results {
  name: string;
  section: Section;
  sizes: number[];
  results: Result[];
}
