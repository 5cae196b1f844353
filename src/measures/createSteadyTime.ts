/**
 * Makes times that never fall from a clock that may be set back. When the clock is set back, no time has
 * passed, and the times continue from the latest one.
 *
 * @param tolerance - how much earlier than the latest time a time may be, in ms, before the clock counts as set
 * back. Of two events at nearly the same time, the later one may be told first. Such a time becomes the latest
 * time.
 */
export const createSteadyTime = (tolerance = 0): ((time: number) => number) => {
  let latest = -Infinity;
  /** The sum of all set-backs of the clock. */
  let lost = 0;
  return (time) => {
    const back = latest - (time + lost);
    if (back > tolerance) lost += back;
    if (back < 0) latest = time + lost;
    return latest;
  };
};
