// One measurement, in a process of its own: section and case are the arguments, the values go to the parent.
/** @import { Case, Section } from './types.d.ts' */

const [name, json = ''] = process.argv.slice(2);
/** @type {Case} */
const what = JSON.parse(json);
/** @type {{ section: Section }} */
const { section } = await import(new URL(`./work/${name}.mjs`, import.meta.url).href);
const values = await section.measure(what);
process.send?.(values, () => process.exit());
