// The library as it is built, with the types of its sources.
/** @type {typeof import('../src/index.js')} */
export const library = await import(new URL('../dist/esm/index.js', import.meta.url).href);
