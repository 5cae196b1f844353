import type { Load } from '../../src/index.js';

/** A load before the first task, with two workers that are up. */
export const justInTimeLoad: Load = {
  time: 0,
  arrivalRate: 0,
  completionRate: 0,
  throughput: 0,
  meanExecutionTime: 0,
  executionTime: 0,
  completed: 0,
  failed: 0,
  queued: 0,
  oldestWait: 0,
  busy: 0,
  ready: 2,
  startupTime: 0,
  current: 2,
  base: 2,
  max: 50,
};
