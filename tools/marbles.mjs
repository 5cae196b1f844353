// Draws every marbles/*.txt as an SVG beside it. `--check` compares instead, and fails on a difference.
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseMarbleDiagramSpecification } from '@swirly/parser';
import { renderMarbleDiagram } from '@swirly/renderer-node';
import { lightStyles } from '@swirly/theme-default-light';

const { values: options } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const folder = 'marbles';

const styles = {
  ...lightStyles,
  canvas_padding: 16,
  frame_width: 22,
  event_radius: 14,
  event_value_font_size: 14,
  // More than twice the radius, or the bar of `(z|)` hides behind z.
  completion_height: 40,
  error_size: 24,
  stacking_height: 32,
  stream_spacing: 12,
  stream_title_font_size: 14,
  operator_height: 44,
  operator_corner_radius: 6,
  operator_title_font_family: 'Menlo, Consolas, "DejaVu Sans Mono", monospace',
  operator_title_font_size: 15,
};
const titleCharWidth = 0.62 * styles.operator_title_font_size;

/** @param {string} text */
const render = (text) => {
  const titles = text.split('\n').filter((line) => line.startsWith('>'));
  const minimum_width = Math.ceil(titleCharWidth * Math.max(...titles.map(({ length }) => length)));
  const { xml } = renderMarbleDiagram(parseMarbleDiagramSpecification(text), {
    styles: { ...styles, minimum_width },
  });
  // Some viewers ignore `dominant-baseline`.
  return `${xml.replaceAll('dominant-baseline="middle"', 'dy="0.35em"')}\n`;
};

const files = await readdir(folder);
const names = (/** @type {string} */ extension) =>
  files.filter((file) => file.endsWith(extension)).map((file) => file.slice(0, -extension.length));
const drawn = names('.txt');
const left = names('.svg').filter((name) => !drawn.includes(name));
const different = [];

for (const name of drawn) {
  const target = join(folder, `${name}.svg`);
  const svg = render(await readFile(join(folder, `${name}.txt`), 'utf8'));
  const before = await readFile(target, 'utf8').catch(() => undefined);
  if (svg === before) continue;
  different.push(target);
  if (!options.check) await writeFile(target, svg);
}
for (const name of left) {
  const target = join(folder, `${name}.svg`);
  different.push(target);
  if (!options.check) await rm(target);
}

if (options.check && different.length > 0) {
  console.error(`Not what their text draws; run \`npm run fix\`:\n  ${different.join('\n  ')}`);
  process.exitCode = 1;
} else {
  console.log(`${drawn.length} marble diagrams, ${different.length} redrawn`);
}
