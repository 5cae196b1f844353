import { BehaviorSubject, filter } from 'rxjs';
import type { TaskManagerState } from '../events/events.js';

/**
 * What can happen to a manager.
 *
 * @internal
 */
export type LifecycleInput = 'pause' | 'resume' | 'stop' | 'kill' | 'closed';

/**
 * The life of a manager: for each state and each input that changes it, the next state. Any other input changes nothing.
 *
 * @internal
 */
export const lifecycle: Readonly<
  Record<TaskManagerState, Readonly<Partial<Record<LifecycleInput, TaskManagerState>>>>
> = {
  running: { pause: 'paused', stop: 'stopping', kill: 'killed' },
  paused: { resume: 'running', stop: 'stopping', kill: 'killed' },
  stopping: { kill: 'killed', closed: 'stopped' },
  stopped: {},
  killed: {},
};

/**
 * The state of a manager.
 *
 * @internal
 */
export class Lifecycle {
  readonly state$ = new BehaviorSubject<TaskManagerState>('running');
  /** Emits at the kill. */
  readonly killed$ = this.state$.pipe(filter((state) => state === 'killed'));
  /** The error that has killed, if one did. */
  failure: { readonly error: unknown } | undefined;
  readonly #onChange: (state: TaskManagerState) => void;

  /** @param onChange - is called with a new state before `state$` has what follows from it decided */
  constructor(onChange: (state: TaskManagerState) => void) {
    this.#onChange = onChange;
  }

  get state(): TaskManagerState {
    return this.state$.value;
  }

  get takesTasks(): boolean {
    return this.state === 'running' || this.state === 'paused';
  }

  /** Whether tasks start from the lanes. */
  get serves(): boolean {
    return this.state === 'running' || this.state === 'stopping';
  }

  apply(input: LifecycleInput): void {
    const next = lifecycle[this.state][input];
    if (!next) return;
    this.#onChange(next);
    this.state$.next(next);
  }

  /** An error kills. Others may follow from the first. */
  fail(error: unknown): void {
    this.failure ??= { error };
    this.apply('kill');
  }
}
