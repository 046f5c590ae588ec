import { describe, expect, it } from 'vitest';
import { lastLineOf, rowAt, rowsWithin, textRows } from '../../../extension/project/textRows';

const csv = { kind: 'csv' as const, text: 'body' };
const table = 'body,n\n"one\nmore",1\n\n,2\nthree,3\n';

describe('the rows of a table as an editor has it', () => {
  it('stand on the lines where the editor shows them', async () => {
    const rows = await textRows('a.csv', table, csv);
    expect(rows).toEqual([
      { line: 2, part: 'row 1', text: 'one\nmore' },
      { line: 5, reason: 'row 2: the text is empty' },
      { line: 6, part: 'row 3', text: 'three' },
    ]);
    expect([1, 2, 3, 4, 5, 6, 99].map((line) => rowAt(rows, line)?.line)).toEqual([
      undefined,
      ...[2, 2, 2, 5, 6, 6],
    ]);
    expect(rows.map((row) => lastLineOf(rows, row))).toEqual([4, 5, undefined]);
    expect(rowsWithin(rows, 1, 1)).toEqual([]);
    expect(rowsWithin(rows, 3, 5).map(({ line }) => line)).toEqual([2, 5]);
    expect(rowsWithin(rows, 1, 9)).toHaveLength(3);
  });

  it('are those of JSON Lines and lists too, each on its own line', async () => {
    const json = { kind: 'json' as const, text: 'body' };
    const lines = '{"body":"one"}\n\nno\n{"body":"two"}';
    expect((await textRows('a.jsonl', lines, json)).map(({ line }) => line)).toEqual([1, 3, 4]);
    const list = '[\n  {"body": "one"},\n  {"body": "two"}\n]';
    expect((await textRows('a.json', list, json)).map(({ line }) => line)).toEqual([2, 3]);
    expect(await textRows('a.json', '[{"body": "one"}, {"body": "two"}]', json)).toEqual([]);
  });
});
