import { BehaviorSubject, filter } from 'rxjs';
import type { TaskManagerState } from '../events/events.js';

/**
 * What can happen to a manager.
 *
 * - `pause`, `resume`: its caller holds the lanes, or lets them go on
 * - `stop`: it is to take no more tasks
 * - `kill`: it is to end every task at once
 * - `closed`: it makes no more resources, and every one is released
 *
 * @internal
 */
export type LifecycleInput = 'pause' | 'resume' | 'stop' | 'kill' | 'closed';

/**
 * The life of a manager: for each state and each input, the next state. With the state itself nothing changes. A cell
 * that is left out cannot occur.
 *
 * - `running`: it takes tasks, and starts them
 * - `paused`: it takes tasks, and starts none from the lanes
 * - `stopping`: it takes no more tasks; those it took run to their end, and then its resources are released
 * - `stopped`: every task has ended, and every resource is released
 * - `killed`: every task was ended at once; its resources are being released, or are released
 *
 * @internal
 */
export const lifecycle: Readonly<
  Record<TaskManagerState, Readonly<Partial<Record<LifecycleInput, TaskManagerState>>>>
> = {
  running: { pause: 'paused', resume: 'running', stop: 'stopping', kill: 'killed' },
  paused: { pause: 'paused', resume: 'running', stop: 'stopping', kill: 'killed' },
  stopping: {
    pause: 'stopping',
    resume: 'stopping',
    stop: 'stopping',
    kill: 'killed',
    closed: 'stopped',
  },
  stopped: { pause: 'stopped', resume: 'stopped', stop: 'stopped', kill: 'stopped' },
  killed: { pause: 'killed', resume: 'killed', stop: 'killed', kill: 'killed', closed: 'killed' },
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

  /** @throws Error if the input cannot occur: a defect of the engine */
  apply(input: LifecycleInput): void {
    const { state } = this;
    const next = lifecycle[state][input];
    if (next === undefined) throw new Error(`A manager that is ${state} cannot get '${input}'`);
    if (next === state) return;
    this.#onChange(next);
    this.state$.next(next);
  }

  /** An error kills. Others may follow from the first. */
  fail(error: unknown): void {
    this.failure ??= { error };
    this.apply('kill');
  }
}
