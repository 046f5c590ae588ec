import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatOf } from '../../extension/cli/answerFormat';
import type { Answer } from '../../extension/cli/answering';
import { writeTable } from '../../extension/cli/answerTable';

let folder: string;
let answers: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nanonet-table-'));
  answers = join(folder, 'answers.jsonl');
});
afterEach(() => rm(folder, { recursive: true }));

const said: Answer[] = [
  {
    file: 'a, "b"\n.csv',
    line: 2,
    row: 1,
    id: 'ü\r',
    label: 'a',
    score: 0.1 + 0.2,
    runnerUp: { label: 'b', score: 1e-9 },
    abstained: false,
  },
  { part: 'message 4', label: '=1+1', score: 1, abstained: true },
];
/** As the columns say it. */
const row = ({ runnerUp, ...answer }: Answer): Record<string, unknown> => ({
  ...{ file: null, line: null, row: null, part: null, id: null },
  ...answer,
  ...{ runnerUp: runnerUp?.label ?? null, runnerUpScore: runnerUp?.score ?? null },
});
const give = (all: readonly Answer[]): Promise<void> =>
  writeFile(answers, all.map((answer) => `${JSON.stringify(answer)}\n`).join(''));

describe('answers as a table', () => {
  it('are CSV that other programs read', async () => {
    await give(said);
    const out = join(folder, 'a.csv');
    await writeTable(answers, out, 'csv');
    const rows: unknown = parse(await readFile(out), { columns: true });
    const cells = (answer: Answer): Record<string, string> =>
      Object.fromEntries(Object.entries(row(answer)).map(([name, value]) => [name, String(value ?? '')]));
    expect(rows).toEqual(said.map(cells));
    expect(await readdir(folder)).toEqual(['a.csv', 'answers.jsonl']);
  });

  it('are Parquet of several row groups, each value as it was', async () => {
    const many = Array.from({ length: 45_000 }, (_, i): Answer => ({ ...(said[i % 2] as Answer), line: i }));
    await give(many);
    const out = join(folder, 'a.parquet');
    await writeTable(answers, out, 'parquet');
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(out) });
    expect(rows).toHaveLength(many.length);
    for (const at of [0, 1, 19_999, 20_000, 44_999]) expect(rows[at]).toEqual(row(many[at] as Answer));
    expect(await readdir(folder)).toEqual(['a.parquet', 'answers.jsonl']);
  });

  it.each(['csv', 'parquet'] as const)('of no text are %s without a row', async (format) => {
    await give([]);
    const out = join(folder, `a.${format}`);
    await writeTable(answers, out, format);
    if (format === 'parquet')
      expect(await parquetReadObjects({ file: await asyncBufferFromFile(out) })).toEqual([]);
    else expect((await readFile(out, 'utf8')).split('\n')).toHaveLength(2);
  });

  it('that cannot be written leave nothing but the answers', async () => {
    await give(said);
    await expect(writeTable(answers, join(folder, 'none', 'a.csv'), 'csv')).rejects.toMatchObject({
      code: 'cli/not-written',
      message: expect.stringMatching(
        /the answers are in .*answers\.jsonl, and --resume goes on with them/,
      ) as string,
    });
    expect(await readdir(folder)).toEqual(['answers.jsonl']);
  });

  it('take their format from the name of the file', () => {
    expect(formatOf(undefined, 'a.CSV')).toBe('csv');
    expect(formatOf(undefined, 'a.parquet')).toBe('parquet');
    expect(formatOf(undefined, 'a.txt')).toBe('jsonl');
    expect(formatOf('csv', 'a.jsonl')).toBe('csv');
    expect(formatOf(undefined, undefined)).toBe('jsonl');
  });
});
