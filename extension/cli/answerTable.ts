/** A file of answers in JSON Lines as a table of another format, a piece of it in memory at a time. */
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import type { ParquetWriter } from 'hyparquet-writer';
import { AppError, messageOf } from '../protocol/appError';
import { textLines } from '../sources/textLines';
import { longestAnswer } from './answerFile';
import { answerColumns, csvAnswer, csvHeader } from './answerFormat';
import type { Answer } from './answering';

/** Rows that are written at once: a row group of Parquet. */
const rowsAtOnce = 20_000;

const parquetTypes = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  whole: { type: 'INT32' },
  real: { type: 'DOUBLE' },
  truth: { type: 'BOOLEAN' },
} as const;

const columnTypes: Readonly<Record<keyof typeof answerColumns, keyof typeof parquetTypes>> = {
  ...{ file: 'text', line: 'whole', row: 'whole', part: 'text', id: 'text' },
  ...{ label: 'text', score: 'real', runnerUp: 'text', runnerUpScore: 'real', abstained: 'truth' },
};

/**
 * Writes the table beside its place and moves it there: it appears whole or not at all.
 *
 * @param answers JSON Lines
 * @throws AppError('cli/not-written')
 */
export async function writeTable(answers: string, out: string, format: 'csv' | 'parquet'): Promise<void> {
  const draft = `${out}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  try {
    const handle = await open(draft, 'wx');
    try {
      await (format === 'csv' ? writeCsv : writeParquet)(answers, handle);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, out);
  } catch (error) {
    await rm(draft, { force: true });
    throw new AppError(
      'cli/not-written',
      `${out} cannot be written (${messageOf(error)}); the answers are in ${answers}, and --resume goes on with them.`,
      { cause: error },
    );
  }
}

async function writeCsv(answers: string, to: FileHandle): Promise<void> {
  await to.writeFile(`${csvHeader}\n`);
  for await (const rows of rowsOf(answers))
    await to.writeFile(rows.map((row) => `${csvAnswer(row)}\n`).join(''));
}

async function writeParquet(answers: string, to: FileHandle): Promise<void> {
  const { ByteWriter, ParquetWriter } = await import('hyparquet-writer');
  const writer = new ByteWriter();
  const names = Object.keys(columnTypes) as (keyof typeof columnTypes)[];
  const columns = names.map(
    (name) => ({ name, repetition_type: 'OPTIONAL', ...parquetTypes[columnTypes[name]] }) as const,
  );
  const schema = [{ name: 'root', num_children: columns.length }, ...columns];
  const parquet = new ParquetWriter({ writer, schema, createdBy: 'NanoNet' });
  // The writer counts all bytes; those that are on the disk need not be kept.
  const flush = async (): Promise<void> => {
    await to.writeFile(writer.getBytes());
    writer.index = 0;
  };
  for await (const rows of rowsOf(answers)) {
    await writeGroup(parquet, names, rows);
    await flush();
  }
  await parquet.finish();
  await flush();
}

async function writeGroup(
  parquet: ParquetWriter,
  names: readonly (keyof typeof columnTypes)[],
  rows: readonly Answer[],
): Promise<void> {
  const columnData = names.map((name) => ({
    name,
    data: rows.map((row) => answerColumns[name](row) ?? null),
    offsetIndex: false,
  }));
  await parquet.write({ columnData, rowGroupSize: rowsAtOnce });
}

async function* rowsOf(answers: string): AsyncGenerator<Answer[]> {
  let rows: Answer[] = [];
  for await (const { text = '' } of textLines(createReadStream(answers, 'utf8'), longestAnswer)) {
    if (rows.push(JSON.parse(text) as Answer) < rowsAtOnce) continue;
    yield rows;
    rows = [];
  }
  if (rows.length > 0) yield rows;
}
