import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import type { Classifier } from '../../../extension/project/classifier';
import { readCorpus } from '../../../extension/project/corpus';
import { LabelJournal } from '../../../extension/project/labelJournal';
import { readSource, streamSource } from '../../../extension/sources/sources';
import { tableColumns, tableKindOf } from '../../../extension/sources/tableColumns';
import { counting, workspace } from '../project/workspace';

const columns = { text: 'body', label: 'kind' };

async function read(kind: 'csv' | 'json' | 'parquet', name: string, content: string | Uint8Array) {
  return readSource(await workspace({ [name]: content }), { kind, glob: name, ...columns });
}

describe('the columns of a table', () => {
  it.each([
    ['a.csv', 'id,body\n1,"one, two"\n2,b\n'],
    ['a.tsv', 'id\tbody\n1\tone, two\n'],
    ['a.jsonl', '{"id":1}\nnot\n{"id":2,"body":"one, two","more":{}}\n'],
    ['a.json', '[{"id":1,"body":"one, two"}]'],
  ])('of %s are named, with an example', async (name, content) => {
    const found = await tableColumns(await workspace({ [name]: content }), name);
    expect(found).toEqual([
      { name: 'id', example: '1' },
      { name: 'body', example: 'one, two' },
    ]);
  });

  it('of Parquet are named', async () => {
    const bytes = Buffer.from(
      parquetWriteBuffer({ columnData: [{ name: 'body', data: ['one'], type: 'STRING' }] }),
    );
    const found = await tableColumns(await workspace({ 'a.parquet': bytes }), 'a.parquet');
    expect(found).toEqual([{ name: 'body', example: '' }]);
  });

  it.each([
    ['a.csv', ''],
    ['a.csv', '\0\0\0'],
    ['a.json', '{"a":'],
    ['a.jsonl', '[['],
    ['a.parquet', 'PAR1'],
  ])('of a broken %s are a reason', async (name, content) => {
    const found = await tableColumns(await workspace({ [name]: content }), name);
    expect(found).toEqual({ reason: expect.any(String) as string });
  });

  it('are those of files that are tables by their name', () => {
    expect(['a/b.CSV', '**/*.ndjson', 'a.parquet', 'a.txt', 'csv'].map(tableKindOf)).toEqual([
      'csv',
      'json',
      'parquet',
      undefined,
      undefined,
    ]);
  });
});

describe('csv', () => {
  it.each([',', ';', '\t'])('reads quoted cells with line ends, delimited by %j', async (d) => {
    const text = `\ufeffid${d}body${d}kind\r\n1${d}"a ""b""\nc${d}d"${d}x\r\n2${d}Grüße${d}\r\n`;
    expect(await read('csv', 'a.csv', text)).toEqual({
      texts: [
        { path: 'a.csv', part: 'row 1', line: 2, text: `a "b"\nc${d}d`, label: 'x' },
        { path: 'a.csv', part: 'row 2', line: 4, text: 'Grüße' },
      ],
      problems: [],
    });
  });

  it.each(['\n', '\r\n'])('says on which line a row begins, lines ending in %j', async (end) => {
    const lines = [
      'body,kind',
      'one,x',
      '',
      '',
      '"two',
      '2",x',
      'three,x',
      '',
      '"four',
      '',
      '',
      '4",x',
      'five,x',
    ];
    const { texts } = await read('csv', 'a.csv', lines.join(end));
    expect(texts.map(({ line, text }) => [lines[(line ?? 0) - 1], text[0]])).toEqual([
      ['one,x', 'o'],
      ['"two', 't'],
      ['three,x', 't'],
      ['"four', 'f'],
      ['five,x', 'f'],
    ]);
  });

  it('reads what is no UTF-8', async () => {
    const latin = await read('csv', 'a.csv', Buffer.from('body,kind\nGrüße,x\n', 'latin1'));
    expect(latin.texts).toMatchObject([{ text: 'Grüße' }]);
    const wide = await read('csv', 'a.csv', Buffer.from('\ufeffbody,kind\nGrüße,x\n', 'utf16le'));
    expect(wide.texts).toMatchObject([{ text: 'Grüße' }]);
  });

  it('names rows that it cannot read, and goes on', async () => {
    const { texts, problems } = await read('csv', 'a.csv', 'body,kind\none\n ,x\ntwo,y\n');
    expect(texts).toEqual([{ path: 'a.csv', part: 'row 3', line: 4, text: 'two', label: 'y' }]);
    expect(problems).toEqual([
      { path: 'a.csv', line: 2, reason: 'row 1: it has 1 cells, not 2 as the first line' },
      { path: 'a.csv', line: 3, reason: 'row 2: the text is empty', isEmpty: true },
    ]);
  });

  it.each([
    ['NUL bytes', 'body,kind\na\0b,x\n', /binary/],
    ['nothing', '', /no rows/],
    ['another table', 'a,b\n1,2\n3,4\n', /^it has no column "body", but "a", "b"$/],
    ['a table without labels', 'body,b\n1,2\n', /no column "kind"/],
  ])('says what is wrong with %s', async (_, content, reason) => {
    const { texts, problems } = await read('csv', 'a.csv', content);
    expect(texts).toEqual([]);
    expect(problems).toEqual([expect.objectContaining({ reason: expect.stringMatching(reason) as string })]);
  });
});

