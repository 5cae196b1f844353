/** A task that throws. */
export const fails = (): never => {
  throw 'why';
};
