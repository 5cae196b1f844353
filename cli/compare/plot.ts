import { formatDuration } from '../durations.js';
import { html, Html } from '../html/html.js';
import type { PolicyName } from '../policies.js';
import { familiesOf, type Mark, type Picture, type Place } from './picture.js';

export interface Panel {
  readonly title: string;
  readonly picture: Picture;
}

const WIDTH = 460;
const HEIGHT = 320;
const ENTRY = { width: 152, height: 24 } as const;
const MARGIN = { left: 52, right: 16, top: 34, bottom: 42 } as const;

/** Shapes tell the policies apart without colours, too. */
const looks: Readonly<Record<PolicyName, { colour: string; shape: string }>> = {
  justInTimeStaffing: {
    colour: '#c0283a',
    shape: 'M0 -6L1.8 -1.8L6 0L1.8 1.8L0 6L-1.8 1.8L-6 0L-1.8 -1.8z',
  },
  squareRootStaffing: { colour: '#1f5fbf', shape: 'M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z' },
  adaptiveStaffing: { colour: '#18794e', shape: 'M0 -5.5L5.5 0L0 5.5L-5.5 0z' },
  rateDeficit: { colour: '#7a3fb0', shape: 'M0 -5L5 4H-5z' },
  backlogThreshold: { colour: '#b25000', shape: 'M-4 -4H4V4H-4z' },
  fixed: { colour: '#55606e', shape: 'M-4 -4L4 4M-4 4L4 -4' },
};

/** Draws costs against waits as SVG, a panel for each startup time. */
export const plot = (title: string, panels: readonly Panel[]): string => {
  const columns = Math.min(2, panels.length);
  const rows = Math.ceil(panels.length / columns);
  const entries = legend(
    familiesOf(panels.flatMap(({ picture }) => picture.marks)),
    Math.floor((columns * WIDTH) / ENTRY.width),
  );
  const top = entries.height + 12;
  return `${
    html`<svg
      xmlns="http://www.w3.org/2000/svg"
      viewBox="0 0 ${columns * WIDTH} ${rows * HEIGHT + top}"
      font-family="sans-serif"
      font-size="12"
    >
      <title>${title}</title>
      <rect width="100%" height="100%" fill="#fff" />
      ${entries.drawn}
      ${panels.map(
        (panel, index) =>
          html`<g
            transform="translate(${(index % columns) * WIDTH} ${Math.floor(index / columns) * HEIGHT + top})"
            >${drawPanel(panel)}</g
          > `,
      )}
    </svg>`.text
  }\n`;
};

const CLAIRVOYANT = new Html('fill="none" stroke="#1b222c" stroke-width="1.5"');
const FRONTIER = new Html('fill="none" stroke="#1b222c" stroke-dasharray="3 3"');

const legend = (
  families: readonly PolicyName[],
  columns: number,
): { drawn: Html[]; height: number } => {
  const lines = [
    ...families.map((family) => [family, symbol(family)] as const),
    ['clairvoyant', html`<path d="M-8 0H8" ${CLAIRVOYANT} />`] as const,
    ['not beaten', html`<path d="M-8 0H8" ${FRONTIER} />`] as const,
    ['with its defaults', ring] as const,
  ];
  const drawn = lines.map(([name, symbol], index) => {
    const x = 20 + (index % columns) * ENTRY.width;
    const y = 18 + Math.floor(index / columns) * ENTRY.height;
    return html`<g transform="translate(${x} ${y})"
      >${symbol}<text x="14" dy="0.35em">${name}</text></g
    > `;
  });
  return { drawn, height: Math.ceil(lines.length / columns) * ENTRY.height };
};

const symbol = (family: PolicyName): Html => {
  const { colour, shape } = looks[family];
  return html`<path d="${shape}" fill="${colour}" stroke="${colour}" fill-opacity="0.6" />`;
};

const ring = html`<circle r="8" fill="none" stroke="#1b222c" stroke-width="1.5" />`;

const drawPanel = ({ title, picture }: Panel): Html => {
  const { marks, frontier, clairvoyant } = picture;
  const { x, y, waits, costs } = axesOf([...marks, ...clairvoyant]);
  return html`<text x="${MARGIN.left}" y="20" font-weight="bold">${title}</text> ${waits.map(
      (wait) =>
        html`<path d="M${x(wait)} ${MARGIN.top}V${HEIGHT - MARGIN.bottom}" stroke="#dfe4ea" />
          <text x="${x(wait)}" y="${HEIGHT - MARGIN.bottom + 16}" text-anchor="middle"
            >${wait === 1 ? '≤ ' : ''}${formatDuration(wait)}</text
          > `,
    )}${costs.map(
      (cost) =>
        html`<path d="M${MARGIN.left} ${y(cost)}H${WIDTH - MARGIN.right}" stroke="#dfe4ea" />
          <text x="${MARGIN.left - 6}" y="${y(cost)}" dy="0.35em" text-anchor="end"
            >${String(cost)}</text
          > `,
    )}<text x="${(WIDTH + MARGIN.left) / 2}" y="${HEIGHT - 8}" text-anchor="middle"
      >p99 of the waits; cost over work upwards</text
    >
    <path d="${stairs(frontier, x, y)}" ${FRONTIER} />
    <path d="${line(clairvoyant, x, y)}" ${CLAIRVOYANT} />
    ${marks.map((mark) => drawMark(mark, x(mark.wait), y(mark.cost)))}`;
};

const drawMark = ({ family, label, wait, cost, isPlain }: Mark, x: number, y: number): Html =>
  html`<g transform="translate(${x} ${y})"
    ><title>${label}: ${cost.toFixed(2)}, ${formatDuration(wait)}</title
    >${symbol(family)}${isPlain && ring}</g
  > `;

type Scale = (value: number) => number;

/** Whole powers of ten for the waits, and costs from 1, or from 0 if some are lower. */
const axesOf = (
  places: readonly Place[],
): { x: Scale; y: Scale; waits: number[]; costs: number[] } => {
  const powers = places.map(({ wait }) => Math.log10(wait));
  const first = Math.floor(Math.min(...powers));
  const last = Math.max(first + 1, Math.ceil(Math.max(...powers)));
  const all = places.map(({ cost }) => cost);
  const least = Math.min(...all) < 1 ? 0 : 1;
  const most = Math.max(least + 0.5, Math.ceil(Math.max(...all) * 2) / 2);
  return {
    x: (wait) =>
      pixel(MARGIN.left, WIDTH - MARGIN.right, (Math.log10(wait) - first) / (last - first)),
    y: (cost) => pixel(HEIGHT - MARGIN.bottom, MARGIN.top, (cost - least) / (most - least)),
    waits: Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index)),
    costs: Array.from({ length: (most - least) * 2 + 1 }, (_, index) => least + index / 2),
  };
};

const pixel = (from: number, to: number, share: number): number =>
  Number((from + share * (to - from)).toFixed(1));

const line = (places: readonly Place[], x: Scale, y: Scale): string =>
  places.map(({ wait, cost }, index) => `${index === 0 ? 'M' : 'L'}${x(wait)} ${y(cost)}`).join('');

/** A cost is reached until a lower one is. */
const stairs = (places: readonly Place[], x: Scale, y: Scale): string =>
  places
    .map(({ wait, cost }, index) =>
      index === 0 ? `M${x(wait)} ${y(cost)}` : `H${x(wait)}V${y(cost)}`,
    )
    .join('');
