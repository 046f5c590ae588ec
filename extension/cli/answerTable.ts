/** A file of answers in JSON Lines as a table of another format, a piece of it in memory at a time. */
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm, writeFile } from 'node:fs/promises';
import { AppError, messageOf } from '../protocol/appError';
import { tablePieces } from '../sources/tablePieces';
import { textLines } from '../sources/textLines';
import { longestAnswer } from './answerFile';
import { answerColumns } from './answerFormat';
import type { Answer } from './answering';

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
      await writeFile(handle, tablePieces(format, answerColumns, rowsOf(answers)));
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

async function* rowsOf(answers: string): AsyncGenerator<Answer> {
  for await (const { text = '' } of textLines(createReadStream(answers, 'utf8'), longestAnswer))
    yield JSON.parse(text) as Answer;
}
