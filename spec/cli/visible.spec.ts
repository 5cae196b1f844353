import { visible, visibleLine } from '../../cli/visible.js';

describe('visible', () => {
  it('escapes characters that a terminal would obey', () => {
    expect(visible('\u001b[31m a\r\u0007\u009b2J\u202e')).toBe(
      '\\u001b[31m a\\u000d\\u0007\\u009b2J\\u202e',
    );
  });

  it('keeps text, line breaks and tabs', () => {
    expect(visible('grüße\n日本語\t🙂')).toBe('grüße\n日本語\t🙂');
  });

  it('escapes a line break in a line', () => {
    expect(visibleLine('a\nb\tc\u001b')).toBe('a\\u000ab\\u0009c\\u001b');
  });

  it('keeps the meaning of JSON', () => {
    const said = { name: '\u009b\u001b\u202e"\n' };
    expect(JSON.parse(visible(JSON.stringify(said, null, 2)))).toEqual(said);
  });
});
