import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { readApart, type ReaderLimits } from '../../../extension/sources/readerProcess';
import { readSource, streamSource } from '../../../extension/sources/sources';
import type { SourceItem } from '../../../extension/sources/source';
import { workspace } from '../project/workspace';

type Written = Parameters<typeof parquetWriteBuffer>[0];

const source = { kind: 'parquet' as const, glob: 'a.parquet', text: 'body' };
const table = { glob: 'a.parquet', text: 'body' };

async function file(body: readonly unknown[], options: Partial<Written> = {}) {
  const column = { name: 'body', data: [...body] };
  const columnData = [options.schema ? column : { ...column, type: 'STRING' as const }];
  return workspace({ 'a.parquet': Buffer.from(parquetWriteBuffer({ columnData, ...options })) });
}

const many = Array.from({ length: 60_000 }, (_, at) => `text ${at}`);

describe('parquet', () => {
  it('reads a row group in parts', async () => {
    const root = await file(many, { codec: 'GZIP', compressors: { GZIP: (bytes) => gzipSync(bytes) } });
    const { texts, problems } = await readSource(root, source);
    expect(problems).toEqual([]);
    expect(texts.map(({ text }) => text)).toEqual(many);
    expect(texts.at(-1)?.part).toBe('row 60000');
  });

  it('says which column holds no texts', async () => {
    const schema: Written['schema'] = [
      { name: 'root', num_children: 1 },
      { name: 'body', num_children: 1, converted_type: 'LIST', repetition_type: 'OPTIONAL' },
      { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
      { name: 'element', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
    ];
    const { problems } = await readSource(await file([['a', 'b'], ['c']], { schema }), source);
    expect(problems).toEqual([
      { path: 'a.parquet', reason: 'its column "body" holds lists or objects, not texts' },
    ]);
  });

  it('does not unpack what is many times its size', async () => {
    const root = await file(Array<string>(200_000).fill('x'.repeat(10_000)));
    const { texts, problems } = await readSource(root, source);
    expect(texts.length * 10_000).toBeLessThan(100_000_000);
    expect(problems).toEqual([
      {
        path: 'a.parquet',
        reason: expect.stringContaining(
          'what follows is not read, for the file unpacks to many times',
        ) as string,
      },
    ]);
  });

  it('can be cancelled within a row group', async () => {
    const root = await file(many);
    const stop = new AbortController();
    let count = 0;
    const reading = (async () => {
      for await (const item of streamSource(root, source, stop.signal)) {
        if ('text' in item && (count += 1) === 10) stop.abort();
      }
    })();
    await expect(reading).rejects.toMatchObject({ name: 'CancelledError' });
    expect(count).toBeLessThan(2000);
  });
});

describe('the process that reads', () => {
  async function read(limits: ReaderLimits, realPath?: string): Promise<SourceItem[]> {
    const root = await realpath(await file(many));
    const items: SourceItem[] = [];
    const job = { realPath: realPath ?? join(root, 'a.parquet'), path: 'a.parquet', table };
    for await (const item of readApart<SourceItem>(job, limits)) items.push(item);
    return items;
  }
  const megabyte = 1024 * 1024;
  const usual = { memoryBytes: 640 * megabyte, quietMs: 10_000 };

  it('ends where it takes more memory or time than it may', async () => {
    expect(await read(usual)).toHaveLength(many.length);
    await expect(read({ ...usual, memoryBytes: 30 * megabyte })).rejects.toThrow(
      'it takes more memory to read than a file may',
    );
    // Less than no time: a quick reader may have answered at each look at the clock.
    await expect(read({ ...usual, quietMs: -1 })).rejects.toThrow('it takes longer to read than a file may');
  });

  it('says what it stumbled over', async () => {
    await expect(read(usual, '/nowhere')).rejects.toThrow('ENOENT');
  });
});
