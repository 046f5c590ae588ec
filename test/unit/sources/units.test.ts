import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { classifierSchema, type Classifier } from '../../../extension/project/classifier';
import { readCorpus } from '../../../extension/project/corpus';
import { LabelJournal } from '../../../extension/project/labelJournal';
import { firstTexts } from '../../../extension/sources/firstTexts';
import { readSource, streamSource } from '../../../extension/sources/sources';
import type { Unit } from '../../../extension/sources/units';
import { counting, workspace } from '../project/workspace';

async function read(unit: Unit, name: string, content: string | Uint8Array) {
  return readSource(await workspace({ [name]: content }), { kind: 'files', glob: name, unit });
}

/** The parts with their texts; nothing may be a problem. */
async function parts(unit: Unit, name: string, content: string | Uint8Array) {
  const { texts, problems } = await read(unit, name, content);
  expect(problems).toEqual([]);
  return texts.map(({ part, text }) => [part, text]);
}

describe('paragraphs', () => {
  it('are what stands between empty lines, whatever the line ends', async () => {
    const text = '\r\n  First, on\r\ntwo lines.\r\n \t\r\n\r\nSecond.\r\n';
    expect(await parts('paragraph', 'a.txt', text)).toEqual([
      ['paragraph 1', 'First, on\ntwo lines.'],
      ['paragraph 2', 'Second.'],
    ]);
  });

  it('of Markdown keep code in one piece and leave front matter out', async () => {
    const text = '---\ntitle: x\n\n---\nWords.\n\n```js\na();\n\nb();\n```\n\nMore.';
    const code = '```js\na();\n\nb();\n```';
    expect((await parts('paragraph', 'a.md', text)).map(([, said]) => said)).toEqual([
      'Words.',
      code,
      'More.',
    ]);
    expect(await parts('paragraph', 'a.txt', text)).toHaveLength(5);
  });
});

describe('sections', () => {
  it('begin at headings, which are a part of them', async () => {
    const text = [
      '+++\ntitle = "x"\n# no heading\n+++',
      'Before.\n',
      '# One #\nText.\n\n    # code\n',
      '```sh\n# a comment\n```\n> # quoted\n\n- # in a list\n',
      'Two, on\ntwo lines\n===\nText.\n\n---\n<!--\n# no\n-->\n',
      'Three\n---\ntext',
      '### Four\ntext\n#no heading',
    ].join('\n');
    const found = await parts('section', 'a.md', text);
    expect(found.map(([part]) => part)).toEqual([1, 2, 3, 4, 5].map((at) => `section ${at}`));
    expect(found.map(([, said]) => said?.split('\n')[0])).toEqual([
      'Before.',
      '# One #',
      'Two, on',
      'Three',
      '### Four',
    ]);
    expect(found.map(([, said]) => said).join('\n')).toContain('# a comment');
    expect(found[2]?.[1]).toMatch(/-->$/);
  });

  it('take a heading with nothing under it along, and leave nothing out', async () => {
    const text = '# Title\n\n## Part\ntext\n\n## Later\n\n## Last';
    expect((await parts('section', 'a.md', text)).map(([, said]) => said)).toEqual([
      '# Title\n\n## Part\ntext',
      '## Later\n\n## Last',
    ]);
    expect(await parts('section', 'b.md', 'no heading\n')).toEqual([['section 1', 'no heading']]);
  });

  it.each([
    ['quotes', `${'>'.repeat(200_000)} # x\n\n# End\ntext`],
    ['lists', `${'- '.repeat(200_000)}x\n\n# End\ntext`],
    ['a fence that is never closed', `# End\n\`\`\`\n${'# x\n'.repeat(20_000)}`],
  ])('lose nothing to %s', async (_what, text) => {
    const found = await parts('section', 'a.md', text);
    expect(found.map(([, said]) => said).join('\n\n')).toBe(text.trim());
  });
});

describe('lines', () => {
  it('have the number that an editor shows; empty ones are none', async () => {
    const text = '\ufeffone\r\n\r\n  \n two\n';
    expect(await parts('line', 'a.log', text)).toEqual([
      ['line 1', 'one'],
      ['line 4', ' two'],
    ]);
  });

  it('are read from a file of any size, and one that is too long is a problem of its own', async () => {
    const { texts, problems } = await read('line', 'a.log', `one\n${'x'.repeat(6 * 1024 * 1024)}\nthree`);
    expect(texts.map(({ part }) => part)).toEqual(['line 1', 'line 3']);
    const reason = 'it is longer than a million characters';
    expect(problems).toEqual([{ path: 'a.log', line: 2, reason }]);
  });

  it('come from pages and e-mails too', async () => {
    expect(await parts('line', 'a.html', '<p>one<p>two')).toEqual([
      ['line 1', 'one'],
      ['line 3', 'two'],
    ]);
  });

  it.each([
    ['a.log', '\n \n', 'it has no texts'],
    ['a.log', 'a\0b', 'it is a binary file'],
  ])('of %s with %j are none', async (name, content, reason) => {
    expect(await read('line', name, content)).toEqual({ texts: [], problems: [{ path: name, reason }] });
  });
});

