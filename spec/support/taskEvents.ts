import type { TaskEvent } from '../../src/index.js';

/** What an event of a task is to say. */
interface Said {
  id?: number;
  priority?: number;
  direct?: boolean;
  label?: string;
  /** When it arrived and started, in ms; at the time of the event unless it is said. */
  queuedAt?: number;
  startedAt?: number;
}

const base = (time: number, said: Said) => ({
  time,
  id: said.id ?? 1,
  label: said.label,
  priority: said.priority ?? 0,
  attempt: 0,
  direct: said.direct ?? false,
  queuedAt: said.queuedAt ?? time,
});
const ended = (time: number, said: Said) => ({
  ...base(time, said),
  startedAt: said.startedAt ?? time,
  finishedAt: time,
});

export const arrived = (time: number, said: Said = {}): TaskEvent => ({
  ...base(time, said),
  type: 'arrived',
});

export const started = (time: number, said: Said = {}): TaskEvent => ({
  ...base(time, said),
  type: 'started',
  startedAt: time,
  worker: 1,
});

export const completed = (time: number, said: Said = {}): TaskEvent => ({
  ...ended(time, said),
  type: 'completed',
  result: undefined,
});

export const failed = (time: number, said: Said = {}): TaskEvent => ({
  ...ended(time, said),
  type: 'failed',
  error: 'on purpose',
  abandoned: false,
});

export const retried = (time: number, said: Said = {}): TaskEvent => ({
  ...ended(time, said),
  type: 'retried',
  healthy: false,
  error: 'on purpose',
});

export const cancelled = (time: number, said: Said = {}): TaskEvent => ({
  ...base(time, said),
  type: 'cancelled',
  error: 'on purpose',
  running: false,
  abandoned: false,
});
