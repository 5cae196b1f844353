import type { SimulatedTask } from '../../src/simulation/index.js';
import { exponential, uniform } from '../support/random.js';

/** Tasks that arrive at random, at a rate per ms, and take exponential times; the same ones for the same seed. */
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

/** Tasks that arrive in bursts of so many ms, with as long a pause after each. */
export function* inBursts({
  length,
  ...options
}: Parameters<typeof poisson>[0] & { length: number }): ReturnType<typeof poisson> {
  for (const task of poisson(options)) {
    yield { ...task, at: task.at + length * Math.floor(task.at / length) };
  }
}
