// The policies of the tables, and what each costs on a workload.
import { foresee } from '../../cli/compare/foresee.js';
import { parsePolicy } from '../../cli/policies.js';
import { simulateSettings } from '../../cli/settings.js';

/** @typedef {import('rx-tasker/simulation').SimulatedTask} SimulatedTask */
/**
 * @typedef {{ cost: number, p99: number, reversals: number, overClairvoyant: number | undefined }} Measured - cost in
 * proportion to the work, the p99 of the waits in ms, reversals a task
 */

const bounds = { base: 2, max: 200 };

export const policies = [
  'justInTimeStaffing',
  'squareRootStaffing',
  'adaptiveStaffing',
  'rateDeficit',
  'backlogThreshold(20)',
].map((name) => ({ name, policy: parsePolicy(name) }));

/**
 * @param {SimulatedTask[]} tasks
 * @param {number} startup - in ms
 * @returns {Measured[]} by policy
 */
export const measure = (tasks, startup) => {
  const traced = tasks.map((task) => ({ ...task, priority: 0 }));
  return policies.map(({ policy }) => {
    const { costRatio, wait, reversals } = simulateSettings(traced, {
      ...bounds,
      startup,
      interval: 100,
      rateWindow: 10_000,
      policy: policy,
    });
    const foreseen = foresee(traced, { ...bounds, startup }, wait.p99);
    return {
      cost: costRatio,
      p99: wait.p99,
      reversals: reversals / tasks.length,
      overClairvoyant: foreseen && costRatio / foreseen.costRatio,
    };
  });
};
