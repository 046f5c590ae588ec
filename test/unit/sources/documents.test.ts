import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { deflateSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readTextFile } from '../../../extension/cli/texts';
import { Extractor } from '../../../extension/sources/extractor';
import { readSource } from '../../../extension/sources/sources';
import { workspace } from '../project/workspace';
import { docx, lying, paragraph, pdf, zeros, zip, type Drawn } from './documentFiles';
import { extracted } from './extracted';

const readFiles = (root: string, pattern: { glob: string }, signal?: AbortSignal) =>
  readSource(root, { kind: 'files', ...pattern }, signal);

async function read(name: string, content: Uint8Array) {
  const { texts, problems } = await readFiles(await workspace({ [name]: content }), { glob: name });
  return texts[0]?.text ?? problems[0];
}

function problem(path: string, reason: string | RegExp) {
  return { path, reason: typeof reason === 'string' ? reason : (expect.stringMatching(reason) as string) };
}

describe('a Word document', () => {
  it('is its paragraphs, in order, with tabs, breaks and entities', async () => {
    const run =
      '<w:r><w:t>A &amp; </w:t><w:tab/><w:t>b&#252;</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/></w:r>';
    const tabStops = '<w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr>';
    const body = `<w:p>${tabStops}${run}</w:p><w:p/>${paragraph('two')}`;
    expect(await read('a.docx', await docx(body))).toBe('A & \tbü\nc-\n\ntwo');
  });

  it('has a row of a table on a line', async () => {
    const cell = (text: string): string => `<w:tc>${text}</w:tc>`;
    const row = (...cells: string[]): string => `<w:tr>${cells.map(cell).join('')}</w:tr>`;
    const inner = `<w:tbl>${row(paragraph('x'), paragraph('y'))}</w:tbl>`;
    const table = `<w:tbl>${row(paragraph('a') + paragraph('b'), '', paragraph('c'))}${row(inner, paragraph('d'))}</w:tbl>`;
    expect(await read('a.docx', await docx(`${paragraph('above')}${table}`))).toBe(
      'above\n\na b\t\tc\nx y\td',
    );
  });

  it('is what stands there: not what was deleted, nor codes, nor a drawing twice', async () => {
    const box = (text: string): string => `<w:txbxContent>${paragraph(text)}</w:txbxContent>`;
    const body =
      `<w:p><w:del><w:r><w:delText>gone</w:delText><w:t>gone</w:t></w:r></w:del><w:ins><w:r><w:t>new</w:t></w:r></w:ins>` +
      `<w:moveFrom><w:r><w:t>moved</w:t></w:r></w:moveFrom><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>` +
      `<w:p><w:r><mc:AlternateContent><mc:Choice>${box('box')}</mc:Choice><mc:Fallback>${box('box')}</mc:Fallback></mc:AlternateContent></w:r></w:p>`;
    expect(await read('a.docx', await docx(body))).toBe('new\n\nbox');
  });

  it('may have another name for its body, another prefix, and notes', async () => {
    const type = (part: string, name: string): string =>
      `<Override ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.${part}+xml" PartName="/${name}"/>`;
    const notes = `<x:footnotes><x:footnote>${paragraph('note')}</x:footnote></x:footnotes>`;
    const content = await zip({
      'w/notes.xml': notes,
      '[Content_Types].xml': `<Types>${type('footnotes', 'w/notes.xml')}${type('document.main', 'w/body.xml')}</Types>`,
      'w/body.xml': Buffer.from(
        `\ufeff<x:document>${paragraph('Grüße').replaceAll('w:', 'x:')}</x:document>`,
        'utf16le',
      ),
    });
    expect(await read('a.docx', content)).toBe('Grüße\n\nnote');
  });

  it.each([
    ['nothing', () => Buffer.alloc(0), /^it cannot be read/],
    ['no zip', () => Buffer.from('words'), /^it cannot be read/],
    ['half a zip', async () => (await docx(paragraph('a'))).subarray(0, 300), /^it cannot be read/],
    ['another zip', () => zip({ 'a.txt': 'a' }), 'it is no Word document'],
    ['no text', () => docx('<w:p/>'), 'it has no text'],
    ['a .doc', () => Buffer.from('d0cf11e0a1b11ae1', 'hex'), /Word 97 to 2003/],
    [
      'a password',
      () => Buffer.concat([Buffer.from('d0cf11e0', 'hex'), Buffer.from('EncryptedPackage', 'utf16le')]),
      'it is protected by a password',
    ],
    ['a bomb of words', () => docx(paragraph('a'.repeat(6_000_000))), /longer than five million characters/],
    ['a bomb of XML', () => docx(' '.repeat(70 * 2 ** 20)), 'it unpacks to more than 64 MB'],
    [
      'a size that is a lie',
      async () => lying(await docx(paragraph('a'.repeat(100_000))), 'word/document.xml', 100),
      /too many bytes/,
    ],
    ['deep nesting', () => docx('<w:p>'.repeat(200_000)), /nest too deeply/],
  ])('with %s is a problem', async (_, content, reason) => {
    expect(await read('a.docx', await content())).toEqual(problem('a.docx', reason));
  });

  it('does not follow its own entities', async () => {
    const lols = Array.from({ length: 9 }, (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`).join(
      '',
    );
    const head = `<!DOCTYPE d [<!ENTITY l0 "lol"><!ENTITY x SYSTEM "file:///etc/passwd">${lols}]>`;
    expect(await read('a.docx', await docx(paragraph('&l9; &x; words'), head))).toBe('&l9; &x; words');
  });
});

describe('a PDF', () => {
  const lines: Drawn[] = [
    [50, 700, 'A heading', 20],
    [50, 670, 'The margin breaks this line, which is long, and it breaks the long-'],
    [50, 656, 'est word of it as well as words that have a hyphen, like well-'],
    [50, 642, 'Known. Short.'],
    [50, 628, 'The next line, as its author has ended the one before it by hand.'],
    [50, 590, 'Another paragraph (it has parentheses).'],
  ];

  it('is its paragraphs, without the ends of lines that the margin has made', async () => {
    expect(await read('a.pdf', pdf([lines, [[50, 700, 'Page two.']], []]))).toBe(
      [
        'A heading',
        'The margin breaks this line, which is long, and it breaks the longest word of it as well as words that have a ' +
          'hyphen, like well- Known. Short.\nThe next line, as its author has ended the one before it by hand.',
        'Another paragraph (it has parentheses).',
        'Page two.',
      ].join('\n\n'),
    );
  });

  it('reads two columns one after the other', async () => {
    const column = (x: number, name: string): Drawn[] => [
      [x, 700, `${name} begins its lines here`],
      [x, 686, `${name} has a second line too`],
    ];
    expect(await read('a.pdf', pdf([[...column(50, 'Left'), ...column(320, 'Right')]]))).toBe(
      'Left begins its lines here Left has a second line too\n\nRight begins its lines here Right has a second line too',
    );
  });

  it('reads Chinese by the maps of characters that fonts leave out', async () => {
    const font = '<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/UniGB-UCS2-H/DescendantFonts[6 0 R]>>';
    const cid =
      '<</Type/Font/Subtype/CIDFontType0/BaseFont/A/FontDescriptor<</Type/FontDescriptor/FontName/A/Flags 4>>' +
      '/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>>>';
    const content = deflateSync('BT /F 12 Tf 50 700 Td <4F60597D> Tj ET');
    expect(await read('a.pdf', pdf([[]], { font, content, more: [cid] }))).toBe('你好');
  });

  it('has no NUL, though a broken font may name one', async () => {
    const map = '1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfchar <41> <0000> endbfchar';
    const font = '<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>';
    const more = [`<</Length ${map.length}>>stream\n${map}\nendstream`];
    expect(await read('a.pdf', pdf([[[50, 700, 'wordAs']]], { font, more }))).toBe('words');
  });

  const whole = pdf([lines]);
  it.each([
    ['nothing', Buffer.alloc(0), 'it is no PDF, or a broken one'],
    ['no PDF', Buffer.from('words'), 'it is no PDF, or a broken one'],
    ['only its beginning', whole.subarray(0, 200), 'it is no PDF, or a broken one'],
    ['pictures alone', pdf([[]]), 'it has no text (is it a scan?)'],
    [
      'a password',
      pdf([lines], {
        trailer: `/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<${'ab'.repeat(32)}>/U<${'cd'.repeat(32)}>>>`,
      }),
      'it is protected by a password',
    ],
  ])('with %s is a problem', async (_, content, reason) => {
    expect(await read('a.pdf', content)).toEqual(problem('a.pdf', reason));
  });

  it('whose table of places is wrong is read all the same', async () => {
    const broken = whole.toString('latin1').replace(/startxref\n\d+/, 'startxref\n7');
    expect(await read('a.pdf', Buffer.from(broken, 'latin1'))).toContain('Another paragraph');
  });
});

it('are read by the command line too', async () => {
  const root = await workspace({ 'a.docx': await docx(paragraph('words')), 'b.pdf': 'words' });
  expect(await readTextFile(join(root, 'a.docx'))).toBe('words');
  await expect(readTextFile(join(root, 'b.pdf'))).rejects.toMatchObject({
    code: 'cli/unreadable',
    message: expect.stringMatching(/b\.pdf: it is no PDF, or a broken one\.$/) as string,
  });
});

describe('what takes too much', { timeout: 120_000 }, () => {
  const endless = pdf([[[50, 700, 'again']]], { repeat: 1_000_000 });
  const good = pdf([[[50, 700, 'words']]]);
  const aPdf = { path: 'a.pdf', format: 'pdf' } as const;

  function extractor(within: ConstructorParameters<typeof Extractor>[0] = {}): Extractor {
    const made = new Extractor(within);
    onTestFinished(() => made.close());
    return made;
  }

  it.each([
    ['for all pages', { wholeMs: 1500 }, endless],
    ['for one', { quietMs: 1500 }, pdf([Array.from({ length: 300_000 }, () => [50, 700, 'a'] as const)])],
  ])('of time %s is left, and the next file is read', async (_, limits, content) => {
    const reading = extractor(limits);
    const [late, next] = await Promise.all([
      extracted(reading, aPdf, content),
      extracted(reading, aPdf, good),
    ]);
    expect(late).toEqual({ reason: 'it takes longer to read than a file may' });
    expect(next).toEqual({ texts: [{ text: 'words' }] });
  });

  it('of memory is left: a stream of gigabytes, or many small things', async () => {
    const reading = extractor({ memoryBytes: 300 * 2 ** 20, quietMs: 30_000 });
    const full = { reason: 'it takes more memory to read than a file may' };
    const bomb = pdf([[]], { content: zeros(8192) });
    expect(bomb.length).toBeLessThan(16 * 2 ** 20);
    expect(await extracted(reading, aPdf, bomb)).toEqual(full);
    const code = Buffer.from('f("a", 1); // b\n'.repeat(300_000));
    expect(await extracted(reading, { path: 'a.js', format: 'comments' }, code)).toEqual(full);
    expect(await extracted(reading, aPdf, good)).toEqual({ texts: [{ text: 'words' }] });
  });

  it('over time does not matter: a process that has grown is replaced', async () => {
    const reading = extractor({ memoryBytes: 160 * 2 ** 20 });
    for (let times = 0; times < 5; times += 1)
      expect(await extracted(reading, aPdf, good)).toEqual({ texts: [{ text: 'words' }] });
  });

  it('is left at once when it is cancelled', async () => {
    const stop = new AbortController();
    const reading = extractor();
    const start = performance.now();
    const answer = extracted(reading, aPdf, endless, stop.signal);
    setTimeout(() => stop.abort(), 300);
    await expect(answer).rejects.toMatchObject({ name: 'CancelledError' });
    expect(performance.now() - start).toBeLessThan(3000);
    const root = await workspace({ 'a.pdf': endless });
    await expect(readFiles(root, { glob: '*.pdf' }, AbortSignal.timeout(300))).rejects.toMatchObject({
      name: 'CancelledError',
    });
  });

  it('never goes wrong on files whose bytes were changed', async () => {
    const reading = extractor();
    const files = [
      {
        ...aPdf,
        bytes: pdf([
          [
            [50, 700, 'A text', 20],
            [50, 650, 'of two lines'],
          ],
        ]),
      },
      { path: 'a.docx', format: 'docx' as const, bytes: await docx(paragraph('one').repeat(20)) },
      {
        path: 'a.py',
        format: 'comments' as const,
        bytes: Buffer.from('"""doc"""\ndef f():\n  # a\n  x = "b" # c\n'),
      },
    ];
    let seed = 1;
    const random = (below: number): number => (seed = (seed * 48271) % 2147483647) % below;
    for (let round = 0; round < 150; round += 1) {
      for (const { bytes, ...question } of files) {
        const changed = new Uint8Array(bytes);
        for (let times = 1 + random(8); times > 0; times -= 1) changed[random(changed.length)] = random(256);
        const found = await extracted(
          reading,
          question,
          changed.subarray(0, round % 5 === 0 ? random(changed.length) : undefined),
        );
        if ('reason' in found) expect(found.reason.length).toBeLessThan(300);
        else for (const { text } of found.texts) expect(text).not.toBe('');
      }
    }
  });
});
