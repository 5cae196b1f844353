/**
 * Where a task is.
 *
 * - `new`: not accepted yet
 * - `waiting`: in a lane
 * - `starting`: it has a worker. Its function is called next or, for a `runTask`, once its resource is up
 * - `running`: its function was called, and has not given its result
 * - `judging`: it failed, and `checkHealth` is asked
 * - `draining`: its attempt took too long and still uses the resource; then it is to be tried again
 * - `parked`: it failed on a healthy worker, and is to be tried again after a delay
 * - `lingering`: it has its outcome, but still uses the resource
 * - `ended`: it has its outcome, and holds nothing
 *
 * @internal
 */
export type TaskState =
  | 'new'
  | 'waiting'
  | 'starting'
  | 'running'
  | 'judging'
  | 'draining'
  | 'parked'
  | 'lingering'
  | 'ended';

/**
 * What can happen to a task.
 *
 * - `accept`: it arrives, and waits for its turn; `direct`: it arrives, and goes past the lanes
 * - `reject`: it comes, and there is no room for it
 * - `turn`: a worker takes it; `up`: its own resource is up; `down`: that cannot be made
 * - `begin`: its function is called now
 * - `done`: it ended well; `threw`: it ended with an error; `timeout`: its attempt took too long
 * - `retry`, `fail`, `abandon`: what was judged. It is tried again; it has failed; it has failed, and goes on
 * - `park`, `drain`: what was judged, too. It is tried again after a delay; after a delay, once it is settled
 * - `return`: its delay is over
 * - `settle`: it does not use the resource any more; `graceOver`: it has gone on for too long
 * - `cancel`: its caller does not want it any more; `kill`: the manager is killed
 *
 * @internal
 */
export type TaskInput =
  | 'accept'
  | 'direct'
  | 'reject'
  | 'turn'
  | 'up'
  | 'down'
  | 'begin'
  | 'done'
  | 'threw'
  | 'timeout'
  | 'retry'
  | 'fail'
  | 'abandon'
  | 'park'
  | 'drain'
  | 'return'
  | 'settle'
  | 'graceOver'
  | 'cancel'
  | 'kill';

/**
 * A task's life: for each state and each input, the next state. With the state itself the input is taken note of, or
 * comes too late, since what was decided before is still to be told. A cell that is left out cannot occur.
 *
 * @internal
 */
export const transitions: Readonly<
  Record<TaskState, Readonly<Partial<Record<TaskInput, TaskState>>>>
> = {
  new: { accept: 'waiting', direct: 'starting', reject: 'ended', cancel: 'ended' },
  waiting: { turn: 'starting', cancel: 'ended', kill: 'ended' },
  starting: { up: 'starting', down: 'ended', begin: 'running', cancel: 'ended', kill: 'ended' },
  running: {
    done: 'ended',
    threw: 'judging',
    timeout: 'judging',
    cancel: 'lingering',
    kill: 'ended',
  },
  judging: {
    retry: 'waiting',
    fail: 'ended',
    abandon: 'lingering',
    park: 'parked',
    drain: 'draining',
    settle: 'judging',
    cancel: 'judging',
    kill: 'ended',
  },
  draining: { settle: 'parked', graceOver: 'parked', cancel: 'lingering', kill: 'ended' },
  parked: { return: 'waiting', fail: 'ended', cancel: 'ended', kill: 'ended' },
  lingering: { settle: 'ended', graceOver: 'ended', cancel: 'lingering', kill: 'ended' },
  ended: { up: 'ended', down: 'ended', begin: 'ended', settle: 'ended', cancel: 'ended' },
};

/**
 * What an input makes of a state.
 *
 * @throws Error if it cannot occur: a defect of the engine
 * @internal
 */
export const nextState = (state: TaskState, input: TaskInput): TaskState => {
  const next = transitions[state][input];
  if (next === undefined) throw new Error(`A task that is ${state} cannot get '${input}'`);
  return next;
};
