/** The least integer in from … to for which `holds` is true. It must be true for all greater ones, and for `to`. */
export const leastThat = (holds: (value: number) => boolean, from: number, to: number): number => {
  if (holds(from)) return from;
  let [no, yes] = [from, to];
  while (yes - no > 1) {
    const middle = Math.floor((no + yes) / 2);
    if (holds(middle)) yes = middle;
    else no = middle;
  }
  return yes;
};
