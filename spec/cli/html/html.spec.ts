import { Html, html, jsonScript } from '../../../cli/html/html.js';

describe('html', () => {
  it('escapes every value', () => {
    const nasty = `<img src=x onerror="alert('1')">&amp;`;
    expect(html`<p title="${nasty}">${nasty}</p>`.text).toBe(
      '<p title="&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;amp;">' +
        '&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;amp;</p>',
    );
  });

  it('keeps HTML, alone and in lists, and writes nothing for a missing value', () => {
    const parts = ['a', '<b>'].map((each) => html`<i>${each}</i>`);
    expect(html`${parts}${new Html('<hr>')}${undefined}${false}${7}`.text).toBe(
      '<i>a</i><i>&lt;b&gt;</i><hr>7',
    );
  });

  it('keeps text that has a meaning for String.raw and replace', () => {
    expect(html`<p>${'b\n$&'}</p>`.text).toBe('<p>b\n$&amp;</p>');
  });
});

describe('jsonScript', () => {
  it('holds data that would end the script', () => {
    const data = { name: '</script><script>alert(1)</script><!--' };
    const { text } = jsonScript('data', data);
    expect(text).toMatch(/^<script type="application\/json" id="data">[^<]*<\/script>$/);
    expect(JSON.parse(text.replace(/^<[^>]*>|<[^>]*>$/g, ''))).toEqual(data);
  });
});
