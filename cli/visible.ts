/**
 * Makes foreign text safe for a terminal. Characters that would move the cursor, or change colours or the
 * direction of writing, are written out, as in `\u001b`. Line breaks and tabs stay.
 */
export const visible = (text: string): string => text.replace(CONTROLS, writtenOut);

/** The same, in one line. */
export const visibleLine = (text: string): string =>
  text.replace(CONTROLS, writtenOut).replace(/[\n\t]/g, writtenOut);

// eslint-disable-next-line no-control-regex -- the function is about these
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

const writtenOut = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
