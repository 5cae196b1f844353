/**
 * Makes times that never fall of those of a clock that may be set back: when it is, no time has passed, and the times
 * go on from there.
 *
 * @param tolerance - up to how much earlier than the latest a time may be, in ms, without the clock having been set
 * back: of two things at nearly the same time the later may have been told first. It counts as the latest then.
 */
export const createSteadyTime = (tolerance = 0): ((time: number) => number) => {
  let latest = -Infinity;
  /** By how much the clock has been set back. */
  let lost = 0;
  return (time) => {
    const back = latest - (time + lost);
    if (back > tolerance) lost += back;
    if (back < 0) latest = time + lost;
    return latest;
  };
};
