import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeResults, type ResultRow } from '../../../extension/project/resultsTable';
import { AppError } from '../../../extension/protocol/appError';

let folder: string;
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'nanonet-table-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

const first: ResultRow = {
  result: {
    ...{ path: 'a "b", c.txt', hash: 'h', excerpt: '=HYPERLINK("x")', label: 'größer', score: 0.75 },
    ...{ runnerUp: { label: 'spam', score: 0.2 }, abstained: false, model: 'v1' },
  },
  given: 'spam',
};
const second: ResultRow = {
  result: {
    ...{ path: 'b.csv', part: 'row 2', line: 3, hash: 'h', excerpt: 'two\nlines' },
    ...{ label: 'spam', score: 1, abstained: true, model: 'v1' },
  },
};
const cells = [
  {
    ...{ file: 'a "b", c.txt', label: 'größer', score: 0.75, runnerUp: 'spam', runnerUpScore: 0.2 },
    ...{ abstained: false, given: 'spam', model: 'v1', excerpt: `'=HYPERLINK("x")` },
  },
  {
    ...{ file: 'b.csv', line: 3, part: 'row 2', label: 'spam', score: 1 },
    ...{ abstained: true, model: 'v1', excerpt: 'two\nlines' },
  },
];

describe('results as a table', () => {
  it('are CSV that others read', async () => {
    const file = join(folder, 'a.csv');
    await writeResults(file, 'csv', [first, second]);
    const rows = parse(await readFile(file), { columns: true }) as Record<string, string>[];
    const written = cells.map((row) => Object.entries(row).map(([name, cell]) => [name, String(cell)]));
    expect(rows.map((row) => Object.entries(row).filter(([, cell]) => cell !== ''))).toEqual(written);
    expect(Object.keys(rows[0] ?? {})).toContain('part');
  });

  it('are JSON Lines without empty cells', async () => {
    const file = join(folder, 'a.jsonl');
    await writeResults(file, 'jsonl', [first, second]);
    const lines = (await readFile(file, 'utf8')).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(cells);
  });

  it('are Parquet, in several row groups where they are many', async () => {
    const file = join(folder, 'a.parquet');
    const many = Array.from({ length: 45_000 }, (_, at) => ({
      ...second,
      result: { ...second.result, line: at + 1 },
    }));
    await writeResults(file, 'parquet', [first, ...many]);
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(file) });
    expect(rows).toHaveLength(45_001);
    expect(rows[0]).toEqual({ ...cells[0], line: null, part: null });
    expect(rows.at(-1)).toEqual({
      ...cells[1],
      line: 45_000,
      runnerUp: null,
      runnerUpScore: null,
      given: null,
    });
  });

  it('are there whole or not at all', async () => {
    function* broken(): Generator<ResultRow> {
      yield first;
      throw new Error('the disk is gone');
    }
    const file = join(folder, 'broken.csv');
    const error: unknown = await writeResults(file, 'csv', broken()).catch((reason: unknown) => reason);
    expect(AppError.is(error, 'results/not-exported')).toBe(true);
    expect((await readdir(folder)).filter((name) => name.startsWith('broken'))).toEqual([]);
  });
});
