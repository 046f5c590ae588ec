import { describe, expect, it } from 'vitest';
import { jsonRows, type JsonRow } from '../../../extension/protocol/jsonLines';

async function all(rows: AsyncIterable<JsonRow>): Promise<JsonRow[]> {
  const found: JsonRow[] = [];
  for await (const row of rows) found.push(row);
  return found;
}

/** The bytes cut into chunks of this length. */
async function* chunks(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

const rowsOf = (text: string | Uint8Array, length = 7) =>
  all(jsonRows(chunks(Buffer.from(text), length), 'in.jsonl'));

describe('jsonRows', () => {
  const text =
    '\ufeff{"text":"Grüße 😀","label":"a"}\r\n\n  \r\n{"id":7,"text":"","label":null,"more":[1]}\n{"text":"end"}';

  it('reads rows wherever the bytes are cut', async () => {
    const expected = [
      { line: 1, text: 'Grüße 😀', label: 'a' },
      { line: 4, text: '', id: '7' },
      { line: 5, text: 'end' },
    ];
    for (let length = 1; length <= Buffer.byteLength(text); length += 1) {
      expect(await rowsOf(text, length)).toEqual(expected);
    }
    expect(await rowsOf('')).toEqual([]);
  });

  it.each([
    ['{"text":"a"}\nnope', 'data/not-json', 'in.jsonl, line 2: this is not JSON'],
    ['{"label":"a"}', 'data/not-row', 'line 1: there is no "text"'],
    ['["a"]', 'data/not-row', 'there is no "text"'],
    ['null', 'data/not-row', 'there is no "text"'],
    ['{"text":5}', 'data/not-row', '"text" is a number; it must be a string'],
    ['{"text":"a","label":3}', 'data/not-row', '"label" is a number; write it as a string'],
    ['{"text":"a","label":""}', 'data/not-row', '"label" is empty; leave it out'],
    ['{"text":"a","id":{}}', 'data/not-row', '"id" is an object'],
  ])('says what is wrong with %j', async (text, code, message) => {
    await expect(rowsOf(text)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });

  it('refuses bytes that are no UTF-8', async () => {
    const bytes = Buffer.concat([
      Buffer.from('{"text":"ok"}\n{"text":"Gr'),
      Buffer.from([0xfc]),
      Buffer.from('n"}\n'),
    ]);
    await expect(rowsOf(bytes)).rejects.toMatchObject({
      code: 'data/not-utf8',
      message: 'in.jsonl, line 2: the bytes are not UTF-8; save the file as UTF-8.',
    });
  });

  it('refuses a huge line before it is in memory', async () => {
    let given = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        given += 1024 * 1024;
        yield new Uint8Array(1024 * 1024).fill(0x78);
      }
    }
    await expect(all(jsonRows(endless(), 'in.jsonl'))).rejects.toThrow(
      'in.jsonl, line 1: the line is longer than 16 MB',
    );
    expect(given).toBeLessThanOrEqual(17 * 1024 * 1024);
  });

  it('keeps memory bounded over a large input', async () => {
    const line = Buffer.from(`${JSON.stringify({ text: 'x'.repeat(1000) })}\n`);
    async function* many(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < 200; at += 1) yield Buffer.concat(Array.from({ length: 500 }, () => line));
    }
    const before = process.memoryUsage().rss;
    let count = 0;
    for await (const row of jsonRows(many(), 'in.jsonl')) count += row.text.length > 0 ? 1 : 0;
    expect(count).toBe(100_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(80 * 1024 * 1024);
  });
});
