/** One term of a sum. A term without a column is a constant. */
export interface Term {
  readonly factor: number;
  readonly column: string | undefined;
}

const number = String.raw`\d+(?:\.\d+)?(?:e[+-]?\d+)?`;
const name = String.raw`[\p{L}_][\p{L}\p{N}_.]*|\[[^\]]+\]`;
const termPattern = new RegExp(
  String.raw`^\s*(?:(?<factor>${number})\s*\*\s*(?<column>${name})|(?<column2>${name})\s*\*\s*(?<factor2>${number})|(?<alone>${name})|(?<constant>${number}))\s*`,
  'u',
);

/**
 * Reads a sum of columns with factors, as in `0.3*ContextTokens + 30*GeneratedTokens - 5`. A name with characters
 * other than letters, digits, `_` and `.` needs brackets: `2*[Context Tokens]`.
 *
 * @returns the terms, or `undefined` if the text is no such sum
 */
export const parseLinear = (text: string): readonly Term[] | undefined => {
  const terms: Term[] = [];
  for (let rest = text.trim(); rest !== '';) {
    const sign = /^[+-]/.exec(rest)?.[0];
    if (!sign && terms.length > 0) return undefined;
    const match = termPattern.exec(sign ? rest.slice(1) : rest);
    if (!match?.groups) return undefined;
    const { factor, factor2, column, column2, alone, constant } = match.groups;
    const size = Number(factor ?? factor2 ?? constant ?? 1);
    const bracketed = column ?? column2 ?? alone;
    terms.push({
      factor: sign === '-' ? -size : size,
      column: bracketed?.replace(/^\[(.*)\]$/, '$1'),
    });
    rest = rest.slice((sign ? 1 : 0) + match[0].length);
  }
  return terms.length > 0 ? terms : undefined;
};
