/** How many bits each of the three passes sorts by. */
const BITS = 11;

/** Fewer numbers than this the platform sorts as fast. */
const FEW = 400;

/** How many places a number may move after the passes, on average. Only where many agree is it more than one. */
const MOVES = 2;

/**
 * Gives numbers in ascending order; the array that is given loses its own. Of 2,048 times each costs 15 ns, and 50 ns
 * by the platform's sort (measured).
 *
 * ```
 * a number:  [ sign, exponent, upper part of the fraction ] [ lower part of the fraction ]
 *            [ 3rd pass ] [   2nd pass   ] [   1st pass   ] [ insertion sort             ]
 * ```
 *
 * The passes put numbers >= 0 in the order of their upper halves. What they leave is little, unless many numbers agree
 * in more than six digits, some are negative, or the machine is big-endian and has the halves the other way round.
 * The platform sorts these.
 */
export const sorted = (numbers: Float64Array): Float64Array => {
  const { length } = numbers;
  if (length < FEW) return numbers.sort();
  const result = pass(pass(pass(numbers, 0), BITS), 2 * BITS);
  let moves = MOVES * length;
  for (let i = 1; i < length; i++) {
    const number = result[i] as number;
    let free = i;
    for (; free > 0 && (result[free - 1] as number) > number; free--) {
      result[free] = result[free - 1] as number;
    }
    result[free] = number;
    moves -= i - free;
    if (moves < 0) return result.sort();
  }
  return result;
};

/** Gives numbers in the order of some bits of their upper halves; where these are equal, the order stays. */
const pass = (numbers: Float64Array, shift: number): Float64Array => {
  const { buffer, byteOffset, length } = numbers;
  const halves = new Uint32Array(buffer, byteOffset, 2 * length);
  const digit = (i: number): number => ((halves[2 * i + 1] as number) >>> shift) & (2 ** BITS - 1);
  /** Where the next number with each digit goes. */
  const places = new Uint32Array(2 ** BITS + 1);
  for (let i = 0; i < length; i++) places[digit(i) + 1]!++;
  for (let i = 1; i < places.length; i++) places[i]! += places[i - 1] as number;
  const result = new Float64Array(length);
  for (let i = 0; i < length; i++) result[places[digit(i)]!++] = numbers[i] as number;
  return result;
};
