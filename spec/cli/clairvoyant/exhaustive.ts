import type { ClairvoyantOptions } from '../../../cli/clairvoyant.js';
import type { Problem } from '../../../cli/clairvoyant/Problem.js';

export interface Workload {
  readonly tasks: readonly { at: number; duration: number }[];
  readonly options: ClairvoyantOptions;
}

export const problemOf = ({ tasks, options }: Workload): Problem => ({
  ...options,
  at: Float64Array.from(tasks, ({ at }) => at - tasks[0]!.at),
  duration: Float64Array.from(tasks, ({ duration }) => duration),
});

/**
 * The least cost in ms, by trying all starts in whole ms and all numbers of workers. With times in whole ms no other
 * start is better: the cost is linear between them. Infinity if there is no schedule.
 */
export const exhaustive = ({ tasks, options }: Workload): number => {
  const first = tasks[0]!.at;
  const place = (placed: readonly number[]): number => {
    const task = tasks[placed.length];
    if (!task) return leastWorkers(tasks, placed, options);
    const at = task.at - first;
    let least = Infinity;
    for (let start = Math.max(at, placed.at(-1) ?? 0); start <= at + options.wait; start++) {
      least = Math.min(least, place([...placed, start]));
    }
    return least;
  };
  return place([]);
};

/** Goes through the ms one after the other. For each number of workers that are up: the least cost so far. */
const leastWorkers = (
  tasks: Workload['tasks'],
  starts: readonly number[],
  { base, max, startCost }: ClairvoyantOptions,
): number => {
  const ends = starts.map((start, i) => start + tasks[i]!.duration);
  const counts = Array.from({ length: max - base + 1 }, (_, i) => base + i);
  let costs = counts.map((count) => (count - base) * startCost);
  for (let ms = 0; ms < Math.max(...ends); ms++) {
    const running = starts.filter((start, i) => start <= ms && ends[i]! > ms).length;
    const changed = counts.map((count) =>
      Math.min(...costs.map((cost, i) => cost + Math.max(0, count - counts[i]!) * startCost)),
    );
    costs = changed.map((cost, i) => (counts[i]! < running ? Infinity : cost + counts[i]!));
  }
  return Math.min(...costs);
};
