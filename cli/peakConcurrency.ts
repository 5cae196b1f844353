import type { TraceTask } from './trace/parseCsvTrace.js';

/** The greatest number of tasks at once if each starts at its arrival. More workers would be of no use. */
export const peakConcurrency = (tasks: readonly TraceTask[]): number => {
  // A task that takes no time needs a worker too, but does not keep the worker.
  const lasting = tasks.filter(({ duration }) => duration > 0);
  const ends = Float64Array.from(lasting, ({ at, duration }) => at + duration).sort();
  let begun = 0;
  let ended = 0;
  let peak = 1;
  for (const { at, duration } of tasks) {
    while (ended < begun && ends[ended]! <= at) ended++;
    peak = Math.max(peak, begun - ended + 1);
    if (duration > 0) begun++;
  }
  return peak;
};
