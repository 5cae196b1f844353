import { html, type Html } from '../../../cli/html/html.js';
import { factList, figure, page, spansTable, table } from '../../../cli/html/page.js';
import type { Chart } from '../../../cli/html/chart.js';

const nasty = `"><script>alert('x')</script>`;
const escaped = '&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;';

/** The text without the spaces around tags. */
const tight = (part: Html): string => part.text.replace(/\s*([<>])\s*/g, '$1');

const chart: Chart = {
  title: nasty,
  note: nasty,
  summary: nasty,
  x: { name: nasty, quantity: 'clock', values: [0] },
  y: 'count',
  series: [{ name: nasty, values: [1], style: 'line', colour: 1 }],
  limits: [],
};

const assets = { script: 'const end = "</script>";', style: '.uplot {}' };

describe('page', () => {
  const text = page(
    nasty,
    [nasty],
    [{ title: nasty, parts: [html`<p>part</p>`, figure(chart)] }],
    [chart],
    assets,
  );

  it('escapes titles, texts and the data of charts', () => {
    expect(text).toContain(`<title>${escaped}</title>`);
    expect(text).toContain(`<h1>${escaped}</h1>`);
    expect(text).toContain(`<p>${escaped}</p>`);
    expect(text).toContain(`<h2>${escaped}</h2>`);
    expect(text).not.toContain(nasty);
    // One of the data and one of the program. The one in the program's text does not end the program.
    expect(text.match(/<\/script>/g)).toHaveLength(2);
    const [, data] = /id="charts">(.*)<\/script>/.exec(text)!;
    expect(JSON.parse(data!)).toEqual([chart]);
  });

  it('loads nothing from outside', () => {
    expect(text).toContain(`content="default-src 'none'; style-src`);
    expect(text).not.toMatch(/\b(src|href)=/);
  });

  it('has a language, a title, headings and both colour schemes', () => {
    expect(text).toMatch(/^<!doctype html>\s*<html lang="en">/);
    expect(text).toContain('prefers-color-scheme: dark');
    expect(text).toContain('<noscript>');
  });
});

describe('figure', () => {
  it('says in words what the chart shows', () => {
    expect(figure(chart).text).toContain(`role="img" aria-label="${escaped}: ${escaped}"`);
  });
});

describe('table', () => {
  it('has a caption, and titles of columns and rows', () => {
    const text = tight(table('Waits', ['wait', 'p99'], [[nasty, '1 s']]));
    expect(text).toContain('<caption>Waits</caption>');
    expect(text).toContain('<th scope="col">p99</th>');
    expect(text).toContain(`<th scope="row">${escaped}</th>`);
    expect(text).toContain('<td>1 s</td>');
  });
});

describe('factList', () => {
  it('puts names and values side by side', () => {
    expect(tight(factList([['policy', nasty]]))).toContain(`<dt>policy</dt><dd>${escaped}</dd>`);
  });
});

describe('spansTable', () => {
  it('shows the figures of each span', () => {
    const { text } = spansTable([
      {
        ...{ start: 60_000, length: 2000, target: 4, up: 3, busy: 2, queued: 1 },
        ...{ arrived: 10, completed: 5, waits: [1, 250] },
      },
    ]);
    const cells = [...text.matchAll(/<t[hd](?: scope="row")?>([^<]*)</g)].map(([, cell]) => cell);
    expect(cells).toEqual(['1:00', '4', '3', '2', '1', '5/s', '2.5/s', '250 ms']);
    expect(text).toContain('The highest values within each 2 s');
  });
});
