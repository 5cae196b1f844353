import type { Problem } from './Problem.js';

/** Time, cut into cells: cell j is from edge j to edge j + 1. */
export interface TimeCells {
  readonly edges: Float64Array;
  readonly lengths: Float64Array;
  readonly count: number;
  /** The cell of each task's arrival. */
  readonly ofArrival: Int32Array;
  /** The cell in which each task ends if it does not wait. */
  readonly ofEnd: Int32Array;
}

/** How many edges there are at most within the longest wait. Eight of them cost twice the time, for 0.3 % (measured). */
const CELLS_PER_WAIT = 4;

/** Cells whose edges are the first and last moments at which tasks can start and end, without those too near. */
export const timeCells = ({ at, duration, wait }: Problem): TimeCells => {
  const all = new Float64Array(4 * at.length);
  at.forEach((arrival, i) => {
    all.set([arrival, arrival + wait], 4 * i);
    all.set([arrival + duration[i]!, arrival + duration[i]! + wait], 4 * i + 2);
  });
  all.sort();
  const kept = [0];
  for (const moment of all) if (moment - kept.at(-1)! > wait / CELLS_PER_WAIT) kept.push(moment);
  const end = all.at(-1)!;
  if (kept.length === 1 || kept.at(-1)! < end) kept.push(Math.max(end, 1));
  const edges = Float64Array.from(kept);
  const count = edges.length - 1;
  return {
    edges,
    lengths: Float64Array.from({ length: count }, (_, j) => edges[j + 1]! - edges[j]!),
    count,
    ofArrival: Int32Array.from(at, (arrival) => cellAt(edges, arrival)),
    ofEnd: Int32Array.from(at, (arrival, i) => cellAt(edges, arrival + duration[i]!)),
  };
};

/** The last cell that begins no later. */
const cellAt = (edges: Float64Array, time: number): number => {
  let from = 0;
  let to = edges.length - 1;
  while (to - from > 1) {
    const middle = (from + to) >> 1;
    if (edges[middle]! <= time) from = middle;
    else to = middle;
  }
  return from;
};
