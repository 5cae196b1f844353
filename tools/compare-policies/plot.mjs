// Draws cost against wait as SVG, a panel for each workload.

/** @typedef {import('./main.mjs').Result} Result */
/** @typedef {{ title: string, results: Result[], frontier: Result[] }} Panel */

const width = 460;
const height = 320;
const margin = { left: 56, right: 16, top: 34, bottom: 42 };
const columns = 2;
/** What costs more than this is off the picture. */
const greatestCost = 5;
const leastWait = 0.001;
const greatestWait = 1000;

/** Told apart without colours, too. @type {Record<string, { colour: string, shape: string }>} */
const marks = {
  squareRootStaffing: { colour: '#0b62a4', shape: 'M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z' },
  adaptiveStaffing: { colour: '#0a7d4f', shape: 'M0 -5.5L5.5 0L0 5.5L-5.5 0z' },
  rateDeficit: { colour: '#8a4fa3', shape: 'M0 -5L5 4H-5z' },
  backlogThreshold: { colour: '#c26a00', shape: 'M-4 -4H4V4H-4z' },
  fixed: { colour: '#666', shape: 'M-4 -4L4 4M-4 4L4 -4' },
};

/** @param {number} cost */
const x = (cost) =>
  margin.left + ((cost - 1) / (greatestCost - 1)) * (width - margin.left - margin.right);

/** @param {number} wait */
const y = (wait) => {
  const share =
    Math.log(Math.max(wait, leastWait) / leastWait) / Math.log(greatestWait / leastWait);
  return height - margin.bottom - share * (height - margin.top - margin.bottom);
};

/**
 * @param {Panel[]} panels
 * @returns {string} an SVG
 */
export const plot = (panels) => {
  const rows = Math.ceil(panels.length / columns);
  const legend = Object.entries(marks).map(
    ([family, { colour, shape }], index) =>
      `<g transform="translate(${40 + index * 160} 18)"><path d="${shape}" fill="${colour}" stroke="${colour}"/>` +
      `<text x="12" dy="0.35em">${family}</text></g>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${columns * width} ${rows * height + 36}" font-family="sans-serif" font-size="12">`,
    '<title>Cost of scaling policies against the wait</title>',
    '<rect width="100%" height="100%" fill="#fff"/>',
    ...legend,
    `<text x="${2 * width - 16}" y="18" dy="0.35em" text-anchor="end">circle: as it is by itself</text>`,
    ...panels.map(
      (panel, index) =>
        `<g transform="translate(${(index % columns) * width} ${Math.floor(index / columns) * height + 36})">${panelOf(panel)}</g>`,
    ),
    '</svg>',
    '',
  ].join('\n');
};

/** @param {Panel} panel */
const panelOf = ({ title, results, frontier }) => {
  const shown = results.filter(({ cost }) => cost <= greatestCost);
  const line = frontier
    .filter(({ cost }) => cost <= greatestCost)
    .map(({ cost, wait }) => `${x(cost).toFixed(1)},${y(wait).toFixed(1)}`);
  return [
    `<text x="${margin.left}" y="20" font-weight="bold">${title}</text>`,
    ...[1, 2, 3, 4, 5].map(
      (cost) =>
        `<text x="${x(cost)}" y="${height - margin.bottom + 16}" text-anchor="middle">${cost}</text>` +
        `<path d="M${x(cost)} ${margin.top}V${height - margin.bottom}" stroke="#ddd"/>`,
    ),
    ...[0.001, 0.01, 0.1, 1, 10, 100, 1000].map(
      (wait) =>
        `<text x="${margin.left - 6}" y="${y(wait)}" dy="0.35em" text-anchor="end">${wait} s</text>` +
        `<path d="M${margin.left} ${y(wait)}H${width - margin.right}" stroke="#ddd"/>`,
    ),
    `<text x="${(width + margin.left) / 2}" y="${height - 8}" text-anchor="middle">worker-time over work; p99 wait upwards</text>`,
    `<polyline points="${line.join(' ')}" fill="none" stroke="#000" stroke-dasharray="3 3"/>`,
    ...shown.map(({ family, name, cost, wait, isPlain }) => {
      const { colour, shape } = marks[family] ?? { colour: '#000', shape: 'M0 0' };
      const place = `transform="translate(${x(cost).toFixed(1)} ${y(wait).toFixed(1)})"`;
      const ring = isPlain ? '<circle r="8" fill="none" stroke="#000" stroke-width="1.5"/>' : '';
      return `<g ${place}><title>${name}: ${cost.toFixed(3)}, ${wait.toFixed(3)} s</title><path d="${shape}" fill="${colour}" stroke="${colour}" fill-opacity="0.6"/>${ring}</g>`;
    }),
  ].join('\n');
};
