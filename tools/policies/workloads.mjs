// Workloads to compare scaling policies on where there is no trace: the same tasks each time.
import { exponential, uniform } from '../../spec/support/random.js';

/** @typedef {import('rx-tasker/simulation').SimulatedTask} SimulatedTask */
/** @typedef {(seconds: number) => number} Course - something that changes with time */

const MINUTE = 60;

/** @type {Record<string, { about: string, rate: Course, mean: Course, minutes: number }>} */
const courses = {
  steady: {
    about: '10 tasks/s of 0.5 s for half an hour',
    rate: () => 10,
    mean: () => 0.5,
    minutes: 30,
  },
  diurnal: {
    about: '2 to 30 tasks/s of 0.4 s, up and down once in an hour',
    rate: (t) => 16 - 14 * Math.cos((2 * Math.PI * t) / (60 * MINUTE)),
    mean: () => 0.4,
    minutes: 60,
  },
  bursts: {
    about: '2 tasks/s of 0.8 s, and 50 tasks/s for two seconds of each minute',
    rate: (t) => (t % MINUTE < 2 ? 50 : 2),
    mean: () => 0.8,
    minutes: 30,
  },
  'tasks get longer': {
    about: '10 tasks/s of 0.2 s, in the second third of half an hour of 2 s',
    rate: () => 10,
    mean: (t) => (t >= 10 * MINUTE && t < 20 * MINUTE ? 2 : 0.2),
    minutes: 30,
  },
  'on and off': {
    about: '20 tasks/s of 1 s for 30 s, then nothing for 60 s',
    rate: (t) => (t % 90 < 30 ? 20 : 0),
    mean: () => 1,
    minutes: 30,
  },
};

/** @type {Record<string, { about: string, tasks: SimulatedTask[] }>} */
export const workloads = Object.fromEntries(
  Object.entries(courses).map(([name, { about, ...course }], index) => [
    name,
    { about, tasks: generate({ ...course, seed: index + 1 }) },
  ]),
);

/**
 * Arrivals at random at a rate, by thinning of those at the greatest one, and exponential durations.
 *
 * @param {{ rate: Course, mean: Course, minutes: number, seed: number }} course
 * @returns {SimulatedTask[]}
 */
function generate({ rate, mean, minutes, seed }) {
  const random = uniform(seed);
  const end = minutes * MINUTE;
  const greatest = Math.max(...Array.from({ length: end }, (_, second) => rate(second)));
  /** @type {SimulatedTask[]} */
  const tasks = [];
  for (let t = exponential(random, 1 / greatest); t < end; t += exponential(random, 1 / greatest)) {
    const isKept = random() * greatest < rate(t);
    const duration = exponential(random, mean(t) * 1000);
    if (isKept) tasks.push({ at: t * 1000, duration });
  }
  return tasks;
}
