/** A file of answers in JSON Lines as a table of another format, a piece of it in memory at a time. */
import { createReadStream } from 'node:fs';
import { putInPlace } from '../project/durable';
import { AppError, messageOf } from '../protocol/appError';
import { tablePieces } from '../sources/tablePieces';
import { textLines } from '../sources/textLines';
import { longestAnswer } from './answerFile';
import { answerColumns } from './answerFormat';
import type { Answer } from './answering';

/**
 * The table appears whole or not at all.
 *
 * @param answers JSON Lines
 * @throws AppError('cli/not-written')
 */
export async function writeTable(answers: string, out: string, format: 'csv' | 'parquet'): Promise<void> {
  try {
    await putInPlace(out, tablePieces(format, answerColumns, rowsOf(answers)));
  } catch (error) {
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
