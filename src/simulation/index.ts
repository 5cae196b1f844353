export { parseTrace } from './parseTrace.js';
export { recordTrace, type EventSource } from './recordTrace.js';
export type { Summary } from './Samples.js';
export { shadow } from './shadow.js';
export { ShadowPolicyError } from './ShadowPolicyError.js';
export type { ShadowedManager, ShadowFigures, ShadowOptions, ShadowReport } from './shadowTypes.js';
export { simulate } from './simulate.js';
export { SimulationStalledError } from './SimulationStalledError.js';
export type { TimelinePoint } from './Timeline.js';
export type {
  SimulatedTask,
  SimulationConfig,
  SimulationOptions,
  SimulationReport,
} from './types.js';
