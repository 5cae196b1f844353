import type { Trial } from '../search/trial.js';
import type { Target } from '../targets.js';
import type { Trace } from '../trace/parseCsvTrace.js';
import type { Assets } from '../html/page.js';

/** The result of a command, in each output format. */
export interface Report {
  readonly text: string;
  readonly json: unknown;
  /** Whether a tried setting meets the targets. */
  readonly isMet: boolean;
  /** A page that needs no other file. */
  readonly html: (assets: Assets) => string;
  /** A picture, if the command draws one. */
  readonly svg?: () => string;
}

/** The part that all reports share. */
export interface Subject {
  /** The name of the trace's file. */
  readonly file: string;
  readonly trace: Trace;
  readonly targets: readonly Target[];
}

export type Tried = Pick<Trial, 'settings' | 'outcome'>;
