import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTextFile } from '../../../extension/cli/texts';
import { pageText, visibleText } from '../../../extension/sources/html';
import { readSource } from '../../../extension/sources/sources';
import { workspace } from '../project/workspace';

const seen = (html: string): unknown => {
  const page = visibleText(html);
  return 'text' in page ? page.text : page;
};

describe('the visible text of a page', () => {
  it('is its words, in the lines and paragraphs that a browser makes of them', () => {
    const html = `<!doctype html><html><head><title>Tab</title><style>p { color: red }</style></head>
      <body><h1>Offer</h1><p>For   <b>you</b>&nbsp;&amp; <a href="https://x">yours</a>,<br>today.
      <ul><li>one<li>two</ul><table><tr><td>a<td>1<tr><td>b<td>2</table><pre>
  x = 1

  y</pre></body></html>`;
    expect(seen(html)).toBe('Offer\n\nFor you & yours,\ntoday.\n\none\ntwo\n\na 1\nb 2\n\n  x = 1\n\n  y');
  });

  it.each([
    ['script', '<script>if (a < b) "</p>"</script>'],
    ['style', '<style>a { b: c }</style>'],
    ['comment', '<!-- words -->'],
    ['noscript', '<noscript>Turn it on</noscript>'],
    ['template', '<template><p>later</template>'],
    ['hidden attribute', '<div hidden>no<p>no</div>'],
    ['style of nothing', '<span style="color: red; display : none">no</span>'],
    ['svg', '<svg><title>icon</title><text>no</text></svg>'],
    ['attributes', '<img alt="no" src="no"><input value="no">'],
    ['CDATA', '<![CDATA[ no ]]>'],
  ])('has nothing of a %s', (_what, html) => {
    expect(seen(`<p>a</p>${html}<p>b</p>`)).toBe('a\n\nb');
  });

  it('goes on after what is never closed or opened', () => {
    expect(seen('</div></p><b>a<i>b</b> c<td>d &bogus; &#0; &#xfffffff; <')).toMatch(/^ab c d &bogus;/);
    expect(seen('<p>a<!-- never closed')).toBe('a');
    expect(seen('<head><title>T</title><body><p>a')).toBe('a');
  });

  it('is refused where elements are nested without end', () => {
    const reason = 'its elements are nested more than 512 deep';
    expect(seen('<div>'.repeat(1_000_000))).toEqual({ reason });
    expect(seen(`${'<b>'.repeat(500)}deep`)).toBe('deep');
  });

  it.each([
    ['many elements', '<i>a</i>'.repeat(500_000)],
    ['one long line', 'word '.repeat(800_000)],
    ['blanks', `a${'&nbsp; '.repeat(500_000)}b`],
    ['list items', `<ul>${'<li>a'.repeat(700_000)}`],
    ['quotes within quotes', `${'<blockquote>'.repeat(400)}${'a<br>'.repeat(500_000)}`],
    ['less-than signs', '<'.repeat(2_000_000)],
    ['attributes', `<p ${'a=b '.repeat(800_000)}>x`],
  ])('takes no time without end for %s', (_what, html) => {
    const start = performance.now();
    visibleText(html);
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});

describe('the encoding of a page', () => {
  const page = (charset: string, bytes: Buffer): Buffer =>
    Buffer.concat([Buffer.from(`<html><head>${charset}</head><body>`), bytes, Buffer.from('</body>')]);
  const cyrillic = Buffer.from([0xef, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2]); // windows-1251

  it.each([
    ['<meta charset="windows-1251">', cyrillic, 'привет'],
    ['<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">', cyrillic, 'привет'],
    ["<META CHARSET = 'Shift_JIS'>", Buffer.from([0x93, 0xfa, 0x96, 0x7b]), '日本'],
    ['<meta charset=iso-2022-jp>', Buffer.from('\x1b$BF|K\\\x1b(B', 'latin1'), '日本'],
    ['', Buffer.from('Grüße', 'latin1'), 'Grüße'],
    ['<meta charset="no-such-thing">', Buffer.from('Grüße', 'latin1'), 'Grüße'],
    // Saved anew as UTF-8 by an editor that did not know.
    ['<meta charset="iso-8859-1">', Buffer.from('Grüße'), 'Grüße'],
  ])('is what %j says, when the bytes do not say it themselves', async (charset, bytes, text) => {
    expect(await pageText(page(charset, bytes))).toEqual({ text });
  });

  it('is UTF-16 by its BOM', async () => {
    expect(await pageText(Buffer.from('\ufeff<meta charset="utf-8"><p>Grüße', 'utf16le'))).toEqual({
      text: 'Grüße',
    });
  });
});

it('pages of a folder are texts, and what has none says why', async () => {
  const root = await workspace({
    'web/a.html': '<p>one</p><p>two</p>',
    'web/b.HTM': '<p>three',
    'web/empty.html': '<script>1</script>',
    'web/nul.html': '<p>words\0\0\0',
    'web/deep.html': '<div>'.repeat(10_000),
    'web/plain.txt': '<p>as it stands',
  });
  const { texts, problems } = await readSource(root, { kind: 'files', glob: 'web/**/*' });
  expect(texts).toEqual([
    { path: 'web/a.html', text: 'one\n\ntwo' },
    { path: 'web/b.HTM', text: 'three' },
    { path: 'web/plain.txt', text: '<p>as it stands' },
  ]);
  expect(problems).toEqual([
    { path: 'web/deep.html', reason: 'its elements are nested more than 512 deep' },
    { path: 'web/empty.html', reason: 'it has no visible text' },
    { path: 'web/nul.html', reason: 'it is a binary file' },
  ]);
  const paragraphs = await readSource(root, { kind: 'files', glob: 'web/a.html', unit: 'paragraph' });
  expect(paragraphs.texts.map(({ part, text }) => [part, text])).toEqual([
    ['paragraph 1', 'one'],
    ['paragraph 2', 'two'],
  ]);
});

it('a page is read so in a terminal too', async () => {
  const root = await workspace({ 'a.html': '<p>one<script>2</script>', 'b.html': '<p>' });
  expect(await readTextFile(join(root, 'a.html'))).toBe('one');
  await expect(readTextFile(join(root, 'b.html'))).rejects.toThrow('b.html: it has no visible text.');
});
