/** The cells of a row. The columns after the first are right-aligned. */
type Row = readonly string[];

/** A table in plain text: columns two spaces apart, a rule below the titles. */
export const textTable = (titles: Row, rows: readonly Row[]): string => {
  const widths = titles.map((_, column) =>
    rows.reduce((most, row) => Math.max(most, row[column]!.length), titles[column]!.length),
  );
  const line = (row: Row): string =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
      )
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [line(titles), rule, ...rows.map(line)].join('\n');
};
