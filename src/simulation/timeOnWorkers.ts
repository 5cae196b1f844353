import type { TaskCancelled, TaskCompleted, TaskFailed, TaskRetried } from 'rx-tasker';

/** What a recording remembers of a task that has started. Times are in ms by the manager's clock. */
export interface Begun {
  /** When the latest attempt started. */
  startedAt: number;
  /** The time of earlier attempts. */
  spent: number;
}

/**
 * The time that a task has been on workers, in ms: of all attempts up to an event that ends one. Of a task that started
 * before the recording, only the last attempt is known.
 */
export const timeOnWorkers = (
  event: TaskCancelled | TaskCompleted<unknown> | TaskFailed | TaskRetried,
  begun: Begun | undefined,
): number => {
  const spent = begun?.spent ?? 0;
  if ('delayed' in event) return spent; // its last attempt has ended before
  if (event.type !== 'cancelled') return spent + event.finishedAt - event.startedAt;
  return event.running && begun ? spent + event.time - begun.startedAt : spent;
};
