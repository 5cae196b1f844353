export {
  InvalidConfigError,
  mergeMapLanes,
  quantiles,
  rate,
  stabilise,
  strict,
  usingResource,
  weighted,
  type Eventual,
  type Lane,
  type LaneDiscipline,
  type LaneSchedule,
  type MergeMapLanesOptions,
  type ObservableLike,
  type QuantilesOptions,
  type RateOptions,
  type StabiliseOptions,
} from './operators/index.js';
export type { ReadonlyBehaviorSubject } from './internal/LiveValue.js';
export { adaptiveStaffing, type AdaptiveStaffingOptions } from './manager/adaptiveStaffing.js';
export type { HealthCheck, TaskManagerConfig } from './manager/config.js';
export { createTaskManager } from './manager/createTaskManager.js';
export {
  MaxRetriesExceededError,
  OnCreateFunctionRequiredError,
  OnDestroyFunctionRequiredError,
  ResourceCreationError,
  ResourceReleaseTimeoutError,
  TaskCancelledError,
  TaskManagerStoppedError,
  TaskTimeoutError,
  WorkerCountMustBePositiveError,
} from './manager/errors.js';
export type {
  ResourceFailed,
  ResourcesChanged,
  Scaled,
  StateChanged,
  TaskArrived,
  TaskCancelled,
  TaskCompleted,
  TaskEvent,
  TaskEventBase,
  TaskFailed,
  TaskManagerState,
  TaskRetried,
  TaskStarted,
  TaskTimes,
  WorkerFreed,
  WorkerStarted,
  WorkerStopped,
  WorkerStopReason,
} from './manager/events.js';
export type { Logger } from './manager/logger.js';
export {
  createMetricsCollector,
  type MetricsCollector,
  type MetricsCollectorOptions,
  type TaskMetrics,
} from './manager/metrics.js';
export { queueFrom, type PullSource, type QueueFromOptions } from './manager/queueFrom.js';
export { queueOn } from './manager/queueOn.js';
export { runTasks } from './manager/runTasks.js';
export {
  backlogThreshold,
  fixed,
  rateDeficit,
  squareRootStaffing,
  type BacklogThresholdOptions,
  type Load,
  type ScalingPolicy,
  type SquareRootStaffingOptions,
} from './manager/scaling.js';
export type { TaskStats } from './manager/stats.js';
export type {
  ObservableTask,
  TaskContext,
  TaskFunction,
  TaskOptions,
  TaskRequest,
} from './manager/task.js';
export type { QueueOnOptions } from './manager/TaskStream.js';
export {
  TaskManager,
  type PlainCallback,
  type StopOptions,
  type TaskCallback,
} from './manager/TaskManager.js';
