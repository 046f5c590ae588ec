import { createReadStream } from 'node:fs';
import { appendFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { batches } from '../../extension/cli/batches';
import { copyRows, type ColumnOptions } from '../../extension/cli/dataFile';
import type { Terminal } from '../../extension/cli/terminal';
import type { PlacedText } from '../../extension/cli/texts';
import { textsOf } from '../../extension/cli/texts';
import { AppError, messageOf } from '../../extension/protocol/appError';
import { jsonRows, type JsonRow } from '../../extension/protocol/jsonLines';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nanonet-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Bytes in pieces of a size that cuts characters and lines apart. */
async function* pieces(text: string, size = 3): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(
  inputs: string[],
  stdin = '',
  columns: ColumnOptions = {},
): Promise<{ texts: PlacedText[]; errors: string[] }> {
  const texts: PlacedText[] = [];
  const errors: string[] = [];
  const onUnreadable = (error: unknown): void => {
    if (!AppError.is(error)) throw error;
    errors.push(messageOf(error));
  };
  for await (const text of textsOf(inputs, pieces(stdin), columns, onUnreadable)) texts.push(text);
  return { texts, errors };
}

describe('texts to classify', () => {
  it('takes a line of standard input as a text, and counts blank ones', async () => {
    const { texts } = await read(['-'], 'Grüße\r\n\n  {not json}\nlast');
    expect(texts).toEqual([
      { place: { line: 1 }, text: 'Grüße' },
      { place: { line: 3 }, text: '  {not json}' },
      { place: { line: 4 }, text: 'last' },
    ]);
  });

  it('takes JSON Lines on standard input for what they are', async () => {
    const { texts } = await read(['-'], '\n{"text":"a\\nb","id":"x"}\n{"text":"ü","label":"known"}\n');
    expect(texts).toEqual([
      { place: { line: 2, id: 'x' }, text: 'a\nb' },
      { place: { line: 3 }, text: 'ü', label: 'known' },
    ]);
  });

  it('keeps to plain lines when the first line only begins like JSON', async () => {
    const { texts } = await read(['-'], '{"no": "text"}\n{"text":"a"}\n');
    expect(texts.map(({ text }) => text)).toEqual(['{"no": "text"}', '{"text":"a"}']);
  });

  it('does not take the lines of a table on standard input for texts when a column is named', async () => {
    const { texts, errors } = await read(['-'], 'id,body\n1,a\n', { textColumn: ['body'] });
    expect(texts).toEqual([]);
    expect(errors).toEqual([
      'Standard input has no JSON Lines with "body"; give a table of another kind as a file.',
    ]);
    expect(await read(['-'], '', { textColumn: ['body'] })).toEqual({ texts: [], errors: [] });
  });

  it('reads nothing from an empty input', async () => {
    expect(await read(['-'], '')).toEqual({ texts: [], errors: [] });
  });

  it('says where JSON Lines break', async () => {
    const { texts, errors } = await read(['-'], '{"text":"a"}\n{"text":');
    expect(texts).toHaveLength(1);
    expect(errors).toEqual([expect.stringContaining('line 2')]);
  });

  it('takes a file as a text and a .jsonl file as many, and goes on after a bad one', async () => {
    const [note, rows, image] = ['note.txt', 'rows.jsonl', 'image.png'].map((name) => join(folder, name));
    await writeFile(note ?? '', 'two\nlines\n');
    await writeFile(rows ?? '', '{"text":"a"}\n{"text":"b"}\n');
    await writeFile(image ?? '', Buffer.from([0x89, 0x50, 0, 0, 1, 2, 3]));
    const { texts, errors } = await read([image, join(folder, 'missing'), note, rows].map(String));
    expect(texts).toEqual([
      { place: { file: note }, text: 'two\nlines\n' },
      { place: { file: rows, line: 1 }, text: 'a' },
      { place: { file: rows, line: 2 }, text: 'b' },
    ]);
    expect(errors).toEqual([
      `${image}: it is a binary file.`,
      expect.stringMatching(/missing: it cannot be read \(ENOENT/) as string,
    ]);
  });

  it('takes each message of a mailbox as a text, and a link for what it leads to', async () => {
    const message = (text: string): string =>
      `From a@b Mon Jan  1 00:00:00 2024\nSubject: ${text}\n\nbody\n\n`;
    await writeFile(join(folder, 'in.mbox'), message('one') + message('two'));
    await symlink(join(folder, 'in.mbox'), join(folder, 'link.mbox'));
    const link = join(folder, 'link.mbox');
    const { texts, errors } = await read([link]);
    expect(errors).toEqual([]);
    expect(texts.map(({ place }) => place)).toEqual([
      { file: link, part: 'message 1' },
      { file: link, part: 'message 2' },
    ]);
    expect(texts.map(({ text }) => text.split('\n')[0])).toEqual(['one', 'two']);
  });

  it('takes a folder for its files, in the order of their paths, links out of it left out', async () => {
    const inside = join(folder, 'notes');
    await mkdir(join(inside, 'old', 'node_modules'), { recursive: true });
    await writeFile(join(inside, 'b.txt'), 'b');
    await writeFile(join(inside, 'old', 'a.html'), '<p>a</p>');
    await writeFile(join(inside, 'old', 'node_modules', 'c.txt'), 'c');
    await writeFile(join(inside, 'image.png'), Buffer.from([0x89, 0, 1]));
    await writeFile(join(folder, 'outside.txt'), 'outside');
    await symlink(join(folder, 'outside.txt'), join(inside, 'link.txt'));
    const { texts, errors } = await read([inside]);
    expect(texts).toEqual([
      { place: { file: join(inside, 'b.txt') }, text: 'b' },
      { place: { file: join(inside, 'old', 'a.html') }, text: 'a' },
    ]);
    expect(errors).toEqual([`${join(inside, 'image.png')}: it is a binary file.`]);
  });

  it('takes a pattern for the files and tables that it finds', async () => {
    await mkdir(join(folder, 'logs', 'old'), { recursive: true });
    await writeFile(join(folder, 'logs', 'b.csv'), 'text\nrow\n');
    await writeFile(join(folder, 'logs', 'old', 'a.txt'), 'a');
    await writeFile(join(folder, 'logs', '[1].txt'), 'named as it is');
    const { texts, errors } = await read([
      join(folder, 'logs', '**', '*.{csv,txt}'),
      join(folder, 'logs', '[1].txt'),
      join(folder, '*.none'),
    ]);
    expect(texts.map(({ place: { file }, text }) => [file?.slice(folder.length + 6), text])).toEqual([
      ['[1].txt', 'named as it is'],
      ['b.csv', 'row'],
      ['old/a.txt', 'a'],
      ['[1].txt', 'named as it is'],
    ]);
    expect(errors).toEqual([
      `${join(folder, '*.none')}: no file is called so, and as a pattern it finds none.`,
    ]);
  });

  it('takes a row of a table as a text, and says where it stands', async () => {
    const path = (name: string): string => join(folder, name);
    await writeFile(path('a.csv'), 'id,text,label\nx,"two\nlines",known\ny, ,\nz,b,\n');
    await writeFile(path('a.tsv'), 'text\tother\nb, c\t1\n');
    await writeFile(path('a.json'), '[{"text":"a"},{"text":"b"}]');
    const parquet = parquetWriteBuffer({ columnData: [{ name: 'text', data: ['a'], type: 'STRING' }] });
    await writeFile(path('a.parquet'), Buffer.from(parquet));
    const { texts, errors } = await read(['a.csv', 'a.tsv', 'a.json', 'a.parquet'].map(path));
    expect(texts).toEqual([
      { place: { file: path('a.csv'), line: 2, row: 1, id: 'x' }, text: 'two\nlines', label: 'known' },
      { place: { file: path('a.csv'), line: 5, row: 3, id: 'z' }, text: 'b' },
      { place: { file: path('a.tsv'), line: 2, row: 1 }, text: 'b, c' },
      { place: { file: path('a.json'), line: 1 }, text: 'a' },
      { place: { file: path('a.json'), line: 1, row: 2 }, text: 'b' },
      { place: { file: path('a.parquet'), row: 1 }, text: 'a' },
    ]);
    expect(errors).toEqual([`${path('a.csv')}, line 4: row 2: the text is empty.`]);
  });

  it('takes the columns that are named, and names those that there are', async () => {
    const [csv, lines] = ['a.csv', 'a.jsonl'].map((name) => join(folder, name)) as [string, string];
    await writeFile(csv, 'subject,body\nhello,world\n');
    await writeFile(lines, '{"body":"a"}\n{"subject":"b"}\n');
    const joined = await read([csv], '', { textColumn: ['subject', 'body'] });
    expect(joined.texts.map(({ text }) => text)).toEqual(['hello\n\nworld']);
    const named = await read([lines, '-'], '{"body":"c"}', { textColumn: ['body'] });
    expect(named.texts.map(({ text }) => text)).toEqual(['a', 'c']);
    expect(named.errors).toEqual([`${lines}, line 2: "body" is missing or no text.`]);
    const { texts, errors } = await read([csv, lines]);
    expect(texts).toEqual([]);
    const advice = 'name the one of the texts with --text-column.';
    expect(errors).toEqual([
      `${csv} has no column "text", but "subject", "body"; ${advice}`,
      `${lines} has no column "text", but "body", "subject"; ${advice}`,
    ]);
  });

  it('reads a table of any size with a few rows in memory', async () => {
    const file = join(folder, 'large.csv');
    const rows = `${'x'.repeat(1000)},1\n`.repeat(1000);
    await writeFile(file, 'text,n\n');
    for (let at = 0; at < 100; at += 1) await appendFile(file, rows);
    const before = process.memoryUsage().rss;
    let count = 0;
    const never = (error: unknown): void => {
      throw error;
    };
    for await (const { text } of textsOf([file], pieces(''), {}, never)) count += text.length / 1000;
    expect(count).toBe(100_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(120 * 1024 * 1024);
  }, 60_000);
});

describe('the copy that the engine reads', () => {
  const quiet = { err: { write: () => true } } as unknown as Terminal;

  async function copied(name: string, content: string | Uint8Array): Promise<JsonRow[]> {
    const copy = join(folder, 'copy.jsonl');
    await writeFile(join(folder, name), content);
    await copyRows(join(folder, name), copy, {}, quiet);
    const rows: JsonRow[] = [];
    for await (const row of jsonRows(createReadStream(copy), copy)) rows.push(row);
    return rows;
  }

  it('has each row on its line, so that what is said of a line is true of the file', async () => {
    expect(await copied('a.csv', 'text,label\n"a\n\nb",x\n\n,y\nc,\n')).toEqual([
      { line: 2, text: 'a\n\nb', label: 'x' },
      { line: 7, text: 'c' },
    ]);
    expect(await copied('a.json', '[{"text":"a","id":7},{"text":"b"}]')).toEqual([
      { line: 1, text: 'a', id: '7' },
      { line: 2, text: 'b' },
    ]);
  });

  it('keeps that a text is none of the labels, and takes it for an answer', async () => {
    const rows = [
      { text: 'a', label: 'x' },
      { text: 'b', none: true },
      { text: 'c', none: false },
    ];
    const jsonLines = rows.map((row) => JSON.stringify(row)).join('\n');
    const expected = [
      { line: 1, text: 'a', label: 'x' },
      { line: 2, text: 'b', none: true },
      { line: 3, text: 'c' },
    ];
    expect(await copied('a.jsonl', jsonLines)).toEqual(expected);
    const csv = await copied('a.csv', 'text,label,none\na,x,\nb,,True\nc,,false\n');
    expect(csv).toEqual(expected.map((row) => ({ ...row, line: row.line + 1 })));
    const copy = join(folder, 'labelled.jsonl');
    const answers = join(folder, 'answers.csv');
    await writeFile(answers, 'text,label,none\na,x,\nb,,true\n');
    expect(await copyRows(answers, copy, { labelled: true }, quiet)).toBe(2);
    await expect(copied('b.jsonl', '{"text":"a","none":"perhaps"}')).rejects.toThrow(
      'b.jsonl, line 1: "none" is neither true nor false.',
    );
  });

  it('is not made of a file with a broken row', async () => {
    await expect(copied('a.jsonl', '{"text":"a"}\n{"text":')).rejects.toThrow(
      /a\.jsonl, line 2: it is no JSON/,
    );
    await expect(copied('b.csv', 'text,label\na,b,c\n')).rejects.toThrow(/b\.csv, line 2: row 1/);
  });
});

describe('batches', () => {
  const atMost = (size: number) => (batch: readonly unknown[]) => batch.length >= size;

  it('fills them where items come fast', async () => {
    async function* numbers(): AsyncGenerator<number> {
      for (let i = 0; i < 10; i++) yield i;
    }
    const seen: number[][] = [];
    for await (const batch of batches(numbers(), atMost(4))) seen.push(batch);
    expect(seen).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9],
    ]);
  });

  it('gives what is there where items come slowly, and loses none', async () => {
    async function* slow(): AsyncGenerator<number> {
      for (let i = 0; i < 6; i++) {
        if (i === 3) await new Promise((resolve) => setTimeout(resolve, 200));
        yield i;
      }
    }
    const seen: number[][] = [];
    for await (const batch of batches(slow(), atMost(100), 50)) seen.push(batch);
    expect(seen).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
  });

  it('reads one item ahead and no more', async () => {
    let read = 0;
    async function* counted(): AsyncGenerator<number> {
      for (;;) yield read++;
    }
    for await (const batch of batches(counted(), atMost(5))) {
      expect(batch).toHaveLength(5);
      break;
    }
    expect(read).toBeLessThanOrEqual(6);
  });

  it('throws what the source throws', async () => {
    async function* broken(): AsyncGenerator<number> {
      yield 1;
      throw new Error('torn');
    }
    const all = async (): Promise<void> => {
      for await (const batch of batches(broken(), atMost(1))) {
        expect(batch).toEqual([1]);
        await new Promise((resolve) => setTimeout(resolve, 20)); // it breaks while nobody waits
      }
    };
    await expect(all()).rejects.toThrow('torn');
  });
});
