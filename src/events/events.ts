import type { Load, Why } from '../scaling/Load.js';

/** The times of a task, in ms by the manager's clock. */
export interface TaskTimes {
  /** When the task arrived. */
  readonly queuedAt: number;
  /** When its last attempt started. */
  readonly startedAt: number;
  /** When its last attempt ended. */
  readonly finishedAt: number;
}

/** What every event of a task says. */
export interface TaskEventBase {
  /** When it happened, in ms by the manager's clock. */
  readonly time: number;
  /** The number of the task, from 1 in the order of arrival. */
  readonly id: number;
  readonly label: string | undefined;
  /** The priority that the task is served at: from its first retry on at least 1. */
  readonly priority: number;
  /** Which attempt the event is about; 0 is the first. */
  readonly attempt: number;
  /** Whether it came by `runTask`, past the lanes and the workers. */
  readonly direct: boolean;
  readonly queuedAt: number;
}

/** A task was accepted. */
export interface TaskArrived extends TaskEventBase {
  readonly type: 'arrived';
}

/** A task was not accepted, since as many wait as may. It has no number, and no other event. */
export interface TaskRejected {
  readonly type: 'rejected';
  readonly time: number;
  readonly label: string | undefined;
  readonly priority: number;
  /** Why: a `QueueFullError`. */
  readonly error: unknown;
}

/** An attempt of a task has started on a resource. */
export interface TaskStarted extends TaskEventBase {
  readonly type: 'started';
  readonly startedAt: number;
  /** The number of the worker, or of the resource for a `runTask`. */
  readonly worker: number;
}

/**
 * An attempt failed, and the task is tried again: after a failure on an unhealthy worker the task waits again, after one
 * on a healthy worker only once the delay of its `retry` is over, with `requeued`.
 */
export interface TaskRetried extends TaskEventBase, TaskTimes {
  readonly type: 'retried';
  readonly error: unknown;
  /** Whether the worker was found healthy. */
  readonly healthy: boolean;
}

/** The delay of a task's `retry` is over, and the task waits again. */
export interface TaskRequeued extends TaskEventBase {
  readonly type: 'requeued';
}

/** A task ended well. */
export interface TaskCompleted<E> extends TaskEventBase, TaskTimes {
  readonly type: 'completed';
  /** The task's last value. */
  readonly result: E | undefined;
}

/** A task ended with an error. */
export interface TaskFailed extends TaskEventBase, TaskTimes {
  readonly type: 'failed';
  readonly error: unknown;
  /** Whether it was in the delay of its `retry`; left out otherwise. Its attempt has ended before. */
  readonly delayed?: true;
  /** Whether the task, which timed out, goes on and keeps its worker until it settles. */
  readonly abandoned: boolean;
}

/** A task was cancelled by its caller, or by the kill of the manager. */
export interface TaskCancelled extends TaskEventBase {
  readonly type: 'cancelled';
  readonly error: unknown;
  /** Whether the task was running; else it was waiting. */
  readonly running: boolean;
  /** Whether it was in the delay of its `retry`; left out otherwise. */
  readonly delayed?: true;
  /** Whether the task goes on and keeps its worker until it settles. */
  readonly abandoned: boolean;
}

/** What an abandoned task held is free again, or has been given up. */
export interface WorkerFreed {
  readonly type: 'workerFreed';
  readonly time: number;
  readonly worker: number;
  /** Whether the task had come by `runTask`. */
  readonly direct: boolean;
}

/** A worker's resource is up. */
export interface WorkerStarted {
  readonly type: 'workerStarted';
  readonly time: number;
  readonly worker: number;
}

/** Why a worker left. */
export type WorkerStopReason = 'scaledDown' | 'unhealthy' | 'stopped';

/** A worker has left, and its resource is being released. */
export interface WorkerStopped {
  readonly type: 'workerStopped';
  readonly time: number;
  readonly worker: number;
  readonly reason: WorkerStopReason;
  /** For `unhealthy`: the number of the task that found it so. */
  readonly task?: number | undefined;
  /** For `unhealthy`: what told so. */
  readonly error?: unknown;
}

/** The number of resources kept for `runTask` has changed. */
export interface ResourcesChanged {
  readonly type: 'resources';
  readonly time: number;
  /** How many are up, in use or not. */
  readonly ready: number;
  /** How many are up and not in use. */
  readonly available: number;
}

/** `onCreate` or `onDestroy` failed. A creation is tried again with a growing delay. */
export interface ResourceFailed {
  readonly type: 'resourceFailed';
  readonly time: number;
  readonly operation: 'creation' | 'release';
  readonly error: unknown;
}

/** The number of workers is being changed. */
export interface Scaled {
  readonly type: 'scaled';
  readonly time: number;
  readonly from: number;
  readonly to: number;
  /** The load it was decided on. */
  readonly load: Load;
  /** What the policy has said about its decision on that load, if anything. */
  readonly why?: Why | undefined;
}

/** Whether the manager takes and starts tasks. */
export type TaskManagerState = 'running' | 'paused' | 'stopping' | 'stopped' | 'killed';

/** The manager is in another state now. */
export interface StateChanged {
  readonly type: 'state';
  readonly time: number;
  readonly state: TaskManagerState;
}

/**
 * All that happens in a manager. For every accepted task there is one `arrived` and then exactly one of
 * `completed`, `failed` and `cancelled`. A task that is not accepted has one `rejected`, if the queue was full.
 */
export type TaskEvent<E = unknown> =
  | TaskArrived
  | TaskRejected
  | TaskStarted
  | TaskRetried
  | TaskRequeued
  | TaskCompleted<E>
  | TaskFailed
  | TaskCancelled
  | WorkerFreed
  | WorkerStarted
  | WorkerStopped
  | ResourcesChanged
  | ResourceFailed
  | Scaled
  | StateChanged;
