/** Uniform numbers in [0, 1), by the SFC32 generator of PractRand. The same seed gives the same numbers. */
export const uniform = (seed: number): (() => number) => {
  let a = seed | 0;
  let b = 0x9e3779b9 | 0;
  let c = 0x243f6a88 | 0;
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter++) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 16; i++) next(); // neighbouring seeds have drifted apart by now
  return next;
};

/** An exponential number with a mean, from uniform numbers. */
export const exponential = (random: () => number, mean: number): number =>
  -mean * Math.log(1 - random());