describe('a source of many texts a file', () => {
  it('is refused with a unit that nobody knows', () => {
    const sources = [{ kind: 'files', glob: '*.md', unit: 'word' }];
    expect(classifierSchema.safeParse({ version: 1, name: 'a', labels: [], sources }).success).toBe(false);
  });

  it('can be cancelled', async () => {
    const root = await workspace({ 'a.log': 'line\n'.repeat(5000) });
    const abort = new AbortController();
    const source = { kind: 'files' as const, glob: '*.log', unit: 'line' as const };
    const reading = (async () => {
      for await (const item of streamSource(root, source, abort.signal))
        if ('part' in item && item.part === 'line 10') abort.abort();
    })();
    await expect(reading).rejects.toMatchObject({ name: 'CancelledError' });
  });

  it('shows its first texts, and what is wrong before them', async () => {
    const root = await workspace({ 'a.txt': '\0', 'b.txt': 'one\n\ntwo\n\nthree' });
    const source = { kind: 'files' as const, glob: '*.txt', unit: 'paragraph' as const };
    const { texts, problem } = await firstTexts(root, source, 2);
    expect(texts.map(({ text }) => text)).toEqual(['one', 'two']);
    expect(problem).toMatchObject({ path: 'a.txt' });
    const after = await workspace({ 'a.txt': 'one\n\ntwo', 'b.txt': '\0' });
    expect((await firstTexts(after, source, 2)).problem).toBeUndefined();
    expect((await firstTexts(after, source, 9)).problem).toMatchObject({ path: 'b.txt' });
    expect(await firstTexts(root, { kind: 'files', glob: 'none/*' }, 3)).toEqual({ texts: [] });
    const rows = await workspace({ 'a.csv': 'body\none\ntwo\n' });
    const table = await firstTexts(rows, { kind: 'csv', glob: '*.csv', text: 'body' }, 1);
    expect(table.texts).toEqual([{ path: 'a.csv', part: 'row 1', line: 2, text: 'one' }]);
  });
});

describe('where a part begins', () => {
  const linesOf = async (unit: Unit, name: string, content: string): Promise<(number | undefined)[]> =>
    (await read(unit, name, content)).texts.map(({ line }) => line);

  it('is its line in the file, front matter and empty lines counted', async () => {
    const text = '---\ntitle: x\n---\n\n# One\nWords.\n\n## Two\r\nMore.\n';
    expect(await linesOf('section', 'a.md', text)).toEqual([4, 8]);
    expect(await linesOf('paragraph', 'a.md', text)).toEqual([5, 8]);
    expect(await linesOf('line', 'a.log', 'one\n\nthree')).toEqual([1, 3]);
  });

  it('is not known of what is converted: its text has other lines', async () => {
    expect(await linesOf('line', 'a.html', '<p>one<p>two')).toEqual([undefined, undefined]);
    const mail = 'Subject: a\n\none\n\ntwo\n';
    expect(new Set(await linesOf('paragraph', 'a.eml', mail))).toEqual(new Set([undefined]));
    expect(await linesOf('file', 'a.txt', 'one')).toEqual([undefined]);
  });
});

describe('a label of a paragraph', () => {
  const paragraphs = [
    'The parcel never came, and nobody answers the telephone.',
    'What are your opening hours on Saturday?',
    'Many thanks to the driver, who carried it upstairs!',
  ];
  const classifier: Classifier = {
    version: 1,
    name: 'mail',
    labels: [{ name: 'question' }],
    sources: [{ kind: 'files', glob: '*.txt', unit: 'paragraph' }],
  };

  /** Labels the second paragraph, then says what the labels are of a file with these. */
  async function after(changed: readonly string[]) {
    const root = await workspace({ 'a.txt': paragraphs.join('\n\n') });
    const journal = await LabelJournal.open(root, 'mail', counting());
    await journal.label({ path: 'a.txt', part: 'paragraph 2', text: paragraphs[1] ?? '' }, 'question');
    await writeFile(join(root, 'a.txt'), changed.join('\n\n'));
    const { texts, problems } = await readCorpus(root, classifier, journal);
    const labelled = texts.filter(({ label }) => label !== undefined);
    return { labelled: labelled.map(({ part, stale }) => [part, stale]), problems };
  }

  it('stays with its text when paragraphs come and go around it', async () => {
    expect(await after(['New.', ...paragraphs])).toEqual({
      labelled: [['paragraph 3', undefined]],
      problems: [],
    });
    expect(await after(paragraphs.slice(1))).toEqual({
      labelled: [['paragraph 1', undefined]],
      problems: [],
    });
  });

  it('stays when it is edited, and says so', async () => {
    const edited = 'What are your opening hours on Saturday and on Sunday, please?';
    expect(await after([paragraphs[0] ?? '', edited])).toEqual({
      labelled: [['paragraph 2', 'edited']],
      problems: [],
    });
  });

  it('does not go over to the paragraph that has moved up into its place', async () => {
    expect(await after([paragraphs[0] ?? '', paragraphs[2] ?? ''])).toEqual({
      labelled: [],
      problems: [{ path: 'a.txt', reason: expect.stringContaining('paragraph 2 was labelled "question"') }],
    });
  });
});
