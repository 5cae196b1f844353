import type { SimulatedTask } from '../../src/simulation/index.js';
import { exponential, uniform } from '../support/random.js';

/** Tasks with random arrivals, at a rate per ms, and exponential times. The same seed gives the same tasks. */
export function* poisson({
  count,
  rate,
  mean,
  seed = 1,
  priorities = 1,
}: {
  count: number;
  rate: number;
  mean: number;
  seed?: number;
  priorities?: number;
}): Generator<Required<Omit<SimulatedTask, 'fails'>>> {
  const random = uniform(seed);
  let at = 0;
  for (let i = 0; i < count; i++) {
    const priority = Math.floor(random() * priorities);
    yield { at, duration: exponential(random, mean), priority };
    at += exponential(random, 1 / rate);
  }
}

/** Tasks that arrive in bursts of `length` ms, with a pause of the same length after each. */
export function* inBursts({
  length,
  ...options
}: Parameters<typeof poisson>[0] & { length: number }): ReturnType<typeof poisson> {
  for (const task of poisson(options)) {
    yield { ...task, at: task.at + length * Math.floor(task.at / length) };
  }
}
