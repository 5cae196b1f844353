import { formatClock, formatDuration, formatNumber } from '../durations.js';
import type { Chart } from './chart.js';
import { greatest } from './charts.js';
import { html, jsonScript, Html } from './html.js';
import type { Span } from './Recorder.js';
import { style } from './style.js';

/** The script and the style of the charts. */
export interface Assets {
  readonly script: string;
  readonly style: string;
}

/** A name and a value, for a reader. */
export type Fact = readonly [name: string, value: string];

/** A part of a report. */
export interface Section {
  readonly title: string;
  readonly parts: readonly Html[];
}

/** A report in one file. It needs no other file, and its policy forbids the loading of any. */
export const page = (
  title: string,
  intro: readonly string[],
  sections: readonly Section[],
  charts: readonly Chart[],
  assets: Assets,
): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
        />
        <title>${title}</title>
        <style>
          ${new Html(assets.style)}${new Html(style)}
        </style>
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${intro.map((line) => html`<p>${line}</p> `)}
          <noscript><p>The charts need JavaScript; the tables have their figures.</p></noscript>
          ${sections.map(
            ({ title: heading, parts }) =>
              html`<section>
                <h2>${heading}</h2>
                ${parts}
              </section> `,
          )}
        </main>
        ${jsonScript('charts', charts)}
        <script>
          ${new Html(assets.script.replaceAll('</script', '<\\/script'))};
        </script>
      </body>
    </html> `.text;

/** The place of a chart. The script fills the places in their order. */
export const figure = ({ title, note, summary }: Chart): Html =>
  html`<figure>
    <figcaption>
      <strong>${title}</strong>${note !== undefined && html` <span>${note}</span>`}
    </figcaption>
    <div class="chart" role="img" aria-label="${title}: ${summary}"></div>
  </figure> `;

/** Names and values side by side. */
export const factList = (facts: readonly Fact[]): Html =>
  html`<dl>
    ${facts.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl> `;

export const table = (
  caption: string,
  titles: readonly string[],
  rows: readonly (readonly string[])[],
): Html =>
  html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${titles.map((each) => html`<th scope="col">${each}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([name = '', ...cells]) =>
            html`<tr>
              <th scope="row">${name}</th>
              ${cells.map((cell) => html`<td>${cell}</td>`)}
            </tr> `,
        )}
      </tbody>
    </table>
  </div> `;

/** The figures of the charts over time. */
export const spansTable = (spans: readonly Span[]): Html =>
  html`<details>
    <summary>The same in figures</summary>
    ${table(
      `The highest values within each ${formatDuration(spans[0]!.length)}, and the mean rates`,
      ['from', 'target', 'up', 'busy', 'waiting', 'arrivals', 'completions', 'longest wait'],
      spans.map((span) => [
        formatClock(span.start / 1000),
        ...[span.target, span.up, span.busy, span.queued].map(formatNumber),
        ...[span.arrived, span.completed].map(
          (count) => `${formatNumber(span.length > 0 ? (count / span.length) * 1000 : 0)}/s`,
        ),
        span.waits.length > 0 ? formatDuration(greatest(span.waits)) : '–',
      ]),
    )}
  </details> `;
