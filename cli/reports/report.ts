import type { Trial } from '../recommend.js';
import type { Target } from '../targets.js';
import type { Trace } from '../trace/parseCsvTrace.js';
import type { Assets } from '../html/page.js';

/** What a command found, in each of the ways to put it. */
export interface Report {
  readonly text: string;
  readonly json: unknown;
  /** Whether a setting that was tried meets the targets. */
  readonly isMet: boolean;
  /** A page that needs nothing else. */
  readonly html: (assets: Assets) => string;
}

/** What is the same in every report. */
export interface Subject {
  /** The name of the trace's file. */
  readonly file: string;
  readonly trace: Trace;
  readonly targets: readonly Target[];
}

export type Tried = Pick<Trial, 'settings' | 'outcome'>;
