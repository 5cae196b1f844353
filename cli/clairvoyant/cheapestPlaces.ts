import type { Problem } from './Problem.js';
import type { TimeCells } from './timeCells.js';

/** A price of worker-time for each cell, and what tasks make of it. */
export interface Places {
  /** What all tasks pay, each at its cheapest place within its wait, in ms. */
  readonly cost: number;
  /** How many tasks run in each cell on average, if each is at its cheapest place. */
  readonly running: Float64Array;
}

/** For each task by itself, the cheapest start within its wait. The price is constant within a cell. */
export const cheapestPlaces = (
  { at, duration, wait }: Problem,
  cells: TimeCells,
  prices: Float64Array,
): Places => {
  const { edges, lengths, count } = cells;
  const running = new Float64Array(count);
  /** How many more tasks run throughout a cell than in the one before. */
  const rise = new Float64Array(count + 1);
  /** What the time until an edge costs. */
  const paid = new Float64Array(count + 1);
  for (let j = 0; j < count; j++) paid[j + 1] = paid[j]! + prices[j]! * lengths[j]!;
  let cost = 0;

  for (let i = 0; i < at.length; i++) {
    const length = duration[i]!;
    const latest = at[i]! + wait;
    let start = at[i]!;
    let first = cells.ofArrival[i]!;
    let last = cells.ofEnd[i]!;
    let price =
      paid[last]! +
      (start + length - edges[last]!) * prices[last]! -
      (paid[first]! + (start - edges[first]!) * prices[first]!);
    let [best, from, firstThen, lastThen] = [price, start, first, last];
    // The price of a place is linear until its start or its end gets to another cell.
    while (start < latest) {
      const left = latest - start;
      const toEdge = first < count - 1 ? edges[first + 1]! - start : Infinity;
      const endToEdge = last < count - 1 ? edges[last + 1]! - start - length : Infinity;
      const step = Math.min(toEdge, endToEdge, left);
      if (step > 0) {
        price += (prices[last]! - prices[first]!) * step;
        start += step;
        if (price < best) [best, from, firstThen, lastThen] = [price, start, first, last];
      }
      if (step === left) break;
      if (toEdge <= endToEdge) first++;
      if (endToEdge <= toEdge) last++;
    }
    cost += best;
    if (firstThen === lastThen) {
      running[firstThen]! += length / lengths[firstThen]!;
    } else {
      running[firstThen]! += (edges[firstThen + 1]! - from) / lengths[firstThen]!;
      running[lastThen]! += (from + length - edges[lastThen]!) / lengths[lastThen]!;
      rise[firstThen + 1]!++;
      rise[lastThen]!--;
    }
  }
  let throughout = 0;
  for (let j = 0; j < count; j++) running[j]! += throughout += rise[j]!;
  return { cost, running };
};
