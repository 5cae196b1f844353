// The scaling policies that are compared: all there are, with a sweep of their parameters.
import {
  adaptiveStaffing,
  backlogThreshold,
  fixed,
  rateDeficit,
  squareRootStaffing,
} from 'rx-tasker';

/** @typedef {import('rx-tasker').ScalingPolicy} ScalingPolicy */
/**
 * @typedef {{ name: string, family: string, policy: () => ScalingPolicy, isPlain: boolean }} Candidate - plain is the
 * one with the parameters that it has by itself
 */

/**
 * @param {string} family
 * @param {string} parameters - as shown; none for those that it has by itself
 * @param {() => ScalingPolicy} policy
 * @returns {Candidate}
 */
const candidate = (family, parameters, policy) => ({
  name: `${family}(${parameters})`,
  family,
  policy,
  isPlain: parameters === '',
});

/** What the sweeps meet again. */
const repeated = ['squareRootStaffing(1000, 1, 2)', 'adaptiveStaffing(500, 0.6, 2)'];

/** @type {Candidate[]} */
export const candidates = [
  candidate('squareRootStaffing', '', squareRootStaffing),
  ...[250, 500, 1000, 2000, 4000].flatMap((horizon) =>
    [
      { low: 0, high: 1 },
      { low: 0.5, high: 1.5 },
      { low: 1, high: 2 },
      { low: 1, high: 3 },
      { low: 2, high: 3 },
    ].map(({ low, high }) =>
      candidate('squareRootStaffing', `${horizon}, ${low}, ${high}`, () =>
        squareRootStaffing({ horizon, low, high }),
      ),
    ),
  ),
  candidate('adaptiveStaffing', '', adaptiveStaffing),
  ...[250, 500, 1000, 2000].flatMap((horizon) =>
    [
      { low: 0.2, high: 1 },
      { low: 0.6, high: 2 },
      { low: 1, high: 2.5 },
    ].map(({ low, high }) =>
      candidate('adaptiveStaffing', `${horizon}, ${low}, ${high}`, () =>
        adaptiveStaffing({ horizon, low, high }),
      ),
    ),
  ),
  candidate('rateDeficit', '', rateDeficit),
  ...[0, 2, 5, 20].flatMap((threshold) =>
    [2, 10].map((step) =>
      candidate('backlogThreshold', `${threshold}, ${step}`, () =>
        backlogThreshold({ threshold, step }),
      ),
    ),
  ),
  ...[5, 10, 15, 20, 30, 40, 60, 80].map((count) =>
    candidate('fixed', String(count), () => fixed(count)),
  ),
].filter(({ name }) => !repeated.includes(name));
