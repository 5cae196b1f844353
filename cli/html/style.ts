/** The style of the report: colours for light and dark, each with enough contrast to its ground. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: #ffffff; --raised: #f4f6f9; --text: #1b222c; --muted: #55606e; --grid: #dfe4ea; --limit: #7a2230;
  --series-1: #1f5fbf; --series-2: #18794e; --series-3: #b25000; --series-4: #7a3fb0; --series-5: #c0283a;
  --series-6: #00707f; --series-7: #1b222c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14181d; --raised: #1e242b; --text: #e6eaef; --muted: #a3aebb; --grid: #2f3740; --limit: #ffb3ba;
    --series-1: #7fb2ff; --series-2: #5fd39a; --series-3: #ffb066; --series-4: #cf9fff; --series-5: #ff8a94;
    --series-6: #5fd0e0; --series-7: #e6eaef;
  }
}
body { margin: 0; background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 24px 20px 48px; }
h1 { font-size: 24px; line-height: 1.25; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 18px; margin: 32px 0 8px; }
p { margin: 4px 0 12px; overflow-wrap: anywhere; }
dl { display: flex; flex-wrap: wrap; gap: 8px; margin: 12px 0; }
dl div { background: var(--raised); border-radius: 8px; padding: 8px 14px; }
dt { color: var(--muted); font-size: 13px; }
dd { margin: 0; font-size: 17px; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
figure { margin: 20px 0; }
figcaption { display: flex; gap: 8px; align-items: baseline; }
figcaption span, caption { color: var(--muted); font-size: 13px; }
.chart { min-height: 260px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 8px 0; }
caption { text-align: left; padding: 4px 0; }
th, td { text-align: right; padding: 4px 12px 4px 0; border-bottom: 1px solid var(--grid); white-space: nowrap; }
th:first-child { text-align: left; }
thead th { color: var(--muted); font-weight: 600; font-size: 13px; }
tbody th { font-weight: 400; }
summary { cursor: pointer; color: var(--series-1); }
pre { background: var(--raised); border-radius: 8px; padding: 12px 16px; overflow-x: auto; font-size: 13px; }
.uplot, .uplot * { font-family: inherit; }
.u-legend { text-align: left; font-size: 13px; font-variant-numeric: tabular-nums; }
.u-legend.u-inline tr { margin-right: 20px; }
.u-legend th, .u-legend td { border: 0; padding: 2px 4px; text-align: left; }
.u-select { background: color-mix(in srgb, var(--series-1) 15%, transparent); }
.u-hz .u-cursor-x, .u-vt .u-cursor-x { border-color: var(--muted); }
.u-hz .u-cursor-y, .u-vt .u-cursor-y { border-color: var(--muted); }
`;