it('tells no more problems of a file than somebody reads', async () => {
  const { texts, problems } = await read('csv', 'a.csv', `body,kind\n${'one\n'.repeat(3000)}two,x\n`);
  expect(texts).toHaveLength(1);
  expect(problems).toHaveLength(1001);
  expect(problems.at(-1)).toEqual({ path: 'a.csv', reason: 'it has 2000 more problems like these' });
});

describe('json', () => {
  it('reads lines, and a list', async () => {
    const lines = '{"body":"one","kind":1}\n\nnot\n{"body":[]}\n{"body":"two"}';
    const { texts, problems } = await read('json', 'a.jsonl', lines);
    expect(texts).toEqual([
      { path: 'a.jsonl', part: 'row 1', line: 1, text: 'one', label: '1' },
      { path: 'a.jsonl', part: 'row 5', line: 5, text: 'two' },
    ]);
    expect(problems.map(({ line }) => line)).toEqual([3, 4]);
    const list = await read('json', 'a.json', '[{"body":"one"}, 3]');
    expect(list.texts).toMatchObject([{ part: 'row 1', text: 'one' }]);
    expect(list.problems).toEqual([{ path: 'a.json', line: 1, reason: 'row 2: it is no object' }]);
    const spread =
      ' [\n\n{"a": "[\\"}", "body": "one"},\r\n{"body":\n"two", "b": [[], {}]}\n, {"body": "three"}]';
    const { texts: spreadTexts } = await read('json', 'a.json', spread);
    expect(spreadTexts.map(({ line, text }) => [line, text])).toEqual([
      [3, 'one'],
      [4, 'two'],
      [6, 'three'],
    ]);
  });

  it('meets a huge line and deep nesting', async () => {
    const deep = '['.repeat(100_000);
    const { texts, problems } = await read(
      'json',
      'a.jsonl',
      `${'x'.repeat(5_000_000)}\n${deep}\n{"body":"a"}`,
    );
    expect(texts).toMatchObject([{ text: 'a' }]);
    expect(problems).toMatchObject([{ line: 1 }, { line: 2 }]);
    for (const [open, close] of [
      ['[', ']'],
      ['{"body":', '}'],
    ] as const) {
      const whole = `${open.repeat(100_000)}1${close.repeat(100_000)}`;
      for (const content of [deep, whole, `[${whole}]`, `[{"body":"${'x'.repeat(3_000_000)}"}]`]) {
        const said = await read('json', 'a.json', content);
        expect([said.texts.length, said.problems.length]).toEqual([0, 1]);
      }
      expect((await read('json', 'a.jsonl', whole)).problems).toHaveLength(1);
    }
  });
});

describe('parquet', () => {
  const bytes = Buffer.from(
    parquetWriteBuffer({
      columnData: [
        { name: 'body', data: ['one', 'two', 'three'], type: 'STRING' },
        { name: 'kind', data: ['x', 'y', 'x'], type: 'STRING' },
      ],
      rowGroupSize: 2,
    }),
  );

  it('reads row groups', async () => {
    const { texts, problems } = await read('parquet', 'a.parquet', bytes);
    expect(problems).toEqual([]);
    expect(texts.map(({ part, text, label }) => [part, text, label])).toEqual([
      ['row 1', 'one', 'x'],
      ['row 2', 'two', 'y'],
      ['row 3', 'three', 'x'],
    ]);
  });

  it('says once which column is not there', async () => {
    const other = parquetWriteBuffer({ columnData: [{ name: 'a', data: ['one', 'two'], type: 'STRING' }] });
    const { texts, problems } = await read('parquet', 'a.parquet', Buffer.from(other));
    expect(texts).toEqual([]);
    expect(problems).toEqual([{ path: 'a.parquet', reason: 'it has no column "body", but "a"' }]);
  });

  it('says that a broken file cannot be read', async () => {
    for (const broken of [bytes.subarray(0, 60), Buffer.from('no table'), Buffer.alloc(0)]) {
      const { texts, problems } = await read('parquet', 'a.parquet', broken);
      expect(texts).toEqual([]);
      expect(problems).toHaveLength(1);
    }
  });
});

it("keeps a row's label when a row is inserted above, and gives the new row none", async () => {
  const root = await workspace({ 'a.csv': 'body\none\ntwo\n' });
  const source = { kind: 'csv' as const, glob: 'a.csv', text: 'body' };
  const classifier: Classifier = { version: 1, name: 'mail', labels: [{ name: 'x' }], sources: [source] };
  const journal = await LabelJournal.open(root, 'mail', counting());
  await journal.label({ path: 'a.csv', part: 'row 1', text: 'one' }, 'x');
  await writeFile(join(root, 'a.csv'), 'body\nzero\none\ntwo!\n');
  const { texts, problems } = await readCorpus(root, classifier, journal);
  expect(problems).toEqual([]);
  expect(texts.map(({ id, label, movedFrom }) => [id, label, movedFrom])).toEqual([
    ['a.csv#row 1', undefined, undefined],
    ['a.csv#row 2', 'x', 'a.csv#row 1'],
    ['a.csv#row 3', undefined, undefined],
  ]);
});

it('can be left in the middle, and cancelled', async () => {
  const root = await workspace({ 'a.csv': `body\n${'text\n'.repeat(100_000)}` });
  const stop = new AbortController();
  let count = 0;
  const reading = (async () => {
    for await (const item of streamSource(root, { kind: 'csv', glob: 'a.csv', text: 'body' }, stop.signal)) {
      if ('text' in item && (count += 1) === 10) stop.abort();
    }
  })();
  await expect(reading).rejects.toThrow();
  expect(count).toBeLessThan(5000);
});
