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
export type { ReadonlyBehaviorSubject } from './rx/LiveValue.js';
export { adaptiveStaffing, type AdaptiveStaffingOptions } from './scaling/adaptiveStaffing.js';
export type { HealthCheck, TaskManagerConfig } from './engine/config.js';
export { createTaskManager } from './manager/createTaskManager.js';
export {
  MaxRetriesExceededError,
  OnCreateFunctionRequiredError,
  OnDestroyFunctionRequiredError,
  QueueFullError,
  ResourceCreationError,
  ResourceReleaseTimeoutError,
  TaskCancelledError,
  TaskManagerStoppedError,
  TaskTimeoutError,
  WorkerCountMustBePositiveError,
} from './events/errors.js';
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
  TaskRejected,
  TaskRequeued,
  TaskRetried,
  TaskStarted,
  TaskTimes,
  WorkerFreed,
  WorkerStarted,
  WorkerStopped,
  WorkerStopReason,
} from './events/events.js';
export {
  createMetricsCollector,
  type MetricsCollector,
  type MetricsCollectorOptions,
} from './folds/collector.js';
export { fold, type Fold } from './folds/fold.js';
export { loadFold, type LoadFoldOptions, type TaskLoad } from './folds/load.js';
export type { Logger } from './folds/logger.js';
export { emptyMetrics, metricsFold, type TaskMetrics } from './folds/metrics.js';
export { statsFold, type StatsFoldOptions, type TaskStats } from './folds/stats.js';
export type { TimedFoldOptions } from './folds/timedFold.js';
export { queueFrom, type PullSource, type QueueFromOptions } from './manager/queueFrom.js';
export { queueOn } from './manager/queueOn.js';
export { runTasks } from './engine/runTasks.js';
export { aimd, type AimdOptions } from './scaling/aimd.js';
export { backlogThreshold, type BacklogThresholdOptions } from './scaling/backlogThreshold.js';
export { wantEagerLooks } from './scaling/eagerLooks.js';
export { fixed } from './scaling/fixed.js';
export { gradient, type GradientOptions } from './scaling/gradient.js';
export { highest } from './scaling/highest.js';
export type { JustInTimeDecision } from './scaling/JustInTimeRule.js';
export {
  justInTimeStaffing,
  type JustInTimeStaffingOptions,
} from './scaling/justInTimeStaffing.js';
export type { Load, Why } from './scaling/Load.js';
export { lowest } from './scaling/lowest.js';
export { rateDeficit } from './scaling/rateDeficit.js';
export type { ScalingPolicy } from './scaling/ScalingPolicy.js';
export {
  squareRootStaffing,
  type SquareRootStaffingOptions,
} from './scaling/squareRootStaffing.js';
export { stepDownWhile, type StepDownWhileOptions } from './scaling/stepDownWhile.js';
export { explain, whyOf } from './scaling/why.js';
export type {
  ObservableTask,
  TaskContext,
  TaskFunction,
  TaskOptions,
  TaskRequest,
} from './tasks/task.js';
export type { QueueOnOptions } from './manager/TaskStream.js';
export {
  TaskManager,
  type PlainCallback,
  type StopOptions,
  type TaskCallback,
} from './manager/TaskManager.js';
export { backoff, type BackoffOptions, type RetryDelay } from './tasks/backoff.js';
export type { Retry } from './tasks/retry.js';
export { retryBudget, type RetryBudgetOptions } from './tasks/retryBudget.js';
export {
  dropLowest,
  dropOldest,
  rejectNew,
  type Overflow,
  type Waiting,
} from './tasks/overflow.js';
export type { WaitingTask } from './tasks/waiting.js';
