export { eventLoopDelay, type EventLoopDelayOptions } from './eventLoopDelay.js';
export { memoryUse, type MemoryUseOptions } from './memoryUse.js';
