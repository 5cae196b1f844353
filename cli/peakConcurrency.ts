import type { TraceTask } from './trace/parseCsvTrace.js';

/** How many tasks would run at once at the most, if each started when it arrives: more workers are no use. */
export const peakConcurrency = (tasks: readonly TraceTask[]): number => {
  // One that takes no time needs a worker as well, and does not keep it.
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
