import type { TraceTask } from './trace/parseTrace.js';

/** How many tasks would run at once at the most, if each started when it arrives: more workers are no use. */
export const peakConcurrency = (tasks: readonly TraceTask[]): number => {
  const ends = Float64Array.from(tasks, ({ at, duration }) => at + duration).sort();
  let ended = 0;
  let peak = 1;
  tasks.forEach(({ at }, index) => {
    while (ends[ended]! <= at && ended < index) ended++;
    peak = Math.max(peak, index + 1 - ended);
  });
  return peak;
};
