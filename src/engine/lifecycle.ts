import { BehaviorSubject } from 'rxjs';
import type { TaskManagerState } from '../events/events.js';

type LifecycleInput = 'pause' | 'resume' | 'stop' | 'kill' | 'closed';

/** The life of a manager: for each state and each input that changes it, the next state. */
const lifecycle: Readonly<
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
  readonly #onChange: (state: TaskManagerState) => void;

  /** @param onChange - is told of a new state before `state$` has what follows from it happen */
  constructor(onChange: (state: TaskManagerState) => void) {
    this.#onChange = onChange;
  }

  get state(): TaskManagerState {
    return this.state$.value;
  }

  get takesTasks(): boolean {
    return this.state === 'running' || this.state === 'paused';
  }

  /** Whether the input changes the state. */
  apply(input: LifecycleInput): boolean {
    const next = lifecycle[this.state][input];
    if (!next) return false;
    this.#onChange(next);
    this.state$.next(next);
    return true;
  }
}
