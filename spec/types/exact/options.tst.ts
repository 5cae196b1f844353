import type {
  AdaptiveStaffingOptions,
  AimdOptions,
  BacklogThresholdOptions,
  GradientOptions,
  LoadFoldOptions,
  MetricsCollector,
  MetricsCollectorOptions,
  QueueFromOptions,
  QueueOnOptions,
  SquareRootStaffingOptions,
  StatsFoldOptions,
  StepDownWhileOptions,
  StopOptions,
  TaskManagerConfig,
  TaskOptions,
  TaskRequest,
  TimedFoldOptions,
} from 'rx-tasker';
import type { EventLoopDelayOptions, MemoryUseOptions } from 'rx-tasker/node';
import type {
  MergeMapLanesOptions,
  QuantilesOptions,
  RateOptions,
  StabiliseOptions,
} from 'rx-tasker/operators';
import type { SimulatedTask, SimulationConfig, SimulationOptions } from 'rx-tasker/simulation';
import { describe, expect, test } from 'tstyche';

/** All optional properties of a type, each with `undefined`. */
type Undefined<T> = {
  [K in keyof T as Pick<Partial<T>, K> extends Pick<T, K> ? K : never]-?: undefined;
};

describe('an option that is undefined', () => {
  test('is not the same as an omitted option, in this project', () => {
    expect<{ a?: 1 }>().type.not.toBeAssignableFrom<Undefined<{ a?: 1 }>>();
    expect<Undefined<{ a?: 1; b: 2 }>>().type.toBe<{ a: undefined }>();
  });

  test('is taken like an omitted option', () => {
    const signal = undefined as AbortSignal | undefined;
    expect<TaskOptions>().type.toBeAssignableFrom({ signal });

    expect<TaskOptions>().type.toBeAssignableFrom<Undefined<TaskOptions>>();
    type Request = TaskRequest<unknown, unknown>;
    expect<Partial<Request>>().type.toBeAssignableFrom<Undefined<Request>>();
    type RequestObserver = NonNullable<Request['observer']>;
    expect<RequestObserver>().type.toBeAssignableFrom<Undefined<RequestObserver>>();
    type Config = TaskManagerConfig<unknown>;
    expect<Partial<Config>>().type.toBeAssignableFrom<Undefined<Config>>();
    expect<StopOptions>().type.toBeAssignableFrom<Undefined<StopOptions>>();
    type QueueOn = QueueOnOptions<unknown>;
    expect<QueueOn>().type.toBeAssignableFrom<Undefined<QueueOn>>();
    type QueueFrom = QueueFromOptions<unknown>;
    expect<QueueFrom>().type.toBeAssignableFrom<Undefined<QueueFrom>>();
    type Collector = MetricsCollector;
    expect<Partial<Collector>>().type.toBeAssignableFrom<Undefined<Collector>>();
    type CollectorOptions = MetricsCollectorOptions;
    expect<CollectorOptions>().type.toBeAssignableFrom<Undefined<CollectorOptions>>();
    expect<TimedFoldOptions>().type.toBeAssignableFrom<Undefined<TimedFoldOptions>>();
    expect<LoadFoldOptions>().type.toBeAssignableFrom<Undefined<LoadFoldOptions>>();
    type StatsOptions = Partial<StatsFoldOptions>;
    expect<StatsOptions>().type.toBeAssignableFrom<Undefined<StatsFoldOptions>>();
    type SquareRoot = SquareRootStaffingOptions;
    expect<SquareRoot>().type.toBeAssignableFrom<Undefined<SquareRoot>>();
    type Adaptive = AdaptiveStaffingOptions;
    expect<Adaptive>().type.toBeAssignableFrom<Undefined<Adaptive>>();
    expect<AimdOptions>().type.toBeAssignableFrom<Undefined<AimdOptions>>();
    expect<GradientOptions>().type.toBeAssignableFrom<Undefined<GradientOptions>>();
    type StepDown = StepDownWhileOptions;
    expect<StepDown>().type.toBeAssignableFrom<Undefined<StepDown>>();
    type Backlog = BacklogThresholdOptions;
    expect<Partial<Backlog>>().type.toBeAssignableFrom<Undefined<Backlog>>();
  });

  test('is taken by the operators', () => {
    type Lanes = MergeMapLanesOptions<unknown>;
    expect<Lanes>().type.toBeAssignableFrom<Undefined<Lanes>>();
    expect<Partial<QuantilesOptions>>().type.toBeAssignableFrom<Undefined<QuantilesOptions>>();
    expect<Partial<RateOptions>>().type.toBeAssignableFrom<Undefined<RateOptions>>();
    expect<Partial<StabiliseOptions>>().type.toBeAssignableFrom<Undefined<StabiliseOptions>>();
  });

  test('is taken by what measures in Node', () => {
    type EventLoop = EventLoopDelayOptions;
    expect<EventLoop>().type.toBeAssignableFrom<Undefined<EventLoop>>();
    expect<MemoryUseOptions>().type.toBeAssignableFrom<Undefined<MemoryUseOptions>>();
  });

  test('is taken by the simulation', () => {
    expect<Partial<SimulatedTask>>().type.toBeAssignableFrom<Undefined<SimulatedTask>>();
    expect<Partial<SimulationConfig>>().type.toBeAssignableFrom<Undefined<SimulationConfig>>();
    expect<Partial<SimulationOptions>>().type.toBeAssignableFrom<Undefined<SimulationOptions>>();
  });
});
